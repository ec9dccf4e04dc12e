(* What a program sees of the system under Node: commands, the environment, the executable, files. *)
let () =
  Printf.printf "%d\n%!" (Sys.command "echo from the shell; exit 3");
  Printf.printf "%d\n%!" (Sys.command "kill -9 $$");
  Printf.printf "%s %b\n" (Filename.basename Sys.executable_name) (Sys.file_exists Sys.executable_name);
  Printf.printf "%s\n" (Option.value (Sys.getenv_opt "BACTRIAN_TEST") ~default:"unset");
  let name, oc = Filename.open_temp_file "bactrian" ".txt" in
  output_string oc "one\ntwo\n"; close_out oc;
  let oc = open_out_gen [ Open_wronly; Open_append ] 0o600 name in
  Printf.printf "%d " (out_channel_length oc); output_string oc "three\n"; close_out oc;
  let ic = open_in name in
  seek_in ic 4; print_string (input_line ic); Printf.printf " %d %d\n" (pos_in ic) (in_channel_length ic); close_in ic;
  Sys.remove name;
  (try ignore (open_in name) with Sys_error e -> print_endline (String.sub e (String.length name) (String.length e - String.length name)));
  (try ignore (Sys.readdir "/nonexistent") with Sys_error e -> print_endline e)
