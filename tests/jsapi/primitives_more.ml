(* @own: primitives that the libraries do not lead to under Node, and newer ones than 4.0's. *)
open Js_of_ocaml
type any = Js.Unsafe.any

external debugger : unit -> unit = "debugger"
external throw : any -> 'a = "caml_throw_js_exception"
external error_of : exn -> any = "caml_js_error_of_exception"
external bytes_of_array : any -> bytes = "caml_bytes_of_array"
external export_var : unit -> any = "caml_js_export_var"
external use_js_string : unit -> bool = "caml_jsoo_flags_use_js_string"
external effects : unit -> string = "caml_jsoo_flags_effects"
external wrap : 'a -> any = "caml_jsoo_promise_wrap"
external unwrap : any -> 'a = "caml_jsoo_promise_unwrap"
external assume_no_perform : (unit -> 'a) -> 'a = "caml_assume_no_perform"
external custom_identifier : Obj.t -> string = "caml_custom_identifier"
type redirection
external redirect : out_channel -> into:out_channel -> redirection = "caml_ml_channel_redirect"
external restore : out_channel -> redirection -> unit = "caml_ml_channel_restore"

let p fmt = Printf.printf (fmt ^^ "\n%!")
let eval (s : string) : any = Js.Unsafe.eval_string s
let text (v : any) = Js.to_string (Js.Unsafe.coerce v)
let message e = Js.to_string (Js.Unsafe.get e "message")
let is v w = p "%b" (v == w)

let () =
  debugger ();
  let error = eval "new Error('thrown')" in
  (match throw error with
   | () -> p "nothing"
   | exception (Js.Error e as exn) ->
     is (Js.Unsafe.inject e) error;
     is (error_of exn) error);
  (match throw (eval "'text'") with () -> p "nothing" | exception e -> p "%s" (Printexc.to_string e));
  (match throw (Js.Unsafe.inject (Failure "mine")) with () -> p "nothing" | exception e -> p "%s" (Printexc.to_string e));
  is (error_of Not_found) (eval "null");
  p "%S" (Bytes.to_string (bytes_of_array (eval "[104, 105, 255]")));
  is (export_var ()) (eval "globalThis");
  (* These are the names that the library of 6.x knows. *)
  p "%b %s %b" (use_js_string ()) (effects ()) (List.mem (effects ()) [ "disabled"; "cps"; "double-translation" ]);
  let promise = eval "Promise.resolve(1)" in
  p "%b %b %d" (wrap promise == promise) (unwrap (wrap promise) == promise) (unwrap (wrap 5));
  p "%d" (assume_no_perform (fun () -> 6 * 7));
  (match assume_no_perform (fun () -> failwith "out") with () -> () | exception e -> p "%s" (Printexc.to_string e));
  p "%s %s %s" (custom_identifier (Obj.repr 1l)) (custom_identifier (Obj.repr 1L)) (custom_identifier (Obj.repr stdout));
  let file = Filename.temp_file "redirected" ".txt" in
  let c = open_out file in
  let kept = redirect stdout ~into:c in
  print_string "to the file";
  Gc.full_major ();
  close_out c;
  restore stdout kept;
  print_endline "to stdout";
  let c = open_in file in
  p "%S" (input_line c);
  close_in c;
  Sys.remove file
