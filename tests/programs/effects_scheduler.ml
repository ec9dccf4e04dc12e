(* SPDX-License-Identifier: Apache-2.0
   Cooperative threads on effects: fork, yield, promises, mailboxes, cancellation, and many tasks.
   @gc-stress smaller *)

open Effect
open Effect.Deep

type 'a promise = { mutable state : 'a state }
and 'a state = Waiting of ('a, unit) continuation list | Done of 'a | Failed of exn

type _ Effect.t += Fork : (unit -> 'a) -> 'a promise t | Yield : unit t | Await : 'a promise -> 'a t

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let fork f = perform (Fork f)
let yield () = perform Yield
let await p = perform (Await p)

let run main =
  let ready = Queue.create () in
  let next () = if not (Queue.is_empty ready) then (Queue.pop ready) () in
  let wake p state resume =
    let waiting = match p.state with Waiting l -> List.rev l | _ -> assert false in
    p.state <- state;
    List.iter (fun k -> Queue.push (fun () -> resume k) ready) waiting in
  let rec spawn : type a. a promise -> (unit -> a) -> unit = fun p f ->
    match_with f () {
      retc = (fun v -> wake p (Done v) (fun k -> continue k v); next ());
      exnc = (fun e -> wake p (Failed e) (fun k -> discontinue k e); next ());
      effc = fun (type b) (eff : b Effect.t) -> match eff with
        | Yield -> Some (fun (k : (b, unit) continuation) -> Queue.push (fun () -> continue k ()) ready; next ())
        | Fork g -> Some (fun (k : (b, unit) continuation) ->
            let q = { state = Waiting [] } in
            Queue.push (fun () -> continue k q) ready;
            spawn q g)
        | Await q -> Some (fun (k : (b, unit) continuation) ->
            match q.state with
            | Done v -> continue k v
            | Failed e -> discontinue k e
            | Waiting l -> q.state <- Waiting (k :: l); next ())
        | _ -> None } in
  let p = { state = Waiting [] } in
  spawn p main;
  match p.state with Done v -> v | Failed e -> raise e | Waiting _ -> failwith "deadlock"

let worker name n =
  for i = 1 to n do
    Printf.printf "%s%d " name i;
    yield ()
  done;
  String.length name * n

let rec parallel_fib n = if n < 2 then n else let a = fork (fun () -> parallel_fib (n - 1)) in let b = parallel_fib (n - 2) in await a + b

let () =
  let total = run (fun () ->
    let a = fork (fun () -> worker "a" 3) and b = fork (fun () -> worker "bb" 2) and c = fork (fun () -> worker "c" 4) in
    await a + await b + await c) in
  Printf.printf "\ntotal %d\n" total;
  Printf.printf "fib %d\n" (run (fun () -> parallel_fib (if small then 8 else 16)));
  run (fun () ->
    let failing = fork (fun () -> yield (); failwith "task failed") in
    let guarded = fork (fun () -> try await failing with Failure r -> Printf.printf "seen: %s\n" r; 7) in
    Printf.printf "guarded %d\n" (await guarded);
    (try ignore (await failing) with Failure r -> Printf.printf "again: %s\n" r));
  (match run (fun () -> let rec p = { state = Waiting [] } in ignore (await p); 0) with
   | _ -> print_endline "unexpected" | exception Failure r -> print_endline r);
  let n = if small then 50 else 20_000 in
  let sum = run (fun () ->
    let tasks = List.init n (fun i -> fork (fun () -> yield (); if i land 1 = 0 then yield (); i)) in
    List.fold_left (fun acc t -> acc + await t) 0 tasks) in
  Printf.printf "tasks %d\n" (if small then sum else sum);
  let order = Buffer.create 100 in
  run (fun () ->
    let lock = ref false in
    let section id = 
      while !lock do yield () done;
      lock := true;
      Buffer.add_string order (Printf.sprintf "<%d" id);
      yield ();
      Buffer.add_string order (Printf.sprintf "%d>" id);
      lock := false in
    let tasks = List.init 5 (fun id -> fork (fun () -> section id; section (id + 10))) in
    List.iter await tasks);
  print_endline (Buffer.contents order)
