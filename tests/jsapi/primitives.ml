(* Primitives by their names, those of js_of_ocaml 4.0. *)
open Js_of_ocaml
type any = Js.Unsafe.any

external get : any -> string -> any = "caml_js_get"
external set : any -> string -> any -> unit = "caml_js_set"
external delete : any -> string -> unit = "caml_js_delete"
external call : any -> any -> any array -> any = "caml_js_call"
external fun_call : any -> any array -> any = "caml_js_fun_call"
external meth_call : any -> string -> any array -> any = "caml_js_meth_call"
external make : any -> any array -> any = "caml_js_new"
external make_arr : any -> any -> any = "caml_ojs_new_arr"
external obj : (string * any) array -> any = "caml_js_object"
external typeof : any -> any = "caml_js_typeof"
external instanceof : any -> any -> bool = "caml_js_instanceof"
external equals : any -> any -> bool = "caml_js_equals"
external pure : (unit -> any) -> any = "caml_js_pure_expr"
external eval : string -> any = "caml_js_eval_string"
external expr : string -> any = "caml_js_expr"
external pure_expr : string -> any = "caml_pure_js_expr"
external var : string -> any = "caml_js_var"
external string : string -> any = "caml_jsstring_of_string"
external to_string : any -> string = "caml_string_of_jsstring"
external bytes : string -> any = "caml_jsbytes_of_string"
external to_bytes : any -> string = "caml_string_of_jsbytes"
external from_string : string -> any = "caml_js_from_string"
external old_to_string : any -> string = "caml_js_to_string"
external to_byte_string : any -> string = "caml_js_to_byte_string"
external bool : bool -> any = "caml_js_from_bool"
external to_bool : any -> bool = "caml_js_to_bool"
external from_float : float -> any = "caml_js_from_float"
external to_float : any -> float = "caml_js_to_float"
external array : any array -> any = "caml_js_from_array"
external to_array : any -> any array = "caml_js_to_array"
external of_list : any list -> any = "caml_list_to_js_array"
external to_list : any -> any list = "caml_list_of_js_array"
external wrap : ('a -> 'b) -> any = "caml_js_wrap_callback"
external wrap_arguments : (any -> 'b) -> any = "caml_js_wrap_callback_arguments"
external wrap_strict : int -> ('a -> 'b) -> any = "caml_js_wrap_callback_strict"
external wrap_meth : ('a -> 'b) -> any = "caml_js_wrap_meth_callback"
external wrap_meth_arguments : ('a -> any -> 'b) -> any = "caml_js_wrap_meth_callback_arguments"
external wrap_meth_strict : int -> ('a -> 'b) -> any = "caml_js_wrap_meth_callback_strict"
external wrap_meth_unsafe : ('a -> 'b) -> any = "caml_js_wrap_meth_callback_unsafe"
external int64 : int -> int -> int -> int64 = "caml_int64_create_lo_mi_hi"
external kind : any -> int = "caml_ba_kind_of_typed_array"
external escape : any -> any = "caml_js_html_escape"
external on_ie : unit -> any = "caml_js_on_ie"
external console : unit -> any = "caml_js_get_console"
external string_of_array : any -> string = "caml_string_of_array"
external error_option : exn -> any option = "caml_js_error_option_of_exception"
external with_backtrace : exn -> bool -> exn = "caml_exn_with_js_backtrace"
type big = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t
external to_buffer : big -> any = "bigstring_to_array_buffer"
external to_typed : big -> any = "bigstring_to_typed_array"
external of_buffer : any -> big = "bigstring_of_array_buffer"
external of_typed : any -> big = "bigstring_of_typed_array"

let p fmt = Printf.printf (fmt ^^ "\n")
let any = Js.Unsafe.inject
let int (v : any) : int = Obj.magic v
let show v = to_string (meth_call (get (Js.Unsafe.inject Js.Unsafe.global) "JSON") "stringify" [| v |])

let () =
  let o = obj [| "a", any 1; "b", string "x" |] in
  set o "c" (bool true);
  p "%s %d" (show o) (int (get o "a"));
  delete o "a";
  p "%s" (show o);
  p "%d" (int (call (expr "(function (x) { return this.n + x })") (obj [| "n", any 2 |]) [| any 3 |]));
  p "%d" (int (fun_call (expr "(function () { return arguments.length })") (Array.make 12 (any 0))));
  p "%s" (to_string (meth_call (string "abc") "toUpperCase" [||]));
  p "%s" (show (make (var "Array") [| any 1; any 2; any 3; any 4 |]));
  p "%s" (show (make_arr (var "Array") (array [| any 5; any 6 |])));
  p "%s %b %b" (to_string (typeof (any 1))) (instanceof (expr "[]") (var "Array")) (instanceof o (var "Array"));
  p "%b %b %b" (equals (string "a") (string "a")) (equals (pure_expr "null") (pure_expr "undefined")) (equals o (obj [||]));
  p "%d %d" (int (pure (fun () -> any 3))) (int (eval "6 * 7"));
  p "%s %s" (to_string (pure_expr "'quoted'")) (to_string (typeof (var "Math.max")));
  p "%S %S" (to_bytes (bytes "\xff\x00z")) (to_string (string "\xc3\xa9"));
  p "%S %S %S" (old_to_string (from_string "abc")) (to_byte_string (bytes "\xfe")) (to_string (expr "'\\ud83d\\udc2b'"));
  p "%b %g %g" (to_bool (bool false)) (to_float (from_float 2.) +. 1.) (to_float (from_float 2.5));
  p "%s %d" (show (array [| any 1; string "s" |])) (Array.length (to_array (expr "[1, 2, 3]")));
  p "%s %d" (show (of_list [ any 1; any 2 ])) (List.length (to_list (expr "[1, 2]")));
  let call_with f args = int (fun_call f args) in
  p "%d" (call_with (wrap (fun a b -> a - b)) [| any 5; any 3 |]);
  p "%d" (call_with (wrap_arguments (fun a -> int (get a "length"))) [| any 1; any 1 |]);
  p "%d" (call_with (wrap_strict 2 (fun a b -> a * b)) [| any 5; any 3; any 9 |]);
  let meth f args = set o "m" f; set o "n" (any 10); int (meth_call o "m" args) in
  p "%d" (meth (wrap_meth (fun self a -> int (get self "n") + a)) [| any 1 |]);
  p "%d" (meth (wrap_meth_arguments (fun self a -> int (get self "n") + int (get a "length"))) [| any 1; any 1 |]);
  p "%d" (meth (wrap_meth_strict 1 (fun self a -> int (get self "n") * a)) [| any 3; any 4 |]);
  p "%d" (meth (wrap_meth_unsafe (fun self a -> int (get self "n") - a)) [| any 3 |]);
  p "%Ld" (int64 0x123456 0x789abc 0x12);
  p "%d %d" (kind (expr "new Float64Array(1)")) (kind (expr "new Uint16Array(1)"));
  p "%s %b" (to_string (escape (string "<a & 'b'>"))) (to_bool (on_ie ()));
  p "%s" (to_string (typeof (console ())));
  p "%S" (string_of_array (expr "new Uint8Array([104, 105])"));
  (match fun_call (expr "(function () { throw new Error('e') })") [||] with
   | _ -> ()
   | exception e ->
     ignore (error_option e);
     p "%b" (error_option Not_found <> None);
     p "%b" (with_backtrace Not_found false == Not_found));
  let big = Bigarray.Array1.of_array Bigarray.char Bigarray.c_layout [| 'a'; 'b'; 'c' |] in
  p "%d %d" (int (get (to_buffer big) "byteLength")) (int (get (to_typed big) "length"));
  p "%c %c" (of_buffer (to_buffer big)).{1} (of_typed (to_typed big)).{2}
