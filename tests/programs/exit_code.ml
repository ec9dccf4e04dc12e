(* SPDX-License-Identifier: Apache-2.0
   exit: its code, at_exit in reverse order, buffers flushed, nothing after it, exit inside at_exit.
   @exit 37
   @versions all *)

let () =
  at_exit (fun () -> print_string "one\n");
  at_exit (fun () -> print_string "two\n"; exit 37);
  at_exit (fun () -> prerr_string "three, to stderr\n");
  print_string "unflushed ";
  Format.printf "format@ ";
  (try exit 3 with Stdlib.Exit -> print_string "not this exception");
  print_string "never"
