(* SPDX-License-Identifier: Apache-2.0
   Buffer: growth, truncation, substitution, binary integers, sequences, bounds.
   @versions all *)

let guarded name f = match f () with s -> Printf.printf "%s: %S\n" name s | exception Invalid_argument r -> Printf.printf "%s: %s\n" name r
                     | exception Not_found -> Printf.printf "%s: Not_found\n" name | exception End_of_file -> Printf.printf "%s: End_of_file\n" name

let () =
  let b = Buffer.create 1 in
  for i = 0 to 5000 do Buffer.add_char b (Char.chr (33 + (i mod 90))); if i mod 7 = 0 then Buffer.add_string b "seven" done;
  Printf.printf "%d %s\n" (Buffer.length b) (Digest.to_hex (Digest.string (Buffer.contents b)));
  Buffer.truncate b 10;
  guarded "truncated" (fun () -> Buffer.contents b);
  guarded "sub" (fun () -> Buffer.sub b 2 5);
  guarded "sub bad" (fun () -> Buffer.sub b 8 5);
  guarded "nth" (fun () -> String.make 1 (Buffer.nth b 3));
  guarded "nth bad" (fun () -> String.make 1 (Buffer.nth b 10));
  guarded "truncate bad" (fun () -> Buffer.truncate b 11; "");
  Buffer.clear b;
  Buffer.add_substring b "0123456789" 3 4;
  Buffer.add_bytes b (Bytes.of_string "bytes");
  Buffer.add_subbytes b (Bytes.of_string "subbytes") 0 3;
  Buffer.add_buffer b b;
  guarded "doubled" (fun () -> Buffer.contents b);
  guarded "substring bad" (fun () -> Buffer.add_substring b "abc" 2 5; "");
  Buffer.reset b;
  Buffer.add_uint8 b 255; Buffer.add_int8 b (-1); Buffer.add_uint16_be b 0x1234; Buffer.add_uint16_le b 0x1234; Buffer.add_int32_be b 0x01020304l;
  Buffer.add_int32_le b 0x01020304l; Buffer.add_int64_be b 0x0102030405060708L; Buffer.add_int64_le b 0x0102030405060708L; Buffer.add_int16_ne b (-2);
  guarded "binary" (fun () -> Buffer.contents b);
  let substitute s = let o = Buffer.create 10 in Buffer.add_substitute o (fun v -> "<" ^ v ^ ">") s; Buffer.contents o in
  List.iter (fun s -> guarded s (fun () -> substitute s)) ["$x and ${y z} $(w)"; "no vars"; "\\$x"; "$"; "${open"; "$1a $_b"; "$$x"];
  let seq = Buffer.of_seq (Seq.map Char.uppercase_ascii (String.to_seq "sequence")) in
  guarded "of_seq" (fun () -> Buffer.contents seq);
  Buffer.add_seq seq (String.to_seq "!!");
  Seq.iter (fun (i, c) -> Printf.printf "%d%c " i c) (Buffer.to_seqi seq);
  print_newline ();
  let d = Bytes.make 6 '.' in
  Buffer.blit seq 2 d 1 4;
  print_endline (Bytes.to_string d);
  guarded "blit bad" (fun () -> Buffer.blit seq 8 d 0 6; "");
  guarded "to_bytes" (fun () -> Bytes.to_string (Buffer.to_bytes seq));
  guarded "create" (fun () -> Buffer.contents (Buffer.create (-5)));
  Buffer.output_buffer stdout seq;
  print_newline ();
  let name = Filename.temp_file "buffer" "" in
  let oc = open_out_bin name in
  output_string oc (String.init 300 (fun i -> Char.chr (i land 127)));
  close_out oc;
  let ic = open_in_bin name in
  let e = Buffer.create 3 in
  Buffer.add_channel e ic 200;
  Printf.printf "%d\n" (Buffer.length e);
  guarded "too much" (fun () -> Buffer.add_channel e ic 200; "");
  Printf.printf "%d\n" (Buffer.length e);
  close_in ic;
  Sys.remove name
