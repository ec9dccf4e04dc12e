(* SPDX-License-Identifier: Apache-2.0
   Partial and over-application: every split of functions of up to twelve arguments, closures that
   capture many variables, side effects between arguments, primitives and constructors as functions.
   @versions all *)

let trace = Buffer.create 64
let f12 a b c d e f g h i j k l = Printf.sprintf "%d.%d.%d.%d.%d.%d.%d.%d.%d.%d.%d.%d" a b c d e f g h i j k l
let f6 a b c d e f = a + (2 * b) + (3 * c) + (4 * d) + (5 * e) + (6 * f)

let stepwise a = Buffer.add_string trace "a"; fun b -> Buffer.add_string trace "b"; fun c d -> Buffer.add_string trace "cd"; fun e -> Buffer.add_string trace "e"; a + b + c + d + e

(* A function whose arity depends on its data: each call may have more arguments than it takes. *)
type curried = Done of int list | More of (int -> int -> curried)
let rec curried n acc = if n = 0 then Done (List.rev acc) else More (fun x -> if x < 0 then fun _ -> Done [] else fun y -> curried (n - 1) (y :: x :: acc))
let rec feed c i = match c with Done l -> l | More f -> feed (f i (i + 1)) (i + 2)

let compose f g x = f (g x)
let flip f a b = f b a
let rec iterate n f x = if n = 0 then x else iterate (n - 1) f (f x)
let apply f = f
let twice f = compose f f

let capture a b c d e f g h =
  let x = a + b and y = c + d and z = e + f and w = g + h in
  let rec inner n = if n = 0 then x + y else n + other (n - 1) and other n = if n = 0 then z + w else a + inner (n - 1) in
  (inner, other, fun k -> inner k * h)

let () =
  print_endline (f12 1 2 3 4 5 6 7 8 9 10 11 12);
  let p1 = f12 1 in
  let p3 = p1 2 3 in
  let p7 = p3 4 5 6 7 in
  let p11 = p7 8 9 10 11 in
  print_endline (p11 12);
  print_endline (p11 0);
  print_endline (p7 0 0 0 0 0);
  print_endline (p3 9 9 9 9 9 9 9 9 9);
  print_endline ((((f12 1 2) 3 4 5) 6) 7 8 9 10 11 12);
  Printf.printf "%d %d %d\n" (f6 1 2 3 4 5 6) ((f6 1 2 3) 4 5 6) ((((((f6 1) 2) 3) 4) 5) 6);
  Printf.printf "%d %s\n" (stepwise 1 2 3 4 5) (Buffer.contents trace);
  Buffer.clear trace;
  let s2 = stepwise 10 20 in
  Buffer.add_string trace "|";
  Printf.printf "%d " (s2 30 40 50);
  Printf.printf "%d %s\n" (s2 1 1 1) (Buffer.contents trace);
  Printf.printf "%s\n" (String.concat "," (List.map string_of_int (feed (curried 3 []) 5)));
  Printf.printf "%d %d\n" (iterate 10 (twice succ) 0) (twice (twice (flip ( - ) 1)) 100);
  Printf.printf "%d\n" (apply apply apply apply f6 1 1 1 1 1 1);
  let a, b, c = capture 1 2 3 4 5 6 7 8 in
  Printf.printf "%d %d %d\n" (a 10) (b 10) (c 5);
  let adders = List.map ( + ) [1; 2; 3] in
  List.iter (fun f -> Printf.printf "%d " (f 10)) adders;
  let makers = List.map (fun f -> f 1 2) [(fun a b c -> a + b + c); (fun a b c -> a * b * c); (fun a b -> let s = a - b in fun c -> s - c)] in
  List.iter (fun f -> Printf.printf "%d " (f 3)) makers;
  print_newline ();
  let some = Option.some and pair = (fun a b -> (a, b)) in
  Printf.printf "%b %d\n" (some 3 = Some 3) (fst (pair 1 2));
  Printf.printf "%s\n" (String.concat "" (List.map2 (Printf.sprintf "%s=%d;") ["a"; "b"] [1; 2]));
  let counter = ref 0 in
  let next () = incr counter; !counter in
  let r = f6 (next ()) (next ()) (next ()) (next ()) (next ()) (next ()) in
  Printf.printf "right to left %d\n" r;
  Printf.printf "%d\n" (List.fold_left (fun f x -> fun y -> f (x + y)) Fun.id [1; 2; 3] 10);
  (match (f6 : int -> int -> int -> int -> int -> int -> int) 1 with g -> Printf.printf "%d\n" (g 1 1 1 1 1));
  Printf.printf "%d\n" ((fun a b c d e f g h i -> a + b + c + d + e + f + g + h + i) 1 2 3 4 5 6 7 8 9)
