(* SPDX-License-Identifier: Apache-2.0
   Printing floats: every conversion, precision, flag and special value, to the last bit.
   @versions all *)

let values =
  [ 0.0; -0.0; 1.0; -1.0; 0.1; 0.2; 0.30000000000000004; 1.0 /. 3.0; 2.0 /. 3.0; 1e-5; 1e-4; 123456.0; 1234567.0;
    1e15; 1e16; 1e17; 1e21; 1e22; 1e23; 123456789012345680.0; 9007199254740993.0; 4.35; 0.000123456789;
    3.14159265358979312; 2.5; 3.5; 0.5; 1.5; 1e100; 1e-100; 1.7976931348623157e308; 2.2250738585072014e-308;
    2.2250738585072009e-308; 5e-324; 4.9406564584124654e-322; epsilon_float; infinity; neg_infinity; nan;
    -.nan; 1e308 *. 10.; 99999.95; 999999.5; 9.995; 0.045; 1.005; 8.5; 1023.9999999999999 ]

let conversions x =
  Printf.printf "%f|%e|%g|%E|%G|%F|%h|%H\n" x x x x x x x x;
  Printf.printf "%.0f|%.1f|%.3f|%.0e|%.2e|%.1g|%.3g|%.12g|%.15g|%.17g\n" x x x x x x x x x x;
  Printf.printf "%+f|% f|%12.3f|%-12.3f|%012.3f|%+.3e|%#.0f|%#g\n" x x x x x x x x;
  Printf.printf "%.3h|%.0h|%+h|%20h|%-20h|%020h|%.13h\n" x x x x x x x;
  Printf.printf "%.3F|%#F|%10F|%+F|%S|%s\n" x x x x (string_of_float x) (Float.to_string x)

let shortest x =
  let rec go digits =
    let text = Printf.sprintf "%.*g" digits x in
    if digits >= 17 || float_of_string text = x then text else go (digits + 1) in
  go 1

(* Bits chosen by a generator: exponents of every size and awkward mantissas. *)
let random_bits n =
  let state = ref 0x9E3779B97F4A7C15L in
  List.init n (fun _ ->
    let s = Int64.logxor !state (Int64.shift_left !state 13) in
    let s = Int64.logxor s (Int64.shift_right_logical s 7) in
    let s = Int64.logxor s (Int64.shift_left s 17) in
    state := s;
    Int64.float_of_bits s)

external format_float : string -> float -> string = "caml_format_float"
external hexstring_of_float : float -> int -> char -> string = "caml_hexstring_of_float"

let () =
  List.iter conversions values;
  List.iter (fun x ->
    Printf.printf "%Lx %s %.17g %e %h\n" (Int64.bits_of_float x) (shortest x) x x x) (random_bits 60);
  List.iter (fun x -> Printf.printf "%.20f %.30e %.25g\n" x x x) [0.1; 1e-10; 123.456; 1e22; 5e-324];
  Printf.printf "%s\n" (format_float "%.60f" 1e-30);
  Printf.printf "%s\n" (format_float "%.3f" 1e300);
  List.iter (fun style ->
    List.iter (fun precision ->
      Printf.printf "%s " (hexstring_of_float (-1.0 /. 3.0) precision style)) [-1; 0; 1; 5; 13; 15];
    print_newline ()) ['-'; '+'; ' '];
  List.iter (fun x -> print_float x; print_char ' ') [1.0; 1.5; 1e10; nan; infinity];
  print_newline ();
  Printf.printf "%.*f %*.*f %-*.*e|\n" 2 3.14159 10 3 2.71828 14 4 1.41421356
