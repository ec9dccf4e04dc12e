(* Stdin to stdout, line by line, counting. *)
let () =
  let n = ref 0 in
  try
    while true do
      let line = read_line () in
      incr n;
      Printf.printf "%d: %s\n%!" !n line
    done
  with End_of_file -> Printf.printf "end after %d lines\n" !n; exit (if !n = 3 then 7 else 0)
