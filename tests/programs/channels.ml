(* SPDX-License-Identifier: Apache-2.0
   In_channel and Out_channel, buffering modes, copies between channels, custom printing to stdout
   and stderr in order, channels as values. *)

let chunk = String.init 1000 (fun i -> Char.chr (32 + (i mod 95)))

let () =
  Out_channel.with_open_bin "data" (fun oc ->
    for _ = 1 to 200 do Out_channel.output_string oc chunk done;
    Out_channel.output oc (Bytes.of_string "xyztail") 3 4;
    Out_channel.output_substring oc "0123456789" 5 3;
    Out_channel.output_bytes oc (Bytes.of_string "!!");
    Printf.printf "pos %Ld length %Ld\n" (Out_channel.pos oc) (Out_channel.length oc));
  let all = In_channel.with_open_bin "data" In_channel.input_all in
  Printf.printf "%d %s %S\n" (String.length all) (Digest.to_hex (Digest.string all)) (String.sub all 200_000 9);
  In_channel.with_open_bin "data" (fun ic ->
    Printf.printf "%Ld\n" (In_channel.length ic);
    In_channel.seek ic 199_998L;
    Printf.printf "%s\n" (match In_channel.really_input_string ic 4 with Some s -> s | None -> "none");
    Printf.printf "%b\n" (In_channel.really_input_string ic 100 = None);
    Printf.printf "%b %b %b\n" (In_channel.input_char ic = None) (In_channel.input_byte ic = None) (In_channel.input_line ic = None);
    In_channel.seek ic 95L;
    Printf.printf "%s %Ld\n" (match In_channel.input_char ic with Some c -> Printf.sprintf "%C" c | None -> "none") (In_channel.pos ic);
    let b = Bytes.create 10 in
    let complete = In_channel.really_input ic b 0 10 = Some () in
    Printf.printf "%b %S\n" complete (Bytes.to_string b);
    let big = Bigarray.Array1.create Bigarray.char Bigarray.c_layout 16 in
    let n = In_channel.input_bigarray ic big 2 8 in
    Printf.printf "%d %c\n" n big.{2});
  Out_channel.with_open_text "lines" (fun oc ->
    List.iter (fun l -> Out_channel.output_string oc (l ^ "\n")) ["alpha"; "beta"; ""; "gamma"];
    Printf.printf "buffered %b\n" (Out_channel.is_buffered oc);
    Out_channel.set_buffered oc false;
    Printf.printf "buffered %b\n" (Out_channel.is_buffered oc));
  In_channel.with_open_text "lines" (fun ic ->
    In_channel.fold_lines (fun n line -> Printf.printf "%d:%s " n line; n + 1) 0 ic |> Printf.printf "= %d\n");
  List.iter (Printf.printf "[%s]") (In_channel.with_open_text "lines" In_channel.input_lines);
  print_newline ();
  Printf.printf "%b %b %b\n" (In_channel.isatty stdin) (Out_channel.is_binary_mode stdout) (stdout = stdout);
  Printf.printf "%d\n" (compare stdin stdin);
  In_channel.with_open_bin "data" (fun ic ->
    let copied = Buffer.create 1000 in
    (try
       while true do
         match In_channel.input_char ic with
         | None -> raise Exit
         | Some c -> if Buffer.length copied < 500 then Buffer.add_char copied c else raise Exit
       done
     with Exit -> ());
    Buffer.add_channel copied ic 100;
    (match Buffer.add_channel copied ic 1_000_000 with () -> () | exception End_of_file -> Printf.printf "End_of_file %d\n" (Buffer.length copied)));
  (match Out_channel.with_open_bin "data" (fun oc -> Out_channel.close oc; Out_channel.output_char oc 'x') with
   | () -> print_endline "no error" | exception Sys_error r -> print_endline r);
  (match In_channel.with_open_bin "absent" In_channel.input_all with
   | _ -> print_endline "unexpected" | exception Sys_error r -> print_endline r);
  (match output stdout (Bytes.create 3) 2 2 with () -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  prerr_string "to stderr\n"; prerr_endline "a line"; prerr_int 5; prerr_float 1.5; prerr_char 'c'; prerr_bytes (Bytes.of_string "b\n");
  print_string "last without newline"
