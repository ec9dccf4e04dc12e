(* For patched_closures.ml. *)
external current_environment : unit -> Obj.t = "caml_get_current_environment"
external invoke_traced : Obj.raw_data -> Obj.t -> Obj.t -> Obj.t = "caml_invoke_traced_function"

let patched : (Obj.t * Obj.raw_data * string) list ref = ref []

let invoke code closure arg = invoke_traced code closure arg

let on_call closure arg =
  let _, code, name = List.find (fun (c, _, _) -> c == closure) !patched in
  try
    Printf.printf "%s called\n" name;
    let result = invoke code closure arg in
    Printf.printf "%s returned\n" name;
    result
  with exn ->
    Printf.printf "%s raised %s\n" name (Printexc.to_string exn);
    raise exn
