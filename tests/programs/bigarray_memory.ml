(* SPDX-License-Identifier: Apache-2.0
   Bigarrays and the collector: many of them come and go, views keep their data alive, marshalled
   ones come back equal; layouts changed without copying.
   @gc-stress smaller *)

open Bigarray

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let rounds = if small then 20 else 2000

let churn () =
  let kept = ref [] and sum = ref 0 in
  for i = 1 to rounds do
    let a = Array1.create int c_layout 1000 in
    Array1.fill a i;
    if i mod 10 = 0 then kept := Array1.sub a 500 10 :: !kept;
    sum := !sum + a.{999}
  done;
  Gc.full_major ();
  Printf.printf "sum %d, kept %d, check %d\n" !sum (List.length !kept)
    (List.fold_left (fun acc v -> acc + v.{9}) 0 !kept)

let views () =
  let view =
    let whole = Array2.init float64 c_layout 20 20 (fun i j -> float_of_int (i * 100 + j)) in
    Array2.slice_left whole 7 in
  Gc.full_major ();
  let total = ref 0.0 in
  for j = 0 to 19 do total := !total +. view.{j} done;
  Printf.printf "view %g\n" !total

let marshalled () =
  let check : type a b c. string -> (a, b, c) Genarray.t -> unit = fun name a ->
    let s = Marshal.to_string a [] in
    let b : (a, b, c) Genarray.t = Marshal.from_string s 0 in
    Printf.printf "%s: %d bytes, md5 %s, equal %b\n" name (String.length s) (Digest.to_hex (Digest.string s)) (a = b) in
  check "int" (Genarray.init int c_layout [|3; 4|] (fun i -> (i.(0) * 7) - i.(1)));
  check "big int" (Genarray.init int c_layout [|3|] (fun i -> max_int - i.(0)));
  check "float32" (Genarray.init float32 fortran_layout [|2; 2; 2|] (fun i -> float_of_int (i.(0) + i.(2))));
  check "char" (Genarray.init char c_layout [|70000|] (fun i -> Char.chr (i.(0) land 255)));
  check "int16" (Genarray.init int16_signed c_layout [|5|] (fun i -> -i.(0)));
  check "nativeint" (Genarray.init nativeint c_layout [|2|] (fun i -> Nativeint.of_int (i.(0) - 1)));
  check "complex" (Genarray.init complex64 c_layout [|2|] (fun i -> { Complex.re = float_of_int i.(0); im = 0.5 }));
  check "zero" (Genarray.init int32 c_layout [||] (fun _ -> 9l))

let layouts () =
  let c = Array2.init int c_layout 2 3 (fun i j -> (10 * i) + j) in
  let f = Array2.change_layout c fortran_layout in
  Printf.printf "%d %d %d %d\n" (Array2.dim1 f) (Array2.dim2 f) f.{3, 1} f.{1, 2};
  f.{2, 2} <- 1000;
  Printf.printf "%d\n" c.{1, 1}

let () =
  churn ();
  views ();
  marshalled ();
  layouts ()
