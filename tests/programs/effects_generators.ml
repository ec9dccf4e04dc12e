(* SPDX-License-Identifier: Apache-2.0
   Deep handlers: generators, state, non-determinism, logging, effects with results of any type,
   handlers inside handlers. *)

open Effect
open Effect.Deep

type _ Effect.t += Yield : int -> unit Effect.t | Get : int t | Put : int -> unit t | Choose : 'a list -> 'a t | Log : string -> unit t
                 | Ask : string -> string t

let generate f : int Seq.t = fun () ->
  match_with f () {
    retc = (fun () -> Seq.Nil);
    exnc = raise;
    effc = fun (type a) (eff : a Effect.t) -> match eff with
      | Yield n -> Some (fun (k : (a, _) continuation) -> Seq.Cons (n, fun () -> continue k ()))
      | _ -> None }

type tree = Leaf | Node of tree * int * tree

let rec insert x = function
  | Leaf -> Node (Leaf, x, Leaf)
  | Node (l, y, r) as t -> if x < y then Node (insert x l, y, r) else if x > y then Node (l, y, insert x r) else t
let rec walk = function Leaf -> () | Node (l, x, r) -> walk l; perform (Yield x); walk r

let same_fringe a b = Seq.equal ( = ) (generate (fun () -> walk a)) (generate (fun () -> walk b))

let with_state (type r) initial (f : unit -> r) =
  let run = match_with f () {
    retc = (fun v s -> (v, s));
    exnc = (fun e (_ : int) -> raise e);
    effc = fun (type a) (eff : a Effect.t) -> match eff with
      | Get -> Some (fun (k : (a, int -> r * int) continuation) (s : int) -> continue k s s)
      | Put n -> Some (fun (k : (a, int -> r * int) continuation) (_ : int) -> continue k () n)
      | _ -> None } in
  run initial

(* One-shot continuations: choices are tried by running the whole computation again along a path. *)
let first_solution f =
  let rec attempt path =
    let remaining = ref path and made = ref [] in
    match
      match_with f () {
        retc = (fun v -> Some v);
        exnc = (function Exit -> None | e -> raise e);
        effc = fun (type a) (eff : a Effect.t) -> match eff with
          | Choose options -> Some (fun (k : (a, _) continuation) ->
              let i = match !remaining with i :: rest -> remaining := rest; i | [] -> 0 in
              made := (i, List.length options) :: !made;
              continue k (List.nth options i))
          | _ -> None }
    with
    | Some v -> Some v
    | None ->
      let rec next = function [] -> None | (i, n) :: rest when i + 1 < n -> Some (List.rev_map fst rest @ [i + 1]) | _ :: rest -> next rest in
      match next !made with None -> None | Some path -> attempt path in
  attempt []

let collect_log f =
  let lines = ref [] in
  let v = try_with f () { effc = fun (type a) (eff : a Effect.t) -> match eff with
    | Log s -> Some (fun (k : (a, _) continuation) -> lines := s :: !lines; continue k ())
    | _ -> None } in
  (v, List.rev !lines)

let () =
  let t = List.fold_left (fun t x -> insert x t) Leaf [5; 2; 8; 1; 9; 3; 7] in
  let u = List.fold_left (fun t x -> insert x t) Leaf [1; 2; 3; 5; 7; 8; 9] in
  Printf.printf "%b %b\n" (same_fringe t u) (same_fringe t (insert 4 u));
  Seq.iter (Printf.printf "%d ") (generate (fun () -> walk t));
  print_newline ();
  let fibs = generate (fun () -> let rec go a b = perform (Yield a); go b (a + b) in go 0 1) in
  Seq.iter (Printf.printf "%d ") (Seq.take 20 fibs);
  print_newline ();
  let (), final = with_state 10 (fun () -> for i = 1 to 5 do perform (Put (perform Get * i)) done) in
  Printf.printf "state %d\n" final;
  (match first_solution (fun () ->
     let a = perform (Choose [1; 2; 3; 4; 5; 6; 7]) in
     let b = perform (Choose [1; 2; 3; 4; 5; 6; 7]) in
     let c = perform (Choose [1; 2; 3; 4; 5; 6; 7]) in
     if a < b && (a * a) + (b * b) = c * c then (a, b, c) else raise Exit) with
   | Some (a, b, c) -> Printf.printf "triple %d %d %d\n" a b c
   | None -> print_endline "none");
  let (v, lines) = collect_log (fun () ->
    perform (Log "start");
    let inner, n = with_state 1 (fun () -> perform (Log "inside"); perform (Put 41); perform Get) in
    perform (Log "end");
    inner + n) in
  Printf.printf "%d %s\n" v (String.concat "," lines);
  let answer = match_with (fun () -> String.length (perform (Ask "name")) + String.length (perform (Ask "place"))) () {
    retc = (fun n -> n * 10); exnc = (fun _ -> -1);
    effc = fun (type a) (eff : a Effect.t) -> match eff with
      | Ask q -> Some (fun (k : (a, _) continuation) -> 1 + continue k (q ^ "!"))
      | _ -> None } in
  Printf.printf "%d\n" answer;
  let sum = Seq.fold_left ( + ) 0 (Seq.take 2000 (Seq.filter (fun n -> n mod 3 = 0) (generate (fun () -> for i = 0 to 10_000 do perform (Yield i) done)))) in
  Printf.printf "%d\n" sum
