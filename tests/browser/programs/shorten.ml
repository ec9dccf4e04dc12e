(* Empties the file that it comes from, then gets hot. *)
let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2)

let () =
  if Array.length Sys.argv > 1 then close_out (open_out_gen [Open_wronly; Open_trunc] 0o666 Sys.argv.(1));
  for _ = 1 to 2 do Printf.printf "%d\n%!" (fib 27) done;
  print_endline "end"
