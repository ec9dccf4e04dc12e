(* SPDX-License-Identifier: Apache-2.0
   In_channel and Out_channel: whole files, lines, unbuffered output, bigarrays, regular files,
   temporary directories. *)

let guarded name f =
  match f () with
  | text -> Printf.printf "%s: %s\n" name text
  | exception e -> Printf.printf "%s: %s\n" name (Printexc.to_string e)

let on_disk () = In_channel.with_open_bin "f" In_channel.input_all

let whole_files () =
  let big = String.init 150_000 (fun i -> Char.chr (i land 255)) in
  Out_channel.with_open_bin "f" (fun oc -> Out_channel.output_string oc big);
  Printf.printf "%b\n" (on_disk () = big);
  Out_channel.with_open_text "f" (fun oc -> Out_channel.output_string oc "one\ntwo\n\nlast");
  guarded "lines" (fun () -> String.concat "|" (In_channel.with_open_text "f" In_channel.input_lines));
  guarded "fold" (fun () ->
      string_of_int (In_channel.with_open_text "f" (In_channel.fold_lines (fun n l -> n + String.length l) 0)));
  In_channel.with_open_bin "f" (fun ic ->
      guarded "options" (fun () ->
          match In_channel.input_char ic, In_channel.input_byte ic, In_channel.input_line ic with
          | Some c, Some b, Some l -> Printf.sprintf "%C %d %S" c b l
          | _ -> "missing");
      ignore (In_channel.input_all ic);
      Printf.printf "%b %b\n" (In_channel.input_char ic = None) (In_channel.input_line ic = None);
      Printf.printf "%b %Ld of %Ld\n" (In_channel.is_binary_mode ic) (In_channel.pos ic) (In_channel.length ic);
      In_channel.seek ic 4L;
      guarded "upto" (fun () -> match In_channel.really_input_string ic 3 with Some s -> s | None -> "none");
      guarded "upto" (fun () -> match In_channel.really_input_string ic 30 with Some s -> s | None -> "none"));
  guarded "with_open on nothing" (fun () -> In_channel.with_open_bin "none" In_channel.input_all)

let unbuffered () =
  Out_channel.with_open_bin "f" (fun oc ->
      Out_channel.output_string oc "kept";
      Printf.printf "%b %S" (Out_channel.is_buffered oc) (on_disk ());
      Out_channel.set_buffered oc false;
      Printf.printf " %b %S" (Out_channel.is_buffered oc) (on_disk ());
      Out_channel.output_char oc '1';
      Printf.printf " %S" (on_disk ());
      Out_channel.output_substring oc "x23x" 1 2;
      Printf.printf " %S" (on_disk ());
      output_binary_int oc 0x41424344;
      Printf.printf " %S" (on_disk ());
      Out_channel.set_buffered oc true;
      Out_channel.output_char oc '!';
      Printf.printf " %S\n" (on_disk ()));
  let oc = Out_channel.open_bin "f" in
  Out_channel.set_buffered oc false;
  Out_channel.close oc;
  guarded "unbuffered and closed" (fun () -> Out_channel.output_string oc ""; "ok");
  guarded "unbuffered and closed" (fun () -> Out_channel.set_buffered oc false; "ok")

let bigarrays () =
  let open Bigarray in
  let a = Array1.init char c_layout 100_000 (fun i -> Char.chr (i mod 251)) in
  Out_channel.with_open_bin "f" (fun oc ->
      Out_channel.output_bigarray oc a 0 100_000;
      guarded "bounds" (fun () -> Out_channel.output_bigarray oc a 99_999 2; "ok"));
  let b = Array1.create char c_layout 100_010 in
  Array1.fill b '.';
  In_channel.with_open_bin "f" (fun ic ->
      guarded "input" (fun () -> string_of_int (In_channel.input_bigarray ic b 1 10));
      guarded "really" (fun () ->
          match In_channel.really_input_bigarray ic b 11 99_990 with Some () -> "all" | None -> "end");
      guarded "really" (fun () ->
          match In_channel.really_input_bigarray ic b 0 1 with Some () -> "all" | None -> "end");
      guarded "bounds" (fun () -> string_of_int (In_channel.input_bigarray ic b (-1) 1)));
  Printf.printf "%C %b %C\n" b.{0} (Array1.sub b 1 100_000 = a) b.{100_001}

let paths () =
  Printf.printf "%b %b\n" (Sys.is_regular_file "f") (Sys.is_regular_file ".");
  guarded "regular?" (fun () -> string_of_bool (Sys.is_regular_file "none"));
  let d = Filename.temp_dir "pre" "suf" in
  Printf.printf "%b %d\n" (Sys.is_directory d) (Array.length (Sys.readdir d));
  Sys.rmdir d;
  guarded "open flags" (fun () ->
      Out_channel.with_open_gen [Open_wronly; Open_creat; Open_excl] 0o600 "f" (fun _ -> "made"))

let () =
  whole_files ();
  unbuffered ();
  bigarrays ();
  paths ()
