(* Ctrl-C: once caught, then as it is by default. *)
let () =
  Sys.catch_break true;
  print_endline "first";
  (try while true do ignore (read_line ()) done with Sys.Break -> print_endline "caught Break");
  Sys.set_signal Sys.sigint Sys.Signal_default;
  print_endline "second";
  while true do () done
