(* SPDX-License-Identifier: Apache-2.0
   Float arithmetic and functions: exact ones to the last bit, transcendental ones to 12 digits
   (C libraries differ in the last place). The sign of a computed nan is the processor's affair. *)

let unsigned_nan x = if x <> x then nan else x

let sample = [0.0; -0.0; 0.5; -0.5; 1.0; -1.0; 1.5; 2.5; -2.5; 3.7; -3.7; 100.25; 1e10; 4503599627370497.5;
              0.49999999999999994; 1e300; 5e-324; infinity; neg_infinity; nan]

let show_all name f =
  Printf.printf "%s:" name;
  List.iter (fun x -> Printf.printf " %h" (unsigned_nan (f x))) sample;
  print_newline ()

let approximate name f =
  Printf.printf "%s:" name;
  List.iter (fun x -> Printf.printf " %.12g" (unsigned_nan (f x))) [0.1; 0.5; 0.9; 1.0; 1.7; 3.0; 20.0; -0.3; 0.0];
  print_newline ()

let pairs = [1.0, 3.0; -7.5, 2.0; 7.5, -2.0; 0.0, -1.0; 1e308, 10.0; 5.3, 0.0; infinity, 2.0; 2.0, infinity; nan, 1.0; 1.0, nan]

let show_pairs name f =
  Printf.printf "%s:" name;
  List.iter (fun (x, y) -> Printf.printf " %h" (unsigned_nan (f x y))) pairs;
  print_newline ()

let class_name x = match classify_float x with
  | FP_normal -> "normal" | FP_subnormal -> "subnormal" | FP_zero -> "zero" | FP_infinite -> "infinite" | FP_nan -> "nan"

let kahan terms =
  let sum = ref 0.0 and c = ref 0.0 in
  List.iter (fun x ->
    let y = x -. !c in
    let t = !sum +. y in
    c := t -. !sum -. y;
    sum := t) terms;
  !sum

let () =
  List.iter (fun (name, f) -> show_all name f)
    [ "neg", Float.neg; "abs", abs_float; "sqrt", sqrt; "floor", floor; "ceil", ceil; "trunc", Float.trunc;
      "round", Float.round; "succ", Float.succ; "pred", Float.pred; "frac", (fun x -> fst (modf x));
      "whole", (fun x -> snd (modf x)); "mantissa", (fun x -> fst (frexp x)) ];
  List.iter (fun x -> Printf.printf "%d " (snd (frexp x))) [0.5; 1.0; 1e10; 5e-324; 0.1];
  List.iter (fun (m, e) -> Printf.printf "%h " (ldexp m e)) [1.0, 10; 1.5, -1074; 1.0, 1024; 0x1.8p0, -1075; 3.0, 0];
  print_newline ();
  List.iter (fun (name, f) -> show_pairs name f)
    [ "+", ( +. ); "-", ( -. ); "*", ( *. ); "/", ( /. ); "mod", mod_float; "rem", Float.rem; "copysign", copysign;
      "min", Float.min; "max", Float.max; "min_num", Float.min_num; "max_num", Float.max_num;
      "fma", (fun x y -> Float.fma x y 0.1); "next", Float.next_after; "pmin", min; "pmax", max ];
  List.iter (fun (name, f) -> approximate name f)
    [ "exp", exp; "expm1", Float.expm1; "exp2", Float.exp2; "log", log; "log10", log10; "log1p", log1p; "log2", Float.log2;
      "sin", sin; "cos", cos; "tan", tan; "asin", asin; "acos", acos; "atan", atan; "sinh", sinh; "cosh", cosh; "tanh", tanh;
      "asinh", Float.asinh; "acosh", Float.acosh; "atanh", Float.atanh; "cbrt", Float.cbrt; "erf", Float.erf; "erfc", Float.erfc ];
  Printf.printf "%.12g %.12g %.12g\n" (atan2 1.0 (-1.0)) (hypot 3.0 4.0) (2.0 ** 0.5);
  List.iter (fun (x, y) -> Printf.printf "%h " (x ** y)) [2.0, 10.0; -2.0, 3.0; 0.0, 0.0; 0.0, -1.0; nan, 0.0; 1.0, nan; 4.0, 0.5];
  print_newline ();
  List.iter (fun x -> Printf.printf "%s%b%b%b%b " (class_name x) (Float.is_nan x) (Float.is_integer x) (Float.is_finite x) (Float.sign_bit x)) sample;
  print_newline ();
  List.iter (fun x -> List.iter (fun y ->
    Printf.printf "%d%b%b%b%b%b%b " (compare x y) (x = y) (x < y) (x <= y) (x > y) (x <> y) (Float.equal x y))
    [0.0; -0.0; 1.0; nan; infinity]) [0.0; -0.0; 1.0; nan; neg_infinity];
  print_newline ();
  Printf.printf "%h\n" (kahan (List.init 1000 (fun i -> 1.0 /. float_of_int (i + 1))));
  Printf.printf "%d %d %d\n" (truncate 1e15) (int_of_float (-0.9)) (Float.to_int 4503599627370497.5);
  Printf.printf "%h %h %h %h %h\n" Float.pi max_float min_float epsilon_float Float.minus_one
