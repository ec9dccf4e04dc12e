(* SPDX-License-Identifier: Apache-2.0
   Channels on files: every way to write and to read back, positions, appending, truncating, long
   lines, buffers' ends, several channels on one file.
   @versions all *)

let file = "data.bin"

let contents name =
  let ic = open_in_bin name in
  let s = really_input_string ic (in_channel_length ic) in
  close_in ic;
  s

(* A long text by its length and its digest. *)
let summary s =
  if String.length s <= 40 then Printf.sprintf "%S" s
  else Printf.sprintf "%d bytes, %s" (String.length s) (Digest.to_hex (Digest.string s))

let show name text = Printf.printf "%s: %s\n" name (summary text)

let guarded name f =
  match f () with
  | text -> Printf.printf "%s: %s\n" name text
  | exception e -> Printf.printf "%s: %s\n" name (Printexc.to_string e)

let writing () =
  let oc = open_out_bin file in
  output_string oc "abc";
  output_char oc 'd';
  output_byte oc 0x165;
  output_bytes oc (Bytes.of_string "fg");
  output oc (Bytes.of_string "..hi..") 2 2;
  output_substring oc "--jk--" 2 2;
  Printf.printf "pos %d, length on disk %d\n" (pos_out oc) (out_channel_length oc);
  flush oc;
  Printf.printf "pos %d, length on disk %d\n" (pos_out oc) (out_channel_length oc);
  output_binary_int oc 0x12345678;
  output_binary_int oc (-2);
  seek_out oc 1;
  output_string oc "BC";
  Printf.printf "pos %d\n" (pos_out oc);
  seek_out oc 30;
  output_string oc "end";
  close_out oc;
  show "written" (contents file)

let reading () =
  let ic = open_in_bin file in
  Printf.printf "length %d\n" (in_channel_length ic);
  Printf.printf "char %C, byte %d, pos %d\n" (input_char ic) (input_byte ic) (pos_in ic);
  let b = Bytes.make 8 '.' in
  let n = input ic b 2 4 in
  Printf.printf "input %d %S\n" n (Bytes.to_string b);
  really_input ic b 0 5;
  Printf.printf "really_input %S, pos %d\n" (Bytes.to_string b) (pos_in ic);
  Printf.printf "ints %d" (input_binary_int ic);
  Printf.printf " %d\n" (input_binary_int ic);
  seek_in ic 31;
  guarded "int at the end" (fun () -> string_of_int (input_binary_int ic));
  Printf.printf "pos %d\n" (pos_in ic);
  guarded "char at the end" (fun () -> String.make 1 (input_char ic));
  guarded "line at the end" (fun () -> input_line ic);
  Printf.printf "input at the end %d\n" (input ic b 0 8);
  seek_in ic 0;
  guarded "after seeking back" (fun () -> really_input_string ic 3);
  seek_in ic 1000;
  Printf.printf "pos %d\n" (pos_in ic);
  guarded "far behind the end" (fun () -> String.make 1 (input_char ic));
  seek_in ic 28;
  guarded "too much" (fun () -> really_input_string ic 10);
  guarded "input bounds" (fun () -> string_of_int (input ic b 5 4));
  close_in ic

let modes () =
  let write flags text =
    let oc = open_out_gen flags 0o644 file in
    Printf.printf "pos %d" (pos_out oc);
    output_string oc text;
    Printf.printf ", then %d\n" (pos_out oc);
    close_out oc;
    show "file" (contents file) in
  write [Open_wronly; Open_creat; Open_trunc] "first";
  write [Open_wronly; Open_append] "+second";
  write [Open_wronly] "FIR";
  write [Open_append; Open_creat] "+third";
  let oc = open_out_gen [Open_wronly; Open_append] 0 file in
  seek_out oc 2;
  output_string oc "+fourth";
  close_out oc;
  show "append after seek" (contents file);
  guarded "exclusive" (fun () -> write [Open_wronly; Open_creat; Open_excl] "x"; "made")

let lines () =
  let line i n = String.init n (fun j -> Char.chr (33 + ((i + j) mod 90))) in
  let sizes = [0; 1; 10; 65534; 65535; 65536; 65537; 3; 0; 200_000; 5] in
  let oc = open_out file in
  List.iteri (fun i n -> output_string oc (line i n); output_char oc '\n') sizes;
  output_string oc "no newline";
  close_out oc;
  let ic = open_in file in
  List.iteri (fun i n -> if input_line ic <> line i n then Printf.printf "line %d is wrong\n" i) sizes;
  guarded "last" (fun () -> input_line ic);
  guarded "end" (fun () -> input_line ic);
  close_in ic;
  let ic = open_in file in
  let count = ref 0 in
  (try while true do ignore (input_char ic); incr count done with End_of_file -> ());
  Printf.printf "%d characters, pos %d\n" !count (pos_in ic);
  seek_in ic 11;
  Printf.printf "%d\n" (String.length (input_line ic));
  close_in ic

let buffers () =
  let oc = open_out_bin file in
  let on_disk () = String.length (contents file) in
  output_string oc (String.make 65535 'a');
  Printf.printf "%d" (on_disk ());
  output_char oc 'b';
  Printf.printf " %d" (on_disk ());
  output_char oc 'c';
  Printf.printf " %d" (on_disk ());
  output_string oc (String.make 65535 'd');
  Printf.printf " %d" (on_disk ());
  output_string oc (String.make 200_000 'e');
  Printf.printf " %d" (on_disk ());
  output_string oc (String.make 10 'f');
  Printf.printf " %d" (on_disk ());
  close_out oc;
  Printf.printf " %d\n" (on_disk ());
  show "all" (contents file)

let shared () =
  let oc = open_out_bin file and ic = open_in_bin file in
  let step text =
    output_string oc text;
    flush oc;
    let b = Bytes.create 20 in
    let n = input ic b 0 20 in
    Printf.printf "reader got %S at %d\n" (Bytes.sub_string b 0 n) (pos_in ic) in
  step "one";
  step "";
  step "two, three";
  let late = open_in_bin file in
  output_string oc "unwritten";
  Printf.printf "late reader sees %d bytes\n" (in_channel_length late);
  close_out oc;
  Printf.printf "then %d bytes\n" (in_channel_length late);
  Sys.remove file;
  show "removed but open" (really_input_string late 22);
  close_in late;
  close_in ic

let large_files () =
  let oc = open_out_bin file in
  LargeFile.seek_out oc 5_000_000_000L;
  Printf.printf "pos %Ld\n" (LargeFile.pos_out oc);
  LargeFile.seek_out oc 3L;
  output_string oc "xyz";
  Printf.printf "pos %Ld, length %Ld\n" (LargeFile.pos_out oc) (LargeFile.out_channel_length oc);
  close_out oc;
  let ic = open_in_bin file in
  LargeFile.seek_in ic 4L;
  Printf.printf "%C at %Ld of %Ld\n" (input_char ic) (LargeFile.pos_in ic) (LargeFile.in_channel_length ic);
  close_in ic

let () =
  writing ();
  reading ();
  modes ();
  lines ();
  buffers ();
  shared ();
  large_files ()
