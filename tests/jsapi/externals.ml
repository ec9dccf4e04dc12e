(* @page: externals that the page supplies. *)
external greeting : string -> string = "page_greeting"
external sum : int -> float -> float = "page_sum"
external fail : unit -> unit = "page_fail"

let () =
  print_endline (greeting "caf\xc3\xa9");
  Printf.printf "%g\n" (sum 1 2.5);
  (try fail () with e -> print_endline (Printexc.to_string e));
  Callback.register "twice" (fun x -> 2 * x)
