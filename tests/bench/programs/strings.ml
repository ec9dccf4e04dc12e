(* SPDX-License-Identifier: Apache-2.0
   Buffer, Printf, String functions, parsing numbers back. *)
let () =
  let b = Buffer.create 100 in
  for i = 1 to 1_000_000 do
    Buffer.add_string b (string_of_int i);
    Buffer.add_char b (if i mod 10 = 0 then '\n' else ' ')
  done;
  let lines = String.split_on_char '\n' (Buffer.contents b) in
  let sum = List.fold_left (fun acc line ->
    List.fold_left (fun acc w -> if w = "" then acc else acc + int_of_string w) acc (String.split_on_char ' ' line)) 0 lines in
  let count = ref 0 in
  List.iter (fun l -> String.iter (fun c -> if c = '7' then incr count) (String.uppercase_ascii l)) lines;
  let formatted = ref 0 in
  for i = 1 to 500_000 do formatted := !formatted + String.length (Printf.sprintf "%d: %s %5.2f %x" i "name" (float_of_int i /. 7.0) i) done;
  Printf.printf "%d %d %d\n" sum !count !formatted
