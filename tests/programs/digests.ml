(* SPDX-License-Identifier: Apache-2.0
   MD5 and BLAKE2: lengths around block boundaries, substrings, files, channels, hexadecimal. *)

let text n = String.init n (fun i -> Char.chr ((i * 131 + 17) land 255))
let lengths = [0; 1; 3; 55; 56; 57; 63; 64; 65; 111; 112; 127; 128; 129; 255; 256; 257; 1000; 10000]

let hashes (module D : Digest.S) name =
  List.iter (fun n ->
    let s = text n in
    Printf.printf "%s %d %s\n" name n (D.to_hex (D.string s));
    assert (D.equal (D.string s) (D.bytes (Bytes.of_string s)))) lengths;
  let d = D.string "x" and e = D.string "y" in
  Printf.printf "%d %b %d %b\n" (String.length d) (D.equal d e) (compare (D.compare d e) 0) (D.of_hex (D.to_hex d) = d);
  Printf.printf "%s\n" (D.to_hex (D.substring (text 100) 10 20));
  (match D.substring (text 10) 5 6 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match D.of_hex "zz" with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  let file = Filename.temp_file "digest" ".txt" in
  Out_channel.with_open_bin file (fun oc -> Out_channel.output_string oc (text 100_000));
  Printf.printf "file %s\n" (D.to_hex (D.file file));
  In_channel.with_open_bin file (fun ic ->
    seek_in ic 1000;
    let a = D.channel ic 50_000 in
    let b = D.channel ic (-1) in
    Printf.printf "channel %s %s %d\n" (D.to_hex a) (D.to_hex b) (pos_in ic);
    match D.channel ic 1 with
    | _ -> print_endline "unexpected"
    | exception End_of_file -> print_endline "End_of_file");
  Sys.remove file

let () =
  hashes (module Digest.MD5) "md5";
  hashes (module Digest.BLAKE128) "blake128";
  hashes (module Digest.BLAKE256) "blake256";
  hashes (module Digest.BLAKE512) "blake512";
  Printf.printf "%s\n" (Digest.to_hex (Digest.string "The quick brown fox jumps over the lazy dog"));
  (match Digest.from_hex "0123" with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r)
