(* SPDX-License-Identifier: Apache-2.0
   A handler of our own for uncaught exceptions, and exceptions raised by it and by at_exit.
   @env OCAMLRUNPARAM=b
   @exit 2 *)

let () =
  Printexc.set_uncaught_exception_handler (fun e bt ->
    Printf.eprintf "caught by handler: %s\n%s" (Printexc.to_string e) (Printexc.raw_backtrace_to_string bt);
    failwith "handler fails");
  at_exit (fun () -> print_endline "leaving");
  at_exit (fun () -> invalid_arg "at_exit fails");
  raise Exit
