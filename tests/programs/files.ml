(* SPDX-License-Identifier: Apache-2.0
   Files: open flags, append, seek, truncate, sharing of offsets, sizes, binary integers, rename over.
   @versions all *)

let read name =
  let ic = open_in_bin name in
  let s = really_input_string ic (in_channel_length ic) in
  close_in ic;
  s

let write ?(flags = [Open_wronly; Open_creat; Open_trunc; Open_binary]) name text =
  let oc = open_out_gen flags 0o644 name in
  output_string oc text;
  close_out oc

let attempt name f =
  match f () with
  | text -> Printf.printf "%s: %S\n" name text
  | exception Sys_error reason -> Printf.printf "%s: Sys_error %s\n" name reason
  | exception End_of_file -> Printf.printf "%s: End_of_file\n" name
  | exception Invalid_argument reason -> Printf.printf "%s: Invalid_argument %s\n" name reason

let flags () =
  write "f" "hello world";
  attempt "written" (fun () -> read "f");
  attempt "no trunc" (fun () -> write ~flags:[Open_wronly] "f" "HE"; read "f");
  attempt "append" (fun () -> write ~flags:[Open_wronly; Open_append] "f" "!!"; read "f");
  attempt "trunc" (fun () -> write ~flags:[Open_wronly; Open_trunc] "f" "short"; read "f");
  attempt "excl" (fun () -> write ~flags:[Open_wronly; Open_creat; Open_excl] "f" "x"; "");
  attempt "excl new" (fun () -> write ~flags:[Open_wronly; Open_creat; Open_excl] "g" "x"; read "g");
  attempt "no creat" (fun () -> write ~flags:[Open_wronly] "missing" "x"; "");
  attempt "read only" (fun () -> let ic = open_in_gen [Open_rdonly] 0 "f" in let s = input_line ic in close_in ic; s)

let seeking () =
  let oc = open_out_bin "s" in
  output_string oc "0123456789";
  seek_out oc 3;
  output_string oc "abc";
  Printf.printf "pos %d\n" (pos_out oc);
  seek_out oc 15;
  output_char oc 'Z';
  Printf.printf "length %d\n" (out_channel_length oc);
  close_out oc;
  attempt "hole" (fun () -> read "s");
  let ic = open_in_bin "s" in
  seek_in ic 4;
  Printf.printf "%c %d\n" (input_char ic) (pos_in ic);
  seek_in ic 0;
  Printf.printf "%c\n" (input_char ic);
  seek_in ic 100;
  attempt "past the end" (fun () -> String.make 1 (input_char ic));
  seek_in ic 14;
  attempt "really_input" (fun () -> really_input_string ic 5);
  seek_in ic 14;
  let b = Bytes.make 6 '.' in
  Printf.printf "input %d %S\n" (input ic b 1 5) (Bytes.to_string b);
  Printf.printf "input at end %d\n" (input ic b 0 6);
  attempt "bad range" (fun () -> string_of_int (input ic b 3 6));
  close_in ic;
  attempt "closed" (fun () -> input_line ic);
  close_in ic

let big () =
  let oc = open_out_bin "b" in
  for i = 0 to 99_999 do output_binary_int oc (i * 77777) done;
  for i = 0 to 300 do output_byte oc i done;
  close_out oc;
  let ic = open_in_bin "b" in
  let sum = ref 0 in
  for _ = 0 to 99_999 do sum := !sum lxor input_binary_int ic done;
  Printf.printf "sum %d at %d\n" !sum (pos_in ic);
  seek_in ic (4 * 65_000);
  Printf.printf "%d\n" (input_binary_int ic);
  seek_in ic 400_000;
  for _ = 0 to 2 do Printf.printf "%d " (input_byte ic) done;
  seek_in ic (in_channel_length ic - 2);
  Printf.printf "%d %d\n" (input_byte ic) (input_byte ic);
  attempt "end" (fun () -> string_of_int (input_byte ic));
  attempt "end int" (fun () -> string_of_int (input_binary_int ic));
  close_in ic

let lines () =
  write "l" ("first\n\nthird\r\n" ^ String.make 70_000 'x' ^ "\nno newline at end");
  let ic = open_in "l" in
  (try
     while true do
       let line = input_line ic in
       Printf.printf "%d %S\n" (String.length line) (if String.length line > 20 then String.sub line 0 5 else line)
     done
   with End_of_file -> print_endline "End_of_file");
  close_in ic

let () =
  flags ();
  seeking ();
  big ();
  lines ();
  let a = open_out "two" in
  let b = open_out_gen [Open_wronly; Open_append] 0 "two" in
  output_string a "from a\n"; flush a;
  output_string b "from b\n"; flush b;
  output_string a "A"; close_out a; close_out b;
  attempt "two writers" (fun () -> read "two");
  write "old" "old"; write "new" "new";
  Sys.rename "old" "new";
  attempt "renamed over" (fun () -> read "new");
  Printf.printf "%b\n" (Sys.file_exists "old");
  let ic = open_in "new" in
  Sys.remove "new";
  attempt "removed while open" (fun () -> input_line ic);
  close_in ic;
  let names = Sys.readdir "." in
  Array.sort compare names;
  print_endline (String.concat " " (Array.to_list names));
  Array.iter Sys.remove names
