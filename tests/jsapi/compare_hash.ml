(* Comparison and hashing of JavaScript values. *)
open Js_of_ocaml
module U = Js.Unsafe

let p fmt = Printf.printf (fmt ^^ "\n")

let () =
  let a = Js.string "a" and b = Js.string "b" in
  p "%b %b %d %d" (a = Js.string "a") (a = b) (compare a b) (compare b a);
  p "%b %b" (a < b) (max a b == b);
  p "%d %d" (Hashtbl.hash a) (Hashtbl.hash (Js.string "abc"));
  p "%b" (Hashtbl.hash (Js.string "h\xc3\xa9") = Hashtbl.hash (Js.string "h\xc3\xa9"));
  let h = Hashtbl.create 10 in
  Hashtbl.replace h (Js.string "key") 1;
  Hashtbl.replace h (Js.string "other") 2;
  p "%d %d" (Hashtbl.find h (Js.string "key")) (Hashtbl.find h (Js.string "other"));
  let o1 = U.obj [||] and o2 = U.obj [||] in
  let objects = Hashtbl.create 10 in
  Hashtbl.add objects o1 "one";
  p "%b %b" (Hashtbl.mem objects o1) (o1 = o1);
  ignore o2;
  p "%b" (List.mem (Js.string "x") [ Js.string "y"; Js.string "x" ]);
  p "%s" (String.concat " " (List.map Js.to_string (List.sort compare (List.map Js.string [ "pear"; "apple"; "fig" ]))));
  p "%b" (List.assoc (Js.string "k") [ Js.string "k", true ])
