(* @own: primitives of js_of_ocaml 6.x that 4.0 has not; files and channels, which 4.0's Node back end does otherwise. *)
open Js_of_ocaml
type any = Js.Unsafe.any

external strict_equals : any -> any -> bool = "caml_js_strict_equals"
external wrap_unsafe : ('a -> 'b) -> any = "caml_js_wrap_callback_unsafe"
external from_int32 : int32 -> any = "caml_js_from_int32"
external to_int32 : any -> int32 = "caml_js_to_int32"
external from_nativeint : nativeint -> any = "caml_js_from_nativeint"
external to_nativeint : any -> nativeint = "caml_js_to_nativeint"
external string_of_array : any -> string = "caml_string_of_uint8_array"
external bytes_of_array : any -> bytes = "caml_bytes_of_uint8_array"
external array_of_string : string -> any = "caml_uint8_array_of_string"
external array_of_bytes : bytes -> any = "caml_uint8_array_of_bytes"
external create_file : string -> string -> unit = "caml_create_file"
external read_file : string -> string = "caml_read_file_content"
external mount : string -> (string -> string -> string option) -> unit = "caml_mount_autoload"
external unmount : string -> unit = "caml_unmount"
external mounts : unit -> string list = "caml_list_mount_point"
external set_output : out_channel -> any -> unit = "caml_ml_set_channel_output"
external set_input : in_channel -> any -> unit = "caml_ml_set_channel_refill"
type redirection
external redirect : out_channel -> out_channel -> redirection = "caml_ml_channel_redirect"
external restore : out_channel -> redirection -> unit = "caml_ml_channel_restore"
external assume_no_perform : (unit -> 'a) -> 'a = "caml_assume_no_perform"
external wrap_exception : any -> exn = "caml_wrap_exception"

let p fmt = Printf.printf (fmt ^^ "\n%!")
let any = Js.Unsafe.inject
let eval (s : string) : any = Js.Unsafe.eval_string s

let () =
  p "%b %b %b" (strict_equals (any 1) (any 1)) (strict_equals (any 1) (eval "'1'")) (strict_equals (eval "'a' + 'b'") (eval "'ab'"));
  p "%d" (Js.Unsafe.fun_call (wrap_unsafe (fun a b -> a + b)) [| any 1; any 2; any 3 |]);
  p "%ld %ld" (to_int32 (from_int32 (-5l))) (to_int32 (eval "4294967297"));
  p "%nd" (to_nativeint (from_nativeint 7n));
  let a = array_of_string "\x01\xff" in
  p "%d %S %S" (Js.Unsafe.get a "length") (string_of_array a) (Bytes.to_string (bytes_of_array (array_of_bytes (Bytes.of_string "xyz"))));
  (match wrap_exception (eval "new Error('w')") with
   | Js.Error e -> p "%s" (Js.to_string e##.message)
   | e -> p "%s" (Printexc.to_string e));
  let dir = Filename.get_temp_dir_name () in
  let file = Filename.concat dir "jsapi/made.txt" in
  create_file file "content\n";
  p "%S %S" (read_file file) (let c = open_in file in let line = input_line c in close_in c; line);
  Sys.remove file;
  let auto = Filename.concat dir "jsapi/auto" in
  mount auto (fun prefix path -> if path = "none" then None else Some (Filename.basename prefix ^ ":" ^ path));
  p "%b %b" (Sys.file_exists (auto ^ "/none")) (List.mem (auto ^ "/") (mounts ()));
  let c = open_in (auto ^ "/some/file") in
  p "%s" (input_line c);
  close_in c;
  Sys.remove (auto ^ "/some/file");
  unmount auto;
  p "%b" (Sys.file_exists (auto ^ "/other"));
  let file = Filename.concat dir "jsapi/redirected.txt" in
  create_file file "";
  let into = open_out file in
  let redirection = redirect stdout into in
  p "to the file";
  Gc.full_major ();
  print_string "and more";
  restore stdout redirection;
  p "to stdout";
  close_out into;
  p "%S" (read_file file);
  Sys.remove file;
  p "%d" (assume_no_perform (fun () -> 6 * 7));
  let pieces = ref [] in
  set_output stderr (any (Js.wrap_callback (fun s -> pieces := Js.to_string s :: !pieces)));
  prerr_string "to stderr";
  flush stderr;
  p "%s" (String.concat "|" !pieces);
  let lines = ref [ "first\nsec"; "ond\n" ] in
  set_input stdin (any (Js.wrap_callback (fun () -> match !lines with [] -> "" | l :: rest -> lines := rest; l)));
  p "%s" (read_line ());
  p "%s" (read_line ());
  p "%s" (match read_line () with line -> line | exception End_of_file -> "end")
