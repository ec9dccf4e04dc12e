(* SPDX-License-Identifier: Apache-2.0
   Reading standard input: lines, characters, numbers through Scanf, bytes, the end.
   @stdin stdin_reading.txt *)

let () =
  Printf.printf "%S\n" (read_line ());
  Printf.printf "%d\n" (read_int () + 1);
  Printf.printf "%g\n" (read_float () *. 2.0);
  Printf.printf "%s\n" (match read_int_opt () with Some n -> string_of_int n | None -> "not an int");
  Printf.printf "%C %C\n" (input_char stdin) (input_char stdin);
  Printf.printf "%S\n" (input_line stdin);
  Scanf.scanf "%d %d %s@\n" (fun a b s -> Printf.printf "%d %S\n" (a * b) s);
  let sum = ref 0 in
  (try while true do Scanf.scanf " %d" (fun n -> sum := !sum + n) done
   with Scanf.Scan_failure _ -> print_endline "not a number any more");
  Printf.printf "sum %d\n" !sum;
  Scanf.scanf "%s %[^\n]\n" (fun w rest -> Printf.printf "%S %S\n" w rest);
  Scanf.scanf "%c%c" (fun a b -> Printf.printf "%C%C\n" a b);
  (try while true do print_endline (Scanf.scanf "%s@\n" (fun s -> if s = "" then raise End_of_file else String.uppercase_ascii s)) done
   with End_of_file -> print_endline "end");
  (match read_line () with s -> Printf.printf "%S\n" s | exception End_of_file -> print_endline "End_of_file")
