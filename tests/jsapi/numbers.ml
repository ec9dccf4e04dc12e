(* Integral numbers of JavaScript where OCaml has floats, int32s, arrays, records. *)
open Js_of_ocaml
module U = Js.Unsafe

let p fmt = Printf.printf (fmt ^^ "\n")
type point = { mutable x : float; mutable y : float }

let number (text : string) : float = U.eval_string text

let () =
  let one = number "1" and half = number "0.5" and big = number "4294967296" in
  p "%g %g %g %g" (one +. half) (one -. half) (one *. 3.) (one /. 4.);
  p "%b %b %b" (one < half) (one = 1.) (compare one 1. = 0);
  p "%g %g %.0f" (sqrt (number "16")) (floor one) (big *. 2.);
  p "%d %d" (int_of_float one) (truncate (number "7.9"));
  p "%f %s %g" one (string_of_float one) (abs_float (number "-3"));
  let r = { x = one; y = half } in
  r.x <- r.x +. number "2";
  r.y <- number "9";
  p "%g %g" r.x r.y;
  let a = [| one; half; number "3" |] in
  a.(1) <- number "8";
  p "%g %g %g %g" a.(0) a.(1) a.(2) (Array.fold_left (+.) 0. a);
  let b = Array.make 3 one in
  b.(1) <- half;
  b.(2) <- b.(0) +. b.(1);
  p "%g %g %g" b.(0) b.(1) b.(2);
  let m = max one half and h = Hashtbl.create 3 in
  Hashtbl.replace h 2. "two";
  p "%g %s" m (Hashtbl.find h (number "2"));
  p "%b" ((one, [ number "2" ]) = (1., [ 2. ]));
  p "%g %g" (sin (number "0")) (2. ** number "10");
  p "%d" (U.eval_string "9007199254740991");
  p "%d" (U.eval_string "-5");
  let ints = new%js Typed_array.int32Array 2 in
  Typed_array.set ints 0 5l;
  Typed_array.set ints 1 (-7l);
  p "%ld" (Int32.add (Typed_array.unsafe_get ints 0) (Typed_array.unsafe_get ints 1));
  let floats = new%js Typed_array.float64Array 2 in
  Typed_array.set floats 0 2.5;
  Typed_array.set floats 1 4.;
  p "%g" (Typed_array.unsafe_get floats 0 +. Typed_array.unsafe_get floats 1);
  let big = Typed_array.to_genarray floats in
  p "%g" (Bigarray.Genarray.get big [| 1 |]);
  p "%d" (Typed_array.from_genarray big)##.length;
  let d = new%js Js.date_fromTimeValue 0. in
  p "%g" (d##getTime +. 1.);
  p "%g" (Js.math##max 1. 2. +. Js.math##pow 2. 3.)
