(* SPDX-License-Identifier: Apache-2.0
   Generated lexers without actions' variables, and the Lexing module's own functions.
   @with simple_lexer.mll
   @versions all *)

let attempt text =
  match Simple_lexer.main (Lexing.from_string text) with
  | s -> Printf.printf "%S -> %s\n" text s
  | exception Failure reason -> Printf.printf "%S -> Failure %s\n" text reason; Buffer.clear Simple_lexer.out

let () =
  List.iter attempt
    [ ""; "begin beginner end"; "0xff 0x 00 12ab"; "... .. ."; "<!a>b>c"; "/* x * y */ z"; "h\xc3\xa9llo"; "a#b"; "<!never"; "/* open";
      "a\nb\nc" ];
  let lexbuf = Lexing.from_string ~with_positions:true "one two" in
  Lexing.set_filename lexbuf "file.txt";
  Lexing.set_position lexbuf { pos_fname = "other.txt"; pos_lnum = 10; pos_bol = 100; pos_cnum = 105 };
  print_endline (Simple_lexer.main lexbuf);
  let p = Lexing.lexeme_end_p lexbuf in
  Printf.printf "%s %d %d %d\n" p.pos_fname p.pos_lnum p.pos_bol p.pos_cnum;
  let chunks = ref ["beg"; "in 12"; "3 e"; "nd"] in
  let refill b n =
    match !chunks with
    | [] -> 0
    | c :: rest -> assert (String.length c <= n); chunks := rest; Bytes.blit_string c 0 b 0 (String.length c); String.length c in
  print_endline (Simple_lexer.main (Lexing.from_function refill));
  let name = Filename.temp_file "lexing" ".txt" in
  let oc = open_out name in
  for i = 1 to 2000 do output_string oc (Printf.sprintf "word%c %d " (Char.chr (97 + (i mod 26))) i) done;
  close_out oc;
  let ic = open_in name in
  let s = Simple_lexer.main (Lexing.from_channel ic) in
  close_in ic;
  Sys.remove name;
  Printf.printf "%d %s\n" (String.length s) (Digest.to_hex (Digest.string s));
  let lexbuf = Lexing.from_string "abc def" in
  ignore (Lexing.with_positions lexbuf);
  Lexing.flush_input lexbuf;
  Printf.printf "flushed %d\n" (Lexing.lexeme_end lexbuf)
