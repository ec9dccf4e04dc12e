(* @own: exit in a function that JavaScript calls ends the program: what at_exit has that was not done when the main part
   ended is done, later calls do nothing. *)
open Js_of_ocaml
module U = Js.Unsafe

let later ms f = ignore (U.fun_call (U.js_expr "setTimeout") [| U.inject (Js.wrap_callback f); U.inject ms |])

let () =
  at_exit (fun () -> print_endline "at_exit");
  later 30 (fun () -> print_endline "too late");
  later 10 (fun () -> print_endline "exit"; at_exit (fun () -> print_string "at_exit again\n"); if Array.length Sys.argv < 9 then exit 3; print_endline "not here");
  print_endline "main ends"
