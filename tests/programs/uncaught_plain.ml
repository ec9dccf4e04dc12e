(* SPDX-License-Identifier: Apache-2.0
   Without backtraces: just the message; a second exception inside at_exit.
   @exit 2 *)

let () =
  at_exit (fun () -> print_endline "first registered, last run");
  at_exit (fun () -> print_endline "second");
  print_endline "working";
  ignore (List.find (fun x -> x > 5) [1; 2; 3])
