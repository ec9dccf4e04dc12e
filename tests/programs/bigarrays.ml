(* SPDX-License-Identifier: Apache-2.0
   Bigarrays: every kind with its wrap-around, both layouts, slices and sub-arrays that share data,
   fill, blit, reshape, comparison, hashing, bounds.
   @versions all *)

open Bigarray

let guarded name f =
  match f () with
  | text -> Printf.printf "%s: %s\n" name text
  | exception Invalid_argument reason -> Printf.printf "%s: Invalid_argument %s\n" name reason

let kind_test name kind layout print values =
  let a = Array1.of_array kind layout (Array.of_list values) in
  Printf.printf "%s (%d bytes):" name (Array1.size_in_bytes a);
  let base = match (Obj.magic layout : int) with 0 -> 0 | _ -> 1 in
  for i = base to Array1.dim a - 1 + base do Printf.printf " %s" (print a.{i}) done;
  print_newline ()

let kinds layout =
  let int = string_of_int and float = Printf.sprintf "%h" in
  let ints = [0; 1; -1; 127; 128; 255; 256; -128; -129; 32767; 32768; 65535; 65536; max_int; min_int] in
  kind_test "int8_signed" int8_signed layout int ints;
  kind_test "int8_unsigned" int8_unsigned layout int ints;
  kind_test "int16_signed" int16_signed layout int ints;
  kind_test "int16_unsigned" int16_unsigned layout int ints;
  kind_test "int" Bigarray.int layout int ints;
  kind_test "int32" int32 layout Int32.to_string [0l; -1l; Int32.max_int; Int32.min_int];
  kind_test "int64" int64 layout Int64.to_string [0L; -1L; Int64.max_int; Int64.min_int];
  kind_test "nativeint" nativeint layout Nativeint.to_string [0n; -1n; Nativeint.max_int];
  kind_test "float32" float32 layout float [0.1; 1e40; -1.5; nan; 1e-46];
  kind_test "float64" float64 layout float [0.1; 1e308; -1.5; infinity];
  kind_test "complex32" complex32 layout (fun c -> float c.Complex.re ^ "," ^ float c.im) [{ Complex.re = 0.1; im = -2.0 }];
  kind_test "complex64" complex64 layout (fun c -> float c.Complex.re ^ "," ^ float c.im) [{ Complex.re = 0.1; im = -2.0 }];
  kind_test "char" char layout (Printf.sprintf "%C") ['a'; '\255']

let matrices () =
  let m = Array2.create int c_layout 3 4 in
  for i = 0 to 2 do for j = 0 to 3 do m.{i, j} <- 10 * i + j done done;
  let row = Array2.slice_left m 1 in
  row.{2} <- 99;
  let rows = Array2.sub_left m 1 2 in
  rows.{1, 0} <- -5;
  for i = 0 to 2 do for j = 0 to 3 do Printf.printf "%d " m.{i, j} done done;
  print_newline ();
  let f = Array2.create int fortran_layout 3 4 in
  for i = 1 to 3 do for j = 1 to 4 do f.{i, j} <- 10 * i + j done done;
  let column = Array2.slice_right f 3 in
  column.{1} <- 77;
  let flat = reshape_1 (genarray_of_array2 f) 12 in
  for i = 1 to 12 do Printf.printf "%d " flat.{i} done;
  print_newline ();
  let g = reshape (genarray_of_array2 m) [| 2; 3; 2 |] in
  Printf.printf "%d %d %d\n" (Genarray.num_dims g) (Genarray.get g [| 1; 0; 1 |]) (Genarray.nth_dim g 1);
  let t = Array3.create float64 c_layout 2 2 2 in
  Array3.fill t 1.5;
  t.{1, 0, 1} <- 2.5;
  let plane = Array3.slice_left_2 t 1 in
  Printf.printf "%g %g\n" plane.{0, 1} (Array3.slice_left_1 t 1 1).{0};
  Array3.blit t (let u = Array3.create float64 c_layout 2 2 2 in u);
  guarded "slice" (fun () -> string_of_int (Array2.slice_left m 3).{0});
  guarded "sub" (fun () -> string_of_int (Array2.dim1 (Array2.sub_left m 2 2)));
  guarded "get" (fun () -> string_of_int m.{0, 4});
  guarded "set" (fun () -> m.{3, 0} <- 1; "");
  guarded "fortran" (fun () -> string_of_int f.{0, 1});
  guarded "reshape" (fun () -> ignore (reshape_2 (genarray_of_array2 m) 5 5); "");
  guarded "create" (fun () -> ignore (Array1.create char c_layout (-1)); "");
  guarded "of_genarray" (fun () -> ignore (array1_of_genarray (genarray_of_array2 m)); "");
  guarded "blit" (fun () -> Array2.blit m (Array2.create int c_layout 3 5); "");
  guarded "dims" (fun () -> ignore (Genarray.create char c_layout (Array.make 17 1)); "")

let zero_dimensional () =
  let z = Array0.of_value int32 c_layout 5l in
  Array0.set z (Int32.add (Array0.get z) 1l);
  Printf.printf "%ld %d\n" (Array0.get z) (Array0.size_in_bytes z)

let comparing () =
  let make l = Array1.of_array int c_layout (Array.of_list l) in
  List.iter (fun (a, b) -> Printf.printf "%d %b; " (compare (make a) (make b)) (make a = make b))
    [[1; 2], [1; 2]; [1; 2], [1; 3]; [1; 2], [1]; [2], [1; 5]; [-1], [1]];
  let floats l = Array1.of_array float64 c_layout (Array.of_list l) in
  Printf.printf "%d %b %d\n" (compare (floats [nan]) (floats [nan])) (floats [nan] = floats [nan]) (compare (floats [1.0; 2.0]) (floats [1.0; 3.0]));
  Printf.printf "%d %d %d %d\n" (Hashtbl.hash (make [1; 2; 3])) (Hashtbl.hash (floats [1.0; 2.0]))
    (Hashtbl.hash (Array1.of_array char c_layout [|'a'; 'b'; 'c'|])) (Hashtbl.hash (Array1.of_array float32 c_layout [|1.5; 2.5|]))

external get32 : (char, int8_unsigned_elt, c_layout) Array1.t -> int -> int32 = "%caml_bigstring_get32"
external set64 : (char, int8_unsigned_elt, c_layout) Array1.t -> int -> int64 -> unit = "%caml_bigstring_set64"
external get16 : (char, int8_unsigned_elt, c_layout) Array1.t -> int -> int = "%caml_bigstring_get16"

let () =
  kinds c_layout;
  kinds fortran_layout;
  matrices ();
  zero_dimensional ();
  comparing ();
  let s = Array1.create char c_layout 12 in
  Array1.fill s 'x';
  set64 s 2 0x4847464544434241L;
  guarded "bigstring" (fun () -> Printf.sprintf "%lx %x" (get32 s 3) (get16 s 9));
  guarded "bigstring bounds" (fun () -> Int32.to_string (get32 s 9));
  Array1.blit (Array1.sub s 0 8) (Array1.sub s 2 8);
  print_endline (String.init 12 (fun i -> s.{i}))
