(* SPDX-License-Identifier: Apache-2.0
   Atomic references: exchange, compare and set on immediates and on blocks, fetch and add, stacks
   and counters without locks; semaphores' building blocks. *)

type 'a node = Nil | Cons of 'a * 'a node

let push stack x =
  let rec go () = let old = Atomic.get stack in if not (Atomic.compare_and_set stack old (Cons (x, old))) then go () in
  go ()

let pop stack =
  let rec go () =
    match Atomic.get stack with
    | Nil -> None
    | Cons (x, rest) as old -> if Atomic.compare_and_set stack old rest then Some x else go () in
  go ()

let () =
  let a = Atomic.make 5 in
  Printf.printf "%d " (Atomic.get a);
  Atomic.set a 6;
  Printf.printf "%d %d " (Atomic.exchange a 7) (Atomic.get a);
  Printf.printf "%b %b %d\n" (Atomic.compare_and_set a 7 8) (Atomic.compare_and_set a 7 9) (Atomic.get a);
  Printf.printf "%d %d %d\n" (Atomic.fetch_and_add a 10) (Atomic.fetch_and_add a (-3)) (Atomic.get a);
  Atomic.incr a; Atomic.incr a; Atomic.decr a;
  Printf.printf "%d\n" (Atomic.get a);
  Atomic.set a max_int;
  ignore (Atomic.fetch_and_add a 1);
  Printf.printf "%d\n" (Atomic.get a);
  let s = "one" in
  let b = Atomic.make s in
  Printf.printf "%b " (Atomic.compare_and_set b (String.concat "" ["o"; "ne"]) "two");
  Printf.printf "%b %s\n" (Atomic.compare_and_set b s "two") (Atomic.get b);
  let f = Atomic.make 1.5 in
  Atomic.set f 2.5;
  Printf.printf "%g\n" (Atomic.exchange f 3.5);
  let stack = Atomic.make Nil in
  for i = 1 to 100 do push stack (string_of_int i) done;
  Gc.full_major ();
  push stack "young";
  Gc.minor ();
  Printf.printf "%s %s\n" (Option.get (pop stack)) (Option.get (pop stack));
  let rec count n = match pop stack with None -> n | Some _ -> count (n + 1) in
  Printf.printf "%d %b\n" (count 0) (pop stack = None);
  let padded = Atomic.make_contended 3 in
  Atomic.incr padded;
  Printf.printf "%d\n" (Atomic.get padded);
  let old = Atomic.make [] in
  Gc.full_major ();
  Atomic.set old [1; 2; 3];
  Gc.minor ();
  Printf.printf "%d\n" (List.length (Atomic.exchange old []));
  let domains = List.init 3 (fun i -> Domain.spawn (fun () -> for j = 1 to 50 do push stack (Printf.sprintf "%d.%d" i j) done)) in
  List.iter Domain.join domains;
  Printf.printf "%d\n" (count 0)
