(* SPDX-License-Identifier: Apache-2.0
   Uchar and the UTF-8 and UTF-16 codecs of String, Bytes and Buffer, malformed input included. *)

let scalar u = Printf.sprintf "U+%04X" (Uchar.to_int u)

let decode name get is_valid text =
  let rec go i =
    if i < String.length text then begin
      let d = get text i in
      Printf.printf " %d:%s%s/%d" i (if Uchar.utf_decode_is_valid d then "" else "!")
        (scalar (Uchar.utf_decode_uchar d)) (Uchar.utf_decode_length d);
      go (i + Uchar.utf_decode_length d)
    end in
  Printf.printf "%s %S valid %b:" name text (is_valid text);
  go 0;
  print_newline ()

let utf8 = decode "utf-8" String.get_utf_8_uchar String.is_valid_utf_8
let utf16be = decode "utf-16be" String.get_utf_16be_uchar String.is_valid_utf_16be
let utf16le = decode "utf-16le" String.get_utf_16le_uchar String.is_valid_utf_16le

let samples = [0x0; 0x41; 0x7F; 0x80; 0xE9; 0x7FF; 0x800; 0x20AC; 0xD7FF; 0xE000; 0xFFFD; 0xFFFF; 0x10000; 0x1F42B; 0x10FFFF]

let encodings () =
  List.iter (fun n ->
    let u = Uchar.of_int n in
    let encode add = let b = Buffer.create 4 in add b u; Buffer.contents b in
    let a = encode Buffer.add_utf_8_uchar and b = encode Buffer.add_utf_16be_uchar and c = encode Buffer.add_utf_16le_uchar in
    Printf.printf "%s %S %S %S %d %d\n" (scalar u) a b c (Uchar.utf_8_byte_length u) (Uchar.utf_16_byte_length u);
    utf8 a; utf16be b; utf16le c) samples

let bytes_codec () =
  let b = Bytes.make 8 '.' in
  List.iter (fun n ->
    let written = Bytes.set_utf_8_uchar b 3 (Uchar.of_int n) in
    Printf.printf "set %X: %d %S\n" n written (Bytes.to_string b)) samples;
  let written = Bytes.set_utf_8_uchar b 7 (Uchar.of_int 0x20AC) in
  Printf.printf "no room: %d\n" written;
  (match Bytes.set_utf_8_uchar b 8 Uchar.min with
   | _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Printf.printf "%d %d\n" (Bytes.set_utf_16be_uchar b 0 (Uchar.of_int 0x1F42B)) (Bytes.set_utf_16le_uchar b 4 (Uchar.of_int 0x1F42B));
  Printf.printf "%S\n" (Bytes.to_string b)

let reverse_code_points text =
  let rec go i acc =
    if i >= String.length text then acc
    else
      let d = String.get_utf_8_uchar text i in
      go (i + Uchar.utf_decode_length d) (Uchar.utf_decode_uchar d :: acc) in
  let b = Buffer.create 16 in
  List.iter (Buffer.add_utf_8_uchar b) (go 0 []);
  Buffer.contents b

let () =
  encodings ();
  List.iter utf8 ["plain"; "h\xC3\xA9llo \xE2\x82\xAC"; "\x80"; "\xC0\x80"; "\xC3"; "\xC3("; "\xE2\x82"; "\xE2\x28\xA1"; "\xED\xA0\x80";
                  "\xF0\x9F\x90\xAB"; "\xF0\x9F\x90"; "\xF4\x90\x80\x80"; "\xF5\x80\x80\x80"; "\xFF\xFE"; "\xE0\x80\x80"; "\xF0\x80\x80\x80"; "a\xE2b"];
  List.iter utf16be ["\x00A"; "\xD8\x3D\xDC\x2B"; "\xD8\x3D"; "\xDC\x2B\x00A"; "\xD8\x3D\x00A"; "A"];
  List.iter utf16le ["A\x00"; "\x3D\xD8\x2B\xDC"; "\x3D\xD8A\x00"; "\x3D"];
  bytes_codec ();
  print_endline (reverse_code_points "na\u{EF}ve \u{1F42B} \u{20AC}5");
  List.iter (fun n -> Printf.printf "%X %b " n (Uchar.is_valid n)) [-1; 0; 0xD800; 0xDFFF; 0x10FFFF; 0x110000];
  print_newline ();
  (match Uchar.of_int 0xD800 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match Uchar.succ Uchar.max with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Printf.printf "%s %s %b %c\n" (scalar (Uchar.succ (Uchar.of_int 0xD7FF))) (scalar (Uchar.pred (Uchar.of_int 0xE000)))
    (Uchar.is_char Uchar.rep) (Uchar.to_char (Uchar.of_char 'q'));
  Printf.printf "%d %d %b\n" (Uchar.hash Uchar.bom) (Uchar.compare Uchar.min Uchar.max) (Uchar.equal Uchar.bom Uchar.bom)
