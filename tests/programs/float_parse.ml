(* SPDX-License-Identifier: Apache-2.0
   Reading floats: correct rounding, hexadecimal, underscores, limits, and what is refused.
   @versions all *)

let texts =
  [ "0"; "-0"; "0."; ".5"; "1e0"; "1E+2"; "1e-2"; "1_000.5_5"; "1e"; "e1"; ""; " 1"; "1 "; "1.2.3"; "--1"; "+1.5";
    "nan"; "-nan"; "NAN"; "NaN"; "inf"; "-inf"; "infinity"; "INFINITY"; "-Infinity"; "nano"; "infinit";
    "0x1p0"; "0x1.8p1"; "0x.8"; "0x1p-1074"; "0x1p-1075"; "0x1.8p-1075"; "0x1.fffffffffffffp1023"; "0x1p1024";
    "0x1.fffffffffffff7p0"; "0x1.fffffffffffff8p0"; "0x1.fffffffffffffcp0"; "0x"; "0xp1"; "0x1p"; "0x1.";
    "0x1_0.8_0p4"; "-0x1.921fb54442d18p+1"; "0x123456789abcdef123456789p-10"; "0x0.0000000000001p-1000";
    "1e308"; "1.7976931348623157e308"; "1.7976931348623158e308"; "1.7976931348623159e308"; "1e309"; "-1e400";
    "4.9e-324"; "2.4703282292062327e-324"; "2.4703282292062328e-324"; "1e-400";
    "2.2250738585072011e-308"; "2.2250738585072012e-308"; "2.2250738585072014e-308";
    "9007199254740992"; "9007199254740993"; "9007199254740994"; "9007199254740995"; "9007199254740993.0000001";
    "0.1"; "0.10000000000000000555"; "0.1000000000000000055511151231257827021181583404541015625";
    "1.00000000000000011102230246251565404"; "1.00000000000000011102230246251565405";
    "123456789012345678901234567890"; "3.141592653589793238462643383279502884197";
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880";
    "0.000000000000000000000000000000000000000000000000000001"; "00000000000000001.5"; "1e00000000000000000005" ]

let describe text =
  match float_of_string text with
  | x -> Printf.sprintf "%Lx %h" (Int64.bits_of_float x) x
  | exception Failure reason -> "Failure " ^ reason

let round_trip n =
  let state = ref 88172645463325252L in
  let wrong = ref 0 in
  for _ = 1 to n do
    let s = Int64.logxor !state (Int64.shift_left !state 13) in
    let s = Int64.logxor s (Int64.shift_right_logical s 7) in
    let s = Int64.logxor s (Int64.shift_left s 17) in
    state := s;
    let x = Int64.float_of_bits s in
    let same y = Int64.equal (Int64.bits_of_float y) s in
    if x = x then begin
      if not (same (float_of_string (Printf.sprintf "%.17g" x))) then incr wrong;
      if not (same (float_of_string (Printf.sprintf "%h" x))) then incr wrong;
      if not (same (float_of_string (Printf.sprintf "%.16e" x))) then incr wrong
    end
  done;
  !wrong

let () =
  let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small" in
  List.iter (fun text -> Printf.printf "%S -> %s\n" text (describe text)) texts;
  List.iter (fun text ->
    Printf.printf "%S -> %s\n" text
      (match float_of_string_opt text with None -> "None" | Some x -> Printf.sprintf "%h" x)) ["1.5"; "x"; "0x1p3"];
  Printf.printf "wrong: %d\n" (round_trip (if small then 100 else 20000));
  Printf.printf "literals: %h %h %h %h\n" 1e23 8.41e21 9.1e-31 0x1.8p3
