(* @own: bigarrays and JavaScript: views that share the memory and are there again after it has grown; copies. What stands
   for other OCaml values: tags, fields, bytes. *)
open Js_of_ocaml
module U = Js.Unsafe
module B = Bigarray

external view : ('a, 'b, 'c) B.Genarray.t -> 'd Js.t = "bactrian_js_view"
external to_typed_array : ('a, 'b, 'c) B.Genarray.t -> 'd Js.t = "caml_ba_to_typed_array"
external from_typed_array : 'd Js.t -> ('a, 'b, 'c) B.Genarray.t = "caml_ba_from_typed_array"

let p fmt = Printf.printf (fmt ^^ "\n%!")
let js (s : string) = U.eval_string ("(" ^ s ^ ")")
let call f args = U.fun_call f args
let text v = Js.to_string (Js.Unsafe.coerce v)

(* Longer than what the memory has room for: it grows. The blocks are large ones, so that they are not moved. *)
let grow () = Sys.opaque_identity (List.init 12 (fun i -> Bytes.make 20_000_000 (Char.chr (65 + i))))

let same_buffer = js "function (a, b) { return String(a.buffer === b.buffer) }"
let is_stale = js "function (view) { return String(view.length === 0) }"

let () =
  let a = B.Array1.of_array B.float32 B.c_layout [| 1.; 2.5; 3. |] in
  let keep = js "function (array) { globalThis.kept = array; return array.kind + ' ' + array.dimensions + ' ' + array.view.constructor.name + ' ' + array.view }" in
  p "%s" (text (call keep [| U.inject a |]));
  ignore (call (js "function () { globalThis.old = kept.view; kept.view[1] = 7 }") [||]);
  p "from JavaScript: %g" a.{1};
  a.{2} <- 0.5;
  p "from OCaml: %s" (text (call (js "function () { return String(kept.view) }") [||]));
  let before : 'a Js.t = view (B.genarray_of_array1 a) in
  let large = grow () in
  p "stale after growth: %s, %s" (text (call is_stale [| U.inject before |])) (text (call is_stale [| U.get U.global "old" |]));
  p "again: %s" (text (call (js "function () { kept.view[0] = 42; return String(kept.view) }") [||]));
  p "from JavaScript: %g" a.{0};
  let now = view (B.genarray_of_array1 a) in
  p "view: %s, shared with kept: %s" (text (call (js "String") [| U.inject now |])) (text (call same_buffer [| U.inject now; U.get (U.get U.global "kept") "view" |]));
  p "%d" (List.fold_left (fun n b -> n + Bytes.length b) 0 large);
  (* The elements live as long as JavaScript's object. *)
  let make () = let b = B.Array1.create B.int32 B.c_layout 1000 in B.Array1.fill b 11l; ignore (call keep [| U.inject b |]) in
  make ();
  Gc.full_major ();
  Gc.full_major ();
  ignore (Sys.opaque_identity (Array.init 100 (fun _ -> B.Array1.create B.int32 B.c_layout 1000 |> fun b -> B.Array1.fill b 5l; b)));
  p "kept: %s" (text (call (js "function () { return String(kept.view.every(function (x) { return x === 11 })) }") [||]));
  let kinds = js "function (array) { var v = array.view; return array.kind + ' ' + array.dimensions + ' ' + v.constructor.name + ' ' + Array.from(v, String) }" in
  let show g = p "%s" (text (call kinds [| U.inject g |])) in
  show (B.Array1.of_array B.int8_signed B.c_layout [| -1; 2 |]);
  show (B.Array1.of_array B.int16_unsigned B.c_layout [| 65535; 2 |]);
  show (B.Array1.of_array B.int64 B.c_layout [| -1L; Int64.max_int |]);
  show (B.Array1.of_array B.int B.c_layout [| -1; max_int |]);
  show (B.Array1.of_array B.nativeint B.c_layout [| -1n; 5n |]);
  show (B.Array1.of_array B.char B.c_layout [| 'a'; '\xff' |]);
  show (B.Array1.of_array B.complex64 B.c_layout [| { Complex.re = 1.; im = 2. } |]);
  show (B.Array2.of_array B.float64 B.fortran_layout [| [| 1.; 2.; 3. |]; [| 4.; 5.; 6. |] |]);
  (* Copies, both ways. *)
  let copy = to_typed_array (B.genarray_of_array1 a) in
  a.{0} <- 1.;
  p "copy: %s" (text (call (js "String") [| U.inject copy |]));
  let back : (int32, B.int32_elt, B.c_layout) B.Genarray.t = from_typed_array (js "new Int32Array([1, -2, 3])") in
  p "%d %ld" (B.Genarray.nth_dim back 0) (B.Genarray.get back [| 1 |]);
  (match from_typed_array (js "[1]") with
   | _ -> p "made" | exception Js.Error e -> p "%s" (Js.to_string e##.message));
  (* Other values. *)
  let value = js "function (v) { return v.tag + ' ' + v.size + ' ' + v.field(0) + ' ' + v.field(1).field(0) }" in
  p "%s" (text (call value [| U.inject (Some 1, Some "x") |]) |> fun s -> s);
  p "%s" (text (call (js "function (v) { return v.length + ' ' + Array.from(v.bytes) + ' ' + v }") [| U.inject "caf\xc3\xa9" |]));
  p "%s" (text (call (js "function (v) { return v.tag + ' ' + v.size + ' ' + v.field(1) }") [| U.inject [| 1.5; 2.5 |] |]));
  (match call (js "function (v) { return v.field(2) }") [| U.inject (1, 2) |] with
   | _ -> p "a field" | exception Js.Error e -> p "%s" (Js.to_string e##.message))
