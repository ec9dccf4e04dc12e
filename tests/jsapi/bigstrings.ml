(* The C part of bigstringaf, on which angstrom, uri and cohttp stand. *)
open Bigstringaf

let p fmt = Printf.printf (fmt ^^ "\n")
let sign n = compare n 0
let attempt f = match f () with v -> string_of_int v | exception Invalid_argument _ -> "Invalid_argument"

let () =
  ignore (Js_of_ocaml.Js.string "uses JavaScript");
  let b = of_string ~off:1 ~len:5 "abcdefgh" in
  p "%s %d" (to_string b) (length b);
  let bytes = Bytes.make 4 '-' in
  blit_to_bytes b ~src_off:2 bytes ~dst_off:1 ~len:3;
  p "%s" (Bytes.to_string bytes);
  blit_from_string "XYZ" ~src_off:1 b ~dst_off:0 ~len:2;
  blit_from_bytes bytes ~src_off:0 b ~dst_off:4 ~len:1;
  p "%s" (to_string b);
  blit b ~src_off:0 b ~dst_off:1 ~len:4;
  p "%s" (substring b ~off:0 ~len:5);
  p "%d %d %d" (sign (memcmp b 0 b 0 5)) (sign (memcmp b 0 b 1 2)) (sign (memcmp_string b 0 "YYZ" 0 3));
  let piece = sub b ~off:1 ~len:3 in
  p "%d %d %d" (memchr b 0 'Z' 5) (memchr b 0 '?' 5) (memchr piece 1 'Z' 2);
  p "%s %s" (attempt (fun () -> memchr b 3 'Z' 3)) (attempt (fun () -> blit b ~src_off:0 b ~dst_off:3 ~len:3; 0));
  p "%s" (to_string (copy piece ~off:0 ~len:2))
