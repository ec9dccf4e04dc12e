(* SPDX-License-Identifier: Apache-2.0
   Tail calls of every shape in constant stack: many arguments, unknown functions, mutual, through
   match, sequence, booleans and over-application; tail recursion modulo constructor.
   @env OCAMLRUNPARAM=l=50k
   @gc-stress smaller *)

let n = if Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small" then 1_000 else 1_000_000

let rec one a = if a = 0 then "one" else one (a - 1)
let rec seven a b c d e f g = if a = 0 then b + c + d + e + f + g else seven (a - 1) c d e f g b
let rec twelve a b c d e f g h i j k l = if a = 0 then (b, c, l) else twelve (a - 1) c d e f g h i j k l b
let rec up n a b c d e = if n = 0 then a - b + c - d + e else down (n - 1) e d c b a 1 2 3
and down n a b c d e f g h = if n = 0 then a + b + c + d + e + f + g + h else up (n - 1) b c d e a
let rec even n = match n with 0 -> true | n -> odd (n - 1)
and odd n = if n = 0 then false else (ignore n; even (n - 1))
let rec all p i = i >= n || (p i && all p (i + 1))
let rec any p i = i < n && (p i || any p (i + 1))
type unknown = { call : unknown -> int -> int -> int }
let unknown = { call = fun u n acc -> if n = 0 then acc else u.call u (n - 1) (acc + 1) }
let rec over n = if n = 0 then fun a b -> a + b else over (n - 1)
let rec over_tail n a b = if n = 0 then a + b else (if n land 1 = 0 then over_tail (n - 1) else fun x y -> over_tail (n - 1) y x) a (b + 1)
let rec cps n k = if n = 0 then k 0 else cps (n - 1) (fun r -> (k [@tailcall]) (r + n))
let rec loop_with_closure n acc = let f x = x + n land 1 in if n = 0 then acc else loop_with_closure (n - 1) (f acc)
let[@tail_mod_cons] rec map f = function [] -> [] | x :: rest -> let y = f x in y :: map f rest
let[@tail_mod_cons] rec filter_map f = function [] -> [] | x :: rest -> (match f x with Some y -> y :: filter_map f rest | None -> filter_map f rest)

type state = { run : state -> int -> int -> int -> int -> int -> int -> int }
let machine = { run = fun s a b c d e f -> if a = 0 then b + c + d + e + f else s.run s (a - 1) c d e f b }

let rec exceptions n = if n = 0 then 0 else match (if n mod 3 = 0 then raise Exit else n) with m -> exceptions (m - 1) | exception Exit -> exceptions (n - 1)

class ticker = object (self) method run n = if n = 0 then "ticked" else self#run (n - 1) end

let () =
  print_endline (one n);
  Printf.printf "%d\n" (seven n 1 2 3 4 5 6);
  let a, b, c = twelve n 1 2 3 4 5 6 7 8 9 10 11 in
  Printf.printf "%d %d %d\n" a b c;
  Printf.printf "%d %d\n" (up n 1 2 3 4 5) (down n 1 2 3 4 5 6 7 8);
  Printf.printf "%b %b\n" (even n) (odd n);
  Printf.printf "%b %b\n" (all (fun i -> i >= 0) 0) (any (fun i -> i < 0) 0);
  Printf.printf "%d\n" (unknown.call unknown n 0);
  Printf.printf "%d %d\n" (over n 3 4) (over_tail n 1 2);
  Printf.printf "%d\n" (cps n Fun.id);
  Printf.printf "%d\n" (loop_with_closure n 0);
  let l = List.init n Fun.id in
  Printf.printf "%d\n" (List.fold_left ( + ) 0 (map succ l));
  Printf.printf "%d\n" (List.length (filter_map (fun x -> if x land 3 = 0 then Some x else None) l));
  Printf.printf "%d\n" (machine.run machine n 1 2 3 4 5);
  Printf.printf "%d\n" (exceptions n);
  print_endline ((new ticker)#run n);
  Printf.printf "%d\n" (List.length (List.concat_map (fun x -> [x; x]) l))
