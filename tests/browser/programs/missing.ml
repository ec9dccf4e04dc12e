external frobnicate : int -> int = "library_frobnicate"
external polish : int -> int = "library_polish"
let () =
  print_endline "starts all the same";
  (try ignore (frobnicate 1) with Failure e | Invalid_argument e -> print_endline ("caught: " ^ e));
  if Array.length Sys.argv > 5 then ignore (polish 1)
