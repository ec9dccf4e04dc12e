(* SPDX-License-Identifier: Apache-2.0
   Sys: arguments, environment, constants, files that exist or not, errors' texts.
   @args first "second" third-with-dash --option=value ""
   @env BACTRIAN_TEST_VARIABLE=some-value EMPTY= *)

let attempt name f =
  match f () with
  | () -> Printf.printf "%s: ok\n" name
  | exception Sys_error reason -> Printf.printf "%s: Sys_error %s\n" name reason
  | exception Not_found -> Printf.printf "%s: Not_found\n" name
  | exception Invalid_argument reason -> Printf.printf "%s: Invalid_argument %s\n" name reason

let () =
  Printf.printf "%s\n" (Filename.basename Sys.argv.(0));
  Array.iteri (fun i a -> if i > 0 then Printf.printf "%d: %S\n" i a) Sys.argv;
  Printf.printf "%s %S\n" (Sys.getenv "BACTRIAN_TEST_VARIABLE") (Sys.getenv "EMPTY");
  attempt "getenv" (fun () -> ignore (Sys.getenv "NO_SUCH_VARIABLE"));
  Printf.printf "%b\n" (Sys.getenv_opt "NO_SUCH_VARIABLE" = None);
  Printf.printf "%d %d %b %d %d %d\n" Sys.word_size Sys.int_size Sys.big_endian Sys.max_string_length Sys.max_array_length Sys.max_floatarray_length;
  Printf.printf "%s %b %b %b\n" Sys.os_type Sys.unix Sys.win32 Sys.cygwin;
  Printf.printf "%b %b\n" (Sys.backend_type = Sys.Bytecode) !Sys.interactive;
  Printf.printf "%s\n" (String.sub Sys.ocaml_version 0 2);
  Printf.printf "%d.%d\n" Sys.ocaml_release.major Sys.ocaml_release.minor;
  Printf.printf "%b %b\n" (Sys.time () >= 0.0) (Sys.opaque_identity 3 = 3);
  let here = Sys.getcwd () in
  Sys.mkdir "d" 0o755;
  Sys.chdir "d";
  Printf.printf "%s\n" (Filename.basename (Sys.getcwd ()));
  Out_channel.with_open_bin "f" (fun oc -> Out_channel.output_string oc "x");
  Sys.chdir here;
  Printf.printf "%b %b %b %b %b\n" (Sys.file_exists "d/f") (Sys.file_exists "d/g") (Sys.is_directory "d") (Sys.is_directory "d/f") (Sys.is_regular_file "d/f");
  attempt "is_directory" (fun () -> ignore (Sys.is_directory "nothing"));
  attempt "is_regular_file" (fun () -> ignore (Sys.is_regular_file "nothing"));
  attempt "mkdir again" (fun () -> Sys.mkdir "d" 0o755);
  attempt "mkdir deep" (fun () -> Sys.mkdir "a/b" 0o755);
  attempt "rmdir full" (fun () -> Sys.rmdir "d");
  attempt "remove nothing" (fun () -> Sys.remove "nothing");
  attempt "rename nothing" (fun () -> Sys.rename "nothing" "else");
  attempt "chdir nothing" (fun () -> Sys.chdir "nothing");
  attempt "chdir file" (fun () -> Sys.chdir "d/f");
  attempt "readdir nothing" (fun () -> ignore (Sys.readdir "nothing"));
  attempt "readdir file" (fun () -> ignore (Sys.readdir "d/f"));
  attempt "open nothing" (fun () -> close_in (open_in "nothing"));
  attempt "open directory" (fun () -> ignore (input_char (open_in "d")));
  attempt "create in nothing" (fun () -> close_out (open_out "nothing/f"));
  attempt "create over directory" (fun () -> close_out (open_out "d"));
  attempt "nul" (fun () -> close_in (open_in "a\000b"));
  attempt "rename" (fun () -> Sys.rename "d/f" "d/g");
  Printf.printf "%s\n" (String.concat " " (Array.to_list (Sys.readdir "d")));
  attempt "remove" (fun () -> Sys.remove "d/g");
  attempt "rmdir" (fun () -> Sys.rmdir "d");
  Printf.printf "%b\n" (Sys.file_exists "d");
  Printf.printf "%d\n" (Array.length (Sys.readdir "."));
  (match Sys.signal 1000 Sys.Signal_ignore with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r | exception Sys_error r -> print_endline r);
  (match Sys.signal Sys.sigint (Sys.Signal_handle ignore) with Sys.Signal_default -> print_endline "default" | _ -> print_endline "other");
  (match Sys.signal Sys.sigint Sys.Signal_default with Sys.Signal_handle _ -> print_endline "handled" | _ -> print_endline "other")
