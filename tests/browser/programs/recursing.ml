(* Non-tail recursion that never ends, never deep: no loop, no allocation. *)
let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2)
let () = print_endline "started"; print_int (fib 80)
