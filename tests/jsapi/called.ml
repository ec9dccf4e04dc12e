(* @page: functions that the page calls, here or in a worker, some of which wait; externals; programs that are stopped. *)
open Js_of_ocaml
module U = Js.Unsafe
external await : 'a -> 'b = "bactrian_js_await"
external greeting : string -> string = "page_greeting"

let set_timeout f ms = ignore (U.fun_call (U.get U.global "setTimeout") [| U.inject (Js.wrap_callback f); U.inject ms |])
let pause ms : unit =
  await (U.new_obj (U.get U.global "Promise") [| U.inject (Js.wrap_callback (fun resolve -> set_timeout (fun () -> U.fun_call resolve [| U.inject 0 |]) ms)) |])

let ticks = ref 0
let rec tick () = incr ticks; if Array.mem "count" Sys.argv then U.set U.global "ticks" !ticks; set_timeout tick 1

let () =
  Callback.register "add" (fun a b -> a + b);
  Callback.register "later" (fun n -> pause 5; 2 * n);
  Callback.register "fail_later" (fun () -> pause 5; failwith "late");
  Callback.register "line" (fun () -> read_line ());
  Callback.register "greet" (fun name -> greeting (Js.to_string name));
  Callback.register "block" (fun () -> Some 1);
  Callback.register "items" (fun () -> Js.array [| 1; 2; 3 |]);
  Callback.register "tick" tick;
  Callback.register "ticks" (fun () -> !ticks);
  Callback.register "quit" (fun code -> at_exit (fun () -> print_endline "quits"); exit code);
  print_endline "started";
  if Array.mem "spin" Sys.argv then while true do incr ticks done;
  if Array.mem "wait" Sys.argv then pause 1_000_000;
  print_endline "main ends"
