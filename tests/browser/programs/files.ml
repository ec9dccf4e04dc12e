(* Writes, renames, lists, reads back. *)
let () =
  let show dir = Array.to_list (Sys.readdir dir) |> List.sort compare |> String.concat " " in
  Sys.mkdir "/out" 0o755;
  Out_channel.with_open_bin "/out/a" (fun oc -> output_string oc "first\n");
  let oc = open_out_gen [ Open_append; Open_binary ] 0o644 "/out/a" in
  output_string oc "second\n"; close_out oc;
  Sys.rename "/out/a" "/out/b";
  print_endline (show "/out");
  let ic = open_in_bin "/out/b" in
  seek_in ic 6; print_endline (input_line ic); close_in ic;
  (try ignore (open_in "/out/a") with Sys_error e -> print_endline e);
  (try Sys.rmdir "/out" with Sys_error e -> print_endline e);
  let temp, oc = Filename.open_temp_file "x" ".txt" in
  close_out oc; Printf.printf "%b %b\n" (Sys.file_exists temp) (Filename.dirname temp = "/tmp");
  Sys.chdir "/out"; print_endline (Sys.getcwd ());
  (try exit (Sys.command "ls") with Sys_error e -> print_endline e)
