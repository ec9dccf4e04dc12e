(* @page: a signal's handler runs while an external waits: the call goes on waiting for the same promise, or has been given up. *)

external sleep : int -> string -> string = "caml_gr_sleep"
external calls : unit -> int = "caml_gr_calls"
external key : int -> string = "caml_gr_key"
external late : int -> unit = "caml_gr_late"

exception Out

let raises = ref false

let () =
  Sys.set_signal Sys.sigint (Sys.Signal_handle (fun _ -> if !raises then raise Out else (ignore (calls ()); print_endline "handler")));
  print_endline "waiting";
  print_endline (sleep 1500 "slept");
  Printf.printf "calls %d\n" (calls ());
  raises := true;
  print_endline "waiting";
  (match key 1 with s -> print_endline s | exception Out -> print_endline "out");
  late 100;
  print_endline (key 2)
