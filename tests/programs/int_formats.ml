(* SPDX-License-Identifier: Apache-2.0
   Reading and writing integers: every radix and prefix, signs, underscores, overflow, padding.
   @versions all *)

let inputs =
  [ "0"; "-0"; "+7"; "42"; "-42"; "1_000_000"; "_1"; "1_"; "1__2"; ""; "-"; "+"; " 1"; "1 "; "0x"; "0xff";
    "0XFF"; "-0xff"; "0xFFFF_FFFF"; "0b101"; "0B11"; "-0b1"; "0b2"; "0o17"; "0O17"; "0o8"; "0u12"; "0u";
    "-0u1"; "0u9223372036854775807"; "0u9223372036854775808"; "0u18446744073709551615";
    "4611686018427387903"; "4611686018427387904"; "-4611686018427387904"; "-4611686018427387905";
    "0x3fffffffffffffff"; "0x7fffffffffffffff"; "0x8000000000000000"; "-0x4000000000000000";
    "-0x4000000000000001"; "9223372036854775807"; "9223372036854775808"; "-9223372036854775808";
    "0xffffffffffffffff"; "0x1_0000_0000_0000_0000"; "2147483647"; "2147483648"; "-2147483648";
    "-2147483649"; "0xffffffff"; "0x100000000"; "0u4294967295"; "0u4294967296"; "12a"; "1e5"; "1.0";
    "0b1111111111111111111111111111111111111111111111111111111111111111" ]

let attempt parse print text =
  match parse text with
  | n -> print n
  | exception Failure reason -> "Failure " ^ reason

let reading () =
  List.iter (fun text ->
    Printf.printf "%S: int %s, int32 %s, int64 %s, nativeint %s\n" text
      (attempt int_of_string string_of_int text)
      (attempt Int32.of_string Int32.to_string text)
      (attempt Int64.of_string Int64.to_string text)
      (attempt Nativeint.of_string Nativeint.to_string text)) inputs

let writing n =
  Printf.printf "[%d|%i|%u|%x|%X|%o]" n n n n n n;
  Printf.printf "[%+d|% d|%5d|%-5d|%05d|%+05d|%-+6d|% 06d]" n n n n n n n n;
  Printf.printf "[%#x|%#X|%#o|%8x|%-8x|%08x|%#010x]" n n n n n n n;
  Printf.printf "[%*d|%-*d]\n" 7 n 7 n;
  Printf.printf "[%#d|%#i|%#u]\n" n n n;
  let a = Int32.of_int n and b = Int64.of_int n and c = Nativeint.of_int n in
  Printf.printf "[%ld|%li|%lu|%lx|%lX|%lo|%10ld|%-10ld|%010ld|%+ld]\n" a a a a a a a a a a;
  Printf.printf "[%Ld|%Li|%Lu|%Lx|%LX|%Lo|%22Ld|%-22Ld|%022Ld|%+Ld]\n" b b b b b b b b b b;
  Printf.printf "[%nd|%ni|%nu|%nx|%nX|%no|%22nd|%-22nd|%022nd|%#nx]\n" c c c c c c c c c c

external format_int : string -> int -> string = "caml_format_int"
external format_int64 : string -> int64 -> string = "caml_int64_format"

let raw_formats () =
  List.iter (fun f -> Printf.printf "%s -> %S\n" f (format_int f (-77)))
    ["%d"; "%7d"; "%-7d"; "%07d"; "%x"; "%+d"; "% d"; "%u"; "%.5d"; "%9.4d"];
  List.iter (fun f -> Printf.printf "%s -> %S\n" f (format_int64 f 0x123456789ABCDEFL))
    ["%d"; "%30d"; "%-30d"; "%030d"; "%x"; "%X"; "%#o"; "%u"]

let () =
  reading ();
  List.iter writing [0; 1; -1; 42; -42; 123456789; max_int; min_int; 0x7fffffff; -0x80000000];
  raw_formats ();
  List.iter (fun text ->
    Printf.printf "%S -> %s\n" text
      (match int_of_string_opt text with None -> "None" | Some n -> string_of_int n))
    ["12"; "0x1F"; "x"; "99999999999999999999"];
  List.iter (fun text ->
    Printf.printf "%S -> %s %s %s\n" text
      (match Int32.of_string_opt text with None -> "None" | Some n -> Int32.to_string n)
      (match Int64.of_string_opt text with None -> "None" | Some n -> Int64.to_string n)
      (match Nativeint.of_string_opt text with None -> "None" | Some n -> Nativeint.to_string n))
    ["12"; "0x1F"; "x"; "3000000000"]
