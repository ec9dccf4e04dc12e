(* SPDX-License-Identifier: Apache-2.0
   Fibers and stacks: recursion deep inside a fiber, effects from the depths, stacks that grow while
   handlers are below, many suspended fibers at once, collections that walk all of them.
   @gc-stress smaller *)

open Effect
open Effect.Deep

type _ Effect.t += Tick : int -> int t | Suspend : unit t

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let depth = if small then 300 else 200_000
let many = if small then 30 else 20_000

let rec deep n = if n = 0 then 0 else 1 + deep (n - 1)
let rec deep_list n = if n = 0 then [] else let rest = deep_list (n - 1) in n :: rest
let rec tick_at_bottom n = if n = 0 then perform (Tick 5) else 1 + tick_at_bottom (n - 1)
let rec tick_each n = if n = 0 then 0 else let r = perform (Tick n) in r + tick_each (n - 1)

let ticking f = match_with f () {
  retc = Fun.id; exnc = raise;
  effc = fun (type a) (eff : a Effect.t) -> match eff with
    | Tick n -> Some (fun (k : (a, _) continuation) -> continue k (n land 1))
    | _ -> None }

(* The handler recurses too: continue is not in tail position. *)
let counting f = match_with f () {
  retc = (fun _ -> 0); exnc = raise;
  effc = fun (type a) (eff : a Effect.t) -> match eff with
    | Tick n -> Some (fun (k : (a, _) continuation) -> 1 + continue k n)
    | _ -> None }

let rec nested n = if n = 0 then deep 10 else match_with (fun () -> 1 + nested (n - 1)) () { retc = Fun.id; exnc = raise; effc = fun _ -> None }

let suspended : (unit, int) continuation Queue.t = Queue.create ()

let task i () =
  let local = [i; i + 1] in
  perform Suspend;
  let more = string_of_int (List.fold_left ( + ) 0 local) in
  perform Suspend;
  String.length more + List.length local

let start f = match_with f () {
  retc = (fun n -> n); exnc = raise;
  effc = fun (type a) (eff : a Effect.t) -> match eff with
    | Suspend -> Some (fun (k : (a, _) continuation) -> Queue.push k suspended; 0)
    | _ -> None }

let () =
  Printf.printf "%d\n" (ticking (fun () -> deep depth));
  Printf.printf "%d\n" (List.length (ticking (fun () -> ignore (deep_list depth); 0) |> fun _ -> deep_list 10));
  Printf.printf "%d\n" (ticking (fun () -> List.length (deep_list depth)));
  Printf.printf "%d\n" (ticking (fun () -> tick_at_bottom depth));
  Printf.printf "%d\n" (ticking (fun () -> tick_each (min depth 100_000)));
  Printf.printf "%d\n" (counting (fun () -> tick_each (min depth 100_000)));
  Printf.printf "%d\n" (nested (min depth 5_000));
  for i = 1 to many do ignore (start (task i)) done;
  Gc.full_major ();
  Printf.printf "suspended %d\n" (Queue.length suspended);
  let total = ref 0 in
  while not (Queue.is_empty suspended) do
    total := !total + continue (Queue.pop suspended) ();
    if Queue.length suspended mod 10_000 = 0 then Gc.minor ()
  done;
  Printf.printf "total %d\n" !total;
  for _ = 1 to many do ignore (start (fun () -> perform Suspend; deep 3)) done;
  Queue.clear suspended;
  Gc.full_major ();
  let big = ticking (fun () ->
    let rec go n acc = if n = 0 then acc else go (n - 1) (acc + perform (Tick n)) in
    go (if small then 200 else 300_000) 0) in
  Printf.printf "loop %d\n" big
