(* SPDX-License-Identifier: Apache-2.0
   Effects: generators over a tree, and a round-robin scheduler. *)
open Effect
open Effect.Deep
type _ Effect.t += Yield : int -> unit t | Pause : unit t
type tree = Leaf | Node of tree * int * tree
let rec make lo hi = if lo > hi then Leaf else let m = (lo + hi) / 2 in Node (make lo (m - 1), m, make (m + 1) hi)
let rec walk = function Leaf -> () | Node (l, x, r) -> walk l; perform (Yield x); walk r
let sum_of t =
  let sum = ref 0 in
  match_with walk t { retc = (fun () -> !sum); exnc = raise;
    effc = fun (type a) (e : a Effect.t) -> match e with
      | Yield n -> Some (fun (k : (a, _) continuation) -> sum := !sum + n; continue k ())
      | _ -> None }
let schedule tasks =
  let q = Queue.create () in
  let run f = match_with f () { retc = ignore; exnc = raise;
    effc = fun (type a) (e : a Effect.t) -> match e with
      | Pause -> Some (fun (k : (a, unit) continuation) -> Queue.push (fun () -> continue k ()) q)
      | _ -> None } in
  List.iter (fun f -> Queue.push (fun () -> run f) q) tasks;
  while not (Queue.is_empty q) do (Queue.pop q) () done
let () =
  let t = make 1 20_000 and total = ref 0 in
  for _ = 1 to 350 do total := !total + sum_of t done;
  schedule (List.init 100 (fun i () -> for j = 1 to 45_000 do total := !total + (i lxor j); perform Pause done));
  Printf.printf "%d\n" !total
