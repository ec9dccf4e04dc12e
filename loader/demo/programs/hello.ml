(* The classic, compiled with plain ocamlc: the page runs its bytecode. *)

let () =
  print_string "What is your name? ";
  match read_line () with
  | "" -> print_endline "Hello, whoever you are!"
  | name -> Printf.printf "Hello, %s! Your name has %d bytes.\n" name (String.length name)
  | exception End_of_file -> print_endline "\nHello, world!"
