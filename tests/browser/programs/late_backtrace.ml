(* Its debug events are wanted when its file may be gone. *)
let rec fail n = if n = 0 then failwith "deep" else 1 + fail (n - 1)

let () =
  Printexc.record_backtrace true;
  if Array.length Sys.argv > 1 then Sys.remove Sys.argv.(1);
  try ignore (fail 3) with _ -> Printexc.print_backtrace stdout
