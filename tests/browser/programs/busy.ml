(* Computes for about a second, with a line at each end. *)
let () =
  let name = if Array.length Sys.argv > 1 then Sys.argv.(1) else "busy" in
  print_endline (name ^ " begins");
  let until = Sys.time () +. 0.7 in
  let n = ref 0 in
  while Sys.time () < until do incr n done;
  print_endline (name ^ " ends")
