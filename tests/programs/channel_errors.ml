(* SPDX-License-Identifier: Apache-2.0
   Channels that are closed, that fail, that are forgotten; comparing and hashing channels; standard
   channels; what at_exit flushes. *)

let guarded name f =
  match f () with
  | () -> Printf.printf "%s: ok\n" name
  | exception e -> Printf.printf "%s: %s\n" name (Printexc.to_string e)

let closed_output () =
  let oc = open_out "out" in
  output_string oc "abc";
  close_out oc;
  let twice name f = guarded name f; guarded name f in
  twice "output_char" (fun () -> output_char oc 'x');
  twice "output_string" (fun () -> output_string oc "xyz");
  twice "output nothing" (fun () -> output_string oc "");
  twice "output_binary_int" (fun () -> output_binary_int oc 1);
  twice "output_value" (fun () -> output_value oc (1, 2));
  twice "flush" (fun () -> flush oc);
  twice "close_out" (fun () -> close_out oc);
  twice "close_out_noerr" (fun () -> close_out_noerr oc);
  twice "seek_out" (fun () -> seek_out oc 0);
  twice "out_channel_length" (fun () -> ignore (out_channel_length oc));
  twice "set_binary_mode_out" (fun () -> set_binary_mode_out oc true)

let closed_input () =
  let ic = open_in "out" in
  ignore (input_char ic);
  close_in ic;
  let b = Bytes.create 4 in
  guarded "input_char" (fun () -> ignore (input_char ic));
  guarded "input_line" (fun () -> ignore (input_line ic));
  guarded "input" (fun () -> ignore (input ic b 0 4));
  guarded "input nothing" (fun () -> Printf.printf "%d " (input ic b 0 0));
  guarded "really_input" (fun () -> really_input ic b 0 1);
  guarded "input_binary_int" (fun () -> ignore (input_binary_int ic));
  guarded "input_value" (fun () -> ignore (input_value ic));
  guarded "seek_in" (fun () -> seek_in ic 1);
  guarded "in_channel_length" (fun () -> ignore (in_channel_length ic));
  guarded "close_in" (fun () -> close_in ic);
  guarded "close_in_noerr" (fun () -> close_in_noerr ic)

let wrong_direction () =
  let oc = open_out_gen [Open_rdonly] 0 "out" in
  guarded "write to a file opened for reading" (fun () -> output_string oc "x"; flush oc);
  guarded "close it" (fun () -> close_out oc);
  let ic = open_in_gen [Open_wronly] 0 "out" in
  guarded "read from a file opened for writing" (fun () -> ignore (input_char ic));
  guarded "seek before the start" (fun () -> seek_in ic (-1));
  guarded "close it" (fun () -> close_in ic);
  let ic = open_in "." in
  guarded "read from a directory" (fun () -> ignore (input_char ic));
  close_in ic

let compared () =
  let a = open_in "out" and b = open_in "out" in
  Printf.printf "%b %b %b %b\n" (a = a) (a = b) (compare a a = 0) (compare a b = - (compare b a));
  Printf.printf "%b\n" (Hashtbl.hash a = Hashtbl.hash a);
  guarded "marshalled" (fun () -> ignore (Marshal.to_string a []));
  close_in a;
  close_in b

(* Unflushed output of a channel that nobody knows any more comes out in the end, or here. *)
let forgotten () =
  let forget name text =
    let oc = open_out name in
    output_string oc text in
  forget "forgotten" "some text";
  for _ = 1 to 3 do Gc.full_major () done;
  flush_all ();
  let ic = open_in "forgotten" in
  print_endline (input_line ic);
  close_in ic;
  for i = 1 to 200 do
    let ic = open_in "out" in
    ignore (input_char ic);
    close_in ic;
    if i mod 50 = 0 then Gc.full_major ()
  done

let () =
  closed_output ();
  closed_input ();
  wrong_direction ();
  compared ();
  forgotten ();
  prerr_string "to stderr, ";
  prerr_endline "with a newline";
  at_exit (fun () -> print_string "at exit, ");
  at_exit (fun () -> print_string "first ");
  print_string "last, "
