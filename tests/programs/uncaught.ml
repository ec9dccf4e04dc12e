(* SPDX-License-Identifier: Apache-2.0
   An exception that nobody catches: message and backtrace on stderr, exit code 2, at_exit first.
   @env OCAMLRUNPARAM=b
   @exit 2 *)

exception Lost of string * int

let rec dig n = if n = 0 then raise (Lost ("bottom", 42)) else 1 + dig (n - 1)

let () =
  at_exit (fun () -> print_endline "at_exit ran");
  print_string "before";
  print_int (try dig 2 with Not_found -> 0)
