(* SPDX-License-Identifier: Apache-2.0
   Closures: recursive groups with shared environments, recursive values, functions stored in data,
   memo tables, church numerals, closures that outlive their makers through collections.
   @versions all *)

let group k =
  let rec a n = if n <= 0 then k else b (n - 1) + 1
  and b n = if n <= 0 then k * 2 else c (n - 1) + 10
  and c n = if n <= 0 then k * 3 else a (n - 1) + 100 in
  [a; b; c]

let rec ones = 1 :: ones
let rec even_list = 0 :: odd_list and odd_list = 1 :: even_list
type node = { name : string; next : node; call : int -> int }
let rec first = { name = "first"; next = second; call = (fun n -> if n = 0 then 1 else second.call (n - 1)) }
and second = { name = "second"; next = first; call = (fun n -> if n = 0 then 2 else first.call (n - 1)) }
let rec table = [| (fun n -> n + 1); (fun n -> table.(0) n * 2); (fun n -> table.(1) n - 3) |]
let rec lazy_value = lazy (List.length [lazy_value])

let zero _ x = x
let succ_c n f x = f (n f x)
let add m n f x = m f (n f x)
let mul m n f = m (n f)
let to_int n = n (fun x -> x + 1) 0
let rec of_int n = if n = 0 then zero else succ_c (of_int (n - 1))

let make_queue () =
  let front = ref [] and back = ref [] in
  let push x = back := x :: !back
  and pop () =
    (match !front with [] -> front := List.rev !back; back := [] | _ -> ());
    match !front with [] -> None | x :: rest -> front := rest; Some x in
  (push, pop)

let counters = List.init 5 (fun i -> let n = ref i in fun () -> n := !n + i; !n)

let y f = let g x = f (fun v -> (Obj.magic x) x v) in g (Obj.magic g)

let () =
  List.iter (fun k -> List.iter (fun f -> Printf.printf "%d " (f 10)) (group k)) [1; 7];
  print_newline ();
  Gc.full_major ();
  let fs = List.concat_map group [1; 2; 3] in
  Gc.full_major ();
  Printf.printf "%d\n" (List.fold_left (fun acc f -> acc + f 25) 0 fs);
  (match ones with a :: b :: c :: _ -> Printf.printf "%d %b\n" (a + b + c) (List.tl ones == ones) | _ -> ());
  Printf.printf "%b %d\n" (List.tl (List.tl even_list) == even_list) (List.nth even_list 1001);
  Printf.printf "%s %s %d %d\n" first.next.name first.next.next.name (first.call 5) (second.call 5);
  Printf.printf "%d %d\n" (table.(2) 10) (Lazy.force lazy_value);
  Printf.printf "%d %d %d\n" (to_int (of_int 12)) (to_int (add (of_int 3) (of_int 4))) (to_int (mul (of_int 6) (of_int 7)));
  let push, pop = make_queue () in
  List.iter push [1; 2; 3];
  ignore (pop ());
  push 4;
  let rec drain () = match pop () with None -> [] | Some x -> x :: drain () in
  List.iter (Printf.printf "%d ") (drain ());
  print_newline ();
  List.iter (fun c -> ignore (c ()); Printf.printf "%d " (c ())) counters;
  print_newline ();
  let fact = y (fun self n -> if n = 0 then 1 else n * self (n - 1)) in
  Printf.printf "%d\n" (fact 15);
  let functions = Hashtbl.create 10 in
  for i = 1 to 200 do Hashtbl.replace functions i (fun x -> (x * i) + Hashtbl.length functions) done;
  Gc.compact ();
  Printf.printf "%d\n" (Hashtbl.fold (fun i f acc -> acc + f i) functions 0);
  let rec compose = function [] -> Fun.id | f :: rest -> fun x -> f (compose rest x) in
  Printf.printf "%d\n" (compose (List.init 100 (fun i x -> (x + i) land 0xFFFF)) 1);
  let nested = fun a -> fun b -> let c = a + b in fun d -> let e = c * d in fun f -> a + b + c + d + e + f in
  Printf.printf "%d %d\n" (nested 1 2 3 4) (let g = nested 10 20 in g 1 1 + g 2 2);
  let rec fix_mutual = ((fun n -> if n = 0 then "even" else snd fix_mutual (n - 1)), fun n -> if n = 0 then "odd" else fst fix_mutual (n - 1)) in
  Printf.printf "%s %s\n" (fst fix_mutual 10) (fst fix_mutual 7)
