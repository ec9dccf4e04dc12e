(* SPDX-License-Identifier: Apache-2.0
   Files and directories through Sys and Filename, and the text of every error they meet.
   @versions all *)

let guarded name f =
  match f () with
  | text -> Printf.printf "%s: %s\n" name text
  | exception e -> Printf.printf "%s: %s\n" name (Printexc.to_string e)

let unit f () = f (); "ok"
let bool f () = string_of_bool (f ())

let make name text =
  let oc = open_out name in
  output_string oc text;
  close_out oc

let read name =
  let ic = open_in name in
  let s = really_input_string ic (in_channel_length ic) in
  close_in ic;
  s

let listing dir =
  let a = Sys.readdir dir in
  Array.sort compare a;
  String.concat " " (Array.to_list a)

let files () =
  make "a" "content of a";
  guarded "exists" (bool (fun () -> Sys.file_exists "a"));
  guarded "exists not" (bool (fun () -> Sys.file_exists "b"));
  guarded "through a file" (bool (fun () -> Sys.file_exists "a/b"));
  guarded "empty name" (bool (fun () -> Sys.file_exists ""));
  guarded "directory?" (bool (fun () -> Sys.is_directory "a"));
  guarded "directory?" (bool (fun () -> Sys.is_directory "."));
  guarded "directory?" (bool (fun () -> Sys.is_directory "none"));
  guarded "rename" (unit (fun () -> Sys.rename "a" "b"));
  guarded "renamed" (fun () -> read "b");
  make "c" "content of c";
  guarded "rename over" (unit (fun () -> Sys.rename "c" "b"));
  guarded "renamed" (fun () -> read "b");
  guarded "rename nothing" (unit (fun () -> Sys.rename "none" "c"));
  guarded "rename to nowhere" (unit (fun () -> Sys.rename "b" "none/c"));
  guarded "rename to itself" (unit (fun () -> Sys.rename "b" "b"));
  guarded "open nothing" (fun () -> read "none");
  guarded "open for writing nowhere" (unit (fun () -> make "none/x" ""));
  guarded "open through a file" (fun () -> read "b/x");
  guarded "open a directory for writing" (unit (fun () -> make "." ""));
  guarded "NUL in a name" (fun () -> read "b\000c");
  guarded "NUL in a name" (bool (fun () -> Sys.file_exists "b\000c"));
  guarded "NUL in a name" (unit (fun () -> Sys.rename "b" "b\000c"));
  guarded "empty name" (fun () -> read "");
  guarded "long name" (fun () -> read (String.make 300 'x') |> ignore; "");
  guarded "remove" (unit (fun () -> Sys.remove "b"));
  guarded "remove again" (unit (fun () -> Sys.remove "b"));
  guarded "remove a directory" (unit (fun () -> Sys.mkdir "d" 0o755; Sys.remove "d"));
  Sys.rmdir "d"

let directories () =
  guarded "mkdir" (unit (fun () -> Sys.mkdir "dir" 0o755));
  guarded "mkdir again" (unit (fun () -> Sys.mkdir "dir" 0o755));
  guarded "mkdir nowhere" (unit (fun () -> Sys.mkdir "none/dir" 0o755));
  guarded "empty" (fun () -> listing "dir");
  make "dir/one" "1";
  make "dir/two" "2";
  Sys.mkdir "dir/sub" 0o700;
  make "dir/sub/three" "3";
  make "dir/.hidden" "";
  make "dir/with space" "";
  make "dir/caf\xc3\xa9" "";
  guarded "listing" (fun () -> listing "dir");
  guarded "readdir of a file" (fun () -> listing "dir/one");
  guarded "readdir of nothing" (fun () -> listing "dir/none");
  guarded "rmdir full" (unit (fun () -> Sys.rmdir "dir"));
  guarded "rmdir a file" (unit (fun () -> Sys.rmdir "dir/one"));
  guarded "rmdir nothing" (unit (fun () -> Sys.rmdir "none"));
  guarded "rename a directory" (unit (fun () -> Sys.rename "dir" "folder"));
  guarded "listing" (fun () -> listing "folder/sub");
  guarded "rename into itself" (unit (fun () -> Sys.rename "folder" "folder/sub/x"));
  guarded "rename over a full one" (unit (fun () -> Sys.mkdir "e" 0o755; Sys.rename "e" "folder"));
  guarded "rename a file over a directory" (unit (fun () -> Sys.rename "folder/one" "e"));
  guarded "rename a directory over a file" (unit (fun () -> Sys.rename "e" "folder/one"));
  guarded "rename over an empty one" (unit (fun () -> Sys.rename "folder/sub" "e"));
  guarded "dots" (fun () -> read "./folder/../folder/./one");
  guarded "slashes" (fun () -> read "folder//two");
  guarded "trailing slash" (bool (fun () -> Sys.is_directory "folder/"));
  guarded "trailing slash" (fun () -> read "folder/one/")

let current () =
  let start = Sys.getcwd () in
  guarded "chdir" (unit (fun () -> Sys.chdir "folder"));
  guarded "inside" (fun () -> read "one");
  Printf.printf "%b\n" (Sys.getcwd () = Filename.concat start "folder");
  guarded "chdir to a file" (unit (fun () -> Sys.chdir "one"));
  guarded "chdir to nothing" (unit (fun () -> Sys.chdir "none"));
  guarded "chdir up" (unit (fun () -> Sys.chdir ".."));
  Printf.printf "%b\n" (Sys.getcwd () = start);
  guarded "absolute" (fun () -> read (Filename.concat start "folder/two"))

let many () =
  Sys.mkdir "many" 0o755;
  for i = 1 to 60 do make (Printf.sprintf "many/file-number-%d" i) "" done;
  Printf.printf "%d\n" (Array.length (Sys.readdir "many"));
  for i = 1 to 60 do Sys.remove (Printf.sprintf "many/file-number-%d" i) done;
  Sys.rmdir "many";
  guarded "gone" (bool (fun () -> Sys.file_exists "many"))

let temporary () =
  let a = Filename.temp_file "pre" ".suf" in
  let base = Filename.basename a in
  Printf.printf "%b %b %b\n" (Sys.file_exists a) (String.sub base 0 3 = "pre") (Filename.check_suffix a ".suf");
  let b, oc = Filename.open_temp_file ~temp_dir:"folder" "x" "y" in
  output_string oc "temporary";
  close_out oc;
  guarded "read" (fun () -> read b);
  Printf.printf "%b %s\n" (a <> b) (Filename.dirname b);
  guarded "nowhere" (fun () ->
      match Filename.temp_file ~temp_dir:"none" "a" "b" with
      | _ -> "made"
      | exception Sys_error text -> String.sub text (String.index text ':') 27);
  Sys.remove a;
  Sys.remove b

let () =
  files ();
  directories ();
  current ();
  many ();
  temporary ()
