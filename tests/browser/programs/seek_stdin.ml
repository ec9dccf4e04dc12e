(* Stdin as a file: its length, a seek, a line. *)
let () =
  ignore (input_line stdin);
  Printf.printf "%d %d\n" (pos_in stdin) (in_channel_length stdin);
  seek_in stdin 2; print_endline (input_line stdin)
