(* SPDX-License-Identifier: Apache-2.0
   Callback registration, Arg parsing, string switches, Sys.opaque_identity, sharing of constants,
   limits of allocation, Stdlib functions that nothing else covers. *)

let switch = function
  | "" -> 0 | "a" -> 1 | "b" -> 2 | "abcdefgh" -> 3 | "abcdefgi" -> 4 | "abcdefg" -> 5 | "a longer string of text" -> 6
  | "a longer string of texu" -> 7 | "\000" -> 8 | "\000\000" -> 9 | "the last one, longer than all the others by far" -> 10 | _ -> -1

let arg () =
  let verbose = ref false and level = ref 0 and names = ref [] and rest = ref [] and ratio = ref 0.0 and mode = ref "" in
  let spec = Arg.align [
    "-v", Arg.Set verbose, " be verbose"; "-level", Arg.Set_int level, "n the level"; "--name", Arg.String (fun s -> names := s :: !names), "s a name";
    "-ratio", Arg.Set_float ratio, "f a ratio"; "-mode", Arg.Symbol (["fast"; "slow"], fun s -> mode := s), " a mode";
    "-pair", Arg.Tuple [Arg.String (fun s -> names := s :: !names); Arg.Int (fun n -> level := n)], "s n both"; "--", Arg.Rest (fun s -> rest := s :: !rest), " the rest" ] in
  let parse argv =
    match Arg.parse_argv ~current:(ref 0) (Array.of_list ("prog" :: argv)) spec (fun s -> rest := s :: !rest) "usage: prog" with
    | () -> Printf.printf "%b %d %s %g %s [%s]\n" !verbose !level (String.concat "," !names) !ratio !mode (String.concat ";" !rest)
    | exception Arg.Bad s -> print_string ("Bad: " ^ s)
    | exception Arg.Help s -> print_string ("Help: " ^ s) in
  List.iter parse [["-v"; "file"]; ["-level"; "3"; "--name"; "x"; "-ratio"; "0.5"]; ["-mode"; "fast"; "-pair"; "p"; "9"; "--"; "-v"; "z"]; ["-level"; "x"]; ["-mode"; "other"]; ["-unknown"]; ["-level"]; ["-help"]]

let limits () =
  List.iter (fun (name, f) -> match f () with
    | () -> Printf.printf "%s: done\n" name
    | exception Invalid_argument r -> Printf.printf "%s: Invalid_argument %s\n" name r
    | exception Out_of_memory -> Printf.printf "%s: Out_of_memory\n" name)
    [ "array", (fun () -> ignore (Array.make (Sys.max_array_length + 1) 0)); "negative", (fun () -> ignore (Array.make (-1) 0));
      "float array", (fun () -> ignore (Array.create_float (-1))); "bytes", (fun () -> ignore (Bytes.create (Sys.max_string_length + 1)));
      "concat", (fun () -> ignore (String.concat "" [])); "huge array", (fun () -> ignore (Array.make (1 lsl 50) 0));
      "huge bytes", (fun () -> ignore (Bytes.create (1 lsl 53))); "huge floats", (fun () -> ignore (Array.create_float (1 lsl 49))) ]

let () =
  List.iter (fun s -> Printf.printf "%d " (switch s)) [""; "a"; "b"; "c"; "abcdefgh"; "abcdefgi"; "abcdefg"; "abcdefgj"; "a longer string of text"; "a longer string of texu"; "\000"; "\000\000"; "the last one, longer than all the others by far"; "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"];
  print_newline ();
  arg ();
  limits ();
  Callback.register "bactrian_test" (fun x -> x + 1);
  Callback.register "bactrian_test" (fun x -> x + 2);
  Callback.register_exception "bactrian_exception" (Failure "registered");
  (match Callback.register_exception "x" Exit with () -> print_endline "registered");
  let constant () = [1; 2; 3] in
  Printf.printf "%b %b\n" (constant () == constant ()) (Sys.opaque_identity "s" == Sys.opaque_identity "s");
  Printf.printf "%s %s %S\n" (string_of_bool true) (string_of_float 1.0) (String.concat "," (List.map string_of_float [0.1; 1e20; 1e-20; 100.0; nan]));
  Printf.printf "%b %b %s\n" (bool_of_string "true") (match bool_of_string_opt "maybe" with None -> true | _ -> false) (match bool_of_string "no" with _ -> "?" | exception Invalid_argument r -> r);
  Printf.printf "%d %d %d\n" (1 |> succ |> ( * ) 3) (( @@ ) succ 4) (ignore "x"; 5);
  Printf.printf "%b %b %b\n" (true && not false) (false || true) (1 = 1 && 'a' < 'b');
  let r = ref 5 in
  incr r; decr r; r := !r * 2;
  Printf.printf "%d %d %s\n" !r (fst (1, 2) + snd (3, 4)) ("a" ^ "b");
  let p = (fun x -> x) in
  Printf.printf "%b %b\n" (p == p) (1.0 == 1.0 || true);
  Printf.printf "%s\n" (String.concat " " (List.map (fun c -> Printf.sprintf "%02x" (Char.code c)) (List.of_seq (String.to_seq (Digest.string "")))));
  for i = 3 downto 1 do print_int i done;
  for i = 3 to 1 do print_int i done;
  for i = max_int - 1 to max_int do Printf.printf " %d" i done;
  for i = min_int + 1 downto min_int do Printf.printf " %d" i done;
  let i = ref 0 in
  while !i < 5 do incr i; if !i = 3 then print_char '!' done;
  print_newline ();
  Printf.printf "%d\n" (let open List in fold_left ( + ) 0 (init 10 (fun i -> i)));
  Printf.printf "%s\n" (match Sys.getenv_opt "HOME" with Some _ -> "home" | None -> "homeless");
  Printf.printf "%d\n" (Stdlib.compare (Some 1) None);
  print_bytes (Bytes.of_string "bytes\n");
  Printf.printf "%d\n" (Obj.magic (Obj.repr 42))
