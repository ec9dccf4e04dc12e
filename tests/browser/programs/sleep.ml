(* Signals while the main thread sleeps, when the domain that ran last is gone: each handler runs at once,
   and the sleep goes on for what is left of it. *)
external sleep : float -> unit = "caml_unix_sleep"
external now : unit -> float = "caml_unix_gettimeofday"

let () =
  let caught = ref 0 in
  let start = now () in
  let handle _ =
    incr caught;
    Printf.printf "caught %d %s\n%!" !caught (if now () -. start < 2. then "in time" else "late")
  in
  Sys.set_signal Sys.sigint (Sys.Signal_handle handle);
  let other = Domain.spawn (fun () -> sleep 0.05) in
  print_endline "asleep";
  sleep 2.;
  let slept = now () -. start in
  Domain.join other;
  print_endline (if slept >= 2. && slept < 2.7 then "slept as long as asked for" else Printf.sprintf "slept %f" slept)
