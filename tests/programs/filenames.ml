(* SPDX-License-Identifier: Apache-2.0
   Filename: taking paths apart, extensions, quoting, temporary files. *)

let () =
  List.iter (fun p ->
    Printf.printf "%S: base %S dir %S ext %S rem %S rel %b impl %b\n" p (Filename.basename p) (Filename.dirname p) (Filename.extension p)
      (Filename.remove_extension p) (Filename.is_relative p) (Filename.is_implicit p))
    [ ""; "/"; "//"; "a"; "a/"; "a/b"; "/a/b.c"; "a.b/c"; ".hidden"; "a/.hidden"; "a.tar.gz"; "./a"; "../b"; "a//b//"; "."; ".."; "a."; "a/..";
      "/a"; "x/.." ; "...x"; "a.b." ];
  Printf.printf "%S %S %S\n" (Filename.concat "a" "b") (Filename.concat "a/" "b") (Filename.concat "" "b");
  Printf.printf "%b %b\n" (Filename.check_suffix "a.ml" ".ml") (Filename.check_suffix "a.mli" ".ml");
  Printf.printf "%S\n" (Filename.chop_suffix "a.ml" ".ml");
  Printf.printf "%s %s\n" (match Filename.chop_suffix_opt ~suffix:".c" "a.c" with Some s -> s | None -> "none")
    (match Filename.chop_suffix_opt ~suffix:".c" "a.ml" with Some s -> s | None -> "none");
  (match Filename.chop_suffix "a.c" ".ml" with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match Filename.chop_extension "abc" with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Printf.printf "%s\n" (Filename.quote "it's a \"test\" $x");
  Printf.printf "%s\n" (Filename.quote_command "cmd" ~stdin:"in" ~stdout:"out put" ~stderr:"out put" ["a b"; "c"]);
  Printf.printf "%s %s %s %s\n" Filename.current_dir_name Filename.parent_dir_name Filename.dir_sep Filename.null;
  let a = Filename.temp_file "pre" ".suf" and b = Filename.temp_file "pre" ".suf" in
  Printf.printf "%b %b %b %b\n" (a <> b) (Sys.file_exists a) (Filename.check_suffix a ".suf")
    (String.starts_with ~prefix:"pre" (Filename.basename a));
  Sys.remove a; Sys.remove b;
  let name, oc = Filename.open_temp_file ~mode:[Open_binary] "open" ".tmp" in
  output_string oc "contents";
  close_out oc;
  Printf.printf "%S\n" (In_channel.with_open_bin name In_channel.input_all);
  Sys.remove name;
  Filename.set_temp_dir_name ".";
  let c = Filename.temp_file "here" "" in
  Printf.printf "%S %s\n" (Filename.dirname c) (Filename.get_temp_dir_name ());
  Sys.remove c;
  let d = Filename.temp_dir "dir" ".d" in
  Printf.printf "%b %d\n" (Sys.is_directory d) (Array.length (Sys.readdir d));
  Sys.rmdir d;
  (match Filename.temp_file ~temp_dir:"no/such/dir" "x" "y" with
   | _ -> print_endline "unexpected" | exception Sys_error r -> print_endline (String.sub r (String.length r - 25) 25))
