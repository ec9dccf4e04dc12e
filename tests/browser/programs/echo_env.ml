(* Arguments, environment, a file when there is one. *)
let () =
  Array.iteri (fun i a -> Printf.printf "argv %d=%s\n" i a) Sys.argv;
  Printf.printf "exe=%s cwd=%s\n" Sys.executable_name (Sys.getcwd ());
  List.iter (fun name -> Printf.printf "%s=%s\n" name (Option.value (Sys.getenv_opt name) ~default:"(none)")) [ "ANIMAL"; "EMPTY"; "MISSING" ];
  if Sys.file_exists "data.txt" then print_endline ("data: " ^ In_channel.with_open_bin "data.txt" In_channel.input_all)
