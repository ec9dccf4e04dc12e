(* A character of four bytes in two writes. *)
let () =
  print_string "a\xf0\x9f"; flush stdout;
  print_string "\x90\xaa\xc3"; flush stdout;
  print_string "\xa9\n"; flush stdout; prerr_string "stderr without newline"
