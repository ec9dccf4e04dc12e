(* SPDX-License-Identifier: Apache-2.0
   Lazy values: forced once, exceptions remembered, re-entry refused, short-circuited by the
   collector, patterns, maps, infinite streams.
   @versions all *)

type 'a stream = Cons of 'a * 'a stream Lazy.t

let rec from n = Cons (n, lazy (from (n + 1)))
let rec sieve (Cons (p, rest)) = Cons (p, lazy (sieve (filter (fun n -> n mod p <> 0) (Lazy.force rest))))
and filter keep (Cons (x, rest)) =
  if keep x then Cons (x, lazy (filter keep (Lazy.force rest))) else filter keep (Lazy.force rest)
let rec take n (Cons (x, rest)) = if n = 0 then [] else x :: take (n - 1) (Lazy.force rest)

let rec fibs = lazy (Cons (0, lazy (Cons (1, lazy (add (Lazy.force fibs) (tail (Lazy.force fibs)))))))
and tail (Cons (_, rest)) = Lazy.force rest
and add (Cons (a, ra)) (Cons (b, rb)) = Cons (a + b, lazy (add (Lazy.force ra) (Lazy.force rb)))

let counted = ref 0

let () =
  let l = lazy (incr counted; !counted * 10) in
  Printf.printf "%b %d %d %d %b\n" (Lazy.is_val l) (Lazy.force l) (Lazy.force l) !counted (Lazy.is_val l);
  let failing = lazy (incr counted; if !counted < 100 then failwith "first" else 0) in
  for _ = 1 to 2 do
    match Lazy.force failing with
    | n -> Printf.printf "value %d\n" n
    | exception Failure r -> Printf.printf "Failure %s, counted %d\n" r !counted
  done;
  let rec loop = lazy (1 + Lazy.force loop) in
  (match Lazy.force loop with n -> Printf.printf "%d\n" n | exception Lazy.Undefined -> print_endline "Undefined");
  (match Lazy.force loop with n -> Printf.printf "%d\n" n | exception Lazy.Undefined -> print_endline "still Undefined");
  let shared = lazy (print_endline "evaluated"; [1; 2; 3]) in
  let a = [| shared; shared |] in
  Printf.printf "%b\n" (Lazy.force a.(0) == Lazy.force a.(1));
  Gc.full_major ();
  Printf.printf "after collection %d\n" (List.length (Lazy.force a.(1)));
  (* Floats and lazies are never short-circuited. *)
  let f = lazy (Sys.opaque_identity 1.5) and nested = lazy (lazy 7) in
  ignore (Lazy.force f); ignore (Lazy.force nested);
  Gc.full_major ();
  Printf.printf "%g %d\n" (Lazy.force f) (Lazy.force (Lazy.force nested));
  let many = Array.init 200 (fun i -> lazy (string_of_int (i * i))) in
  Array.iteri (fun i l -> if i mod 3 = 0 then ignore (Lazy.force l)) many;
  Gc.full_major ();
  Printf.printf "%s\n" (Digest.to_hex (Digest.string (String.concat "," (Array.to_list (Array.map Lazy.force many)))));
  let pattern = function (lazy (Some x), lazy y) -> x + y | (lazy None, _) -> -1 in
  Printf.printf "%d %d\n" (pattern (lazy (Some 1), lazy 2)) (pattern (lazy None, lazy (assert false)));
  Printf.printf "%s\n" (String.concat " " (List.map string_of_int (take 15 (sieve (from 2)))));
  Printf.printf "%s\n" (String.concat " " (List.map string_of_int (take 20 (Lazy.force fibs))));
  Printf.printf "%d %d %d\n" (Lazy.force (Lazy.map succ (lazy 4))) (Lazy.force (Lazy.map_val succ (Lazy.from_val 9))) (Lazy.force (Lazy.from_fun (fun () -> 3)));
  let v = Lazy.map_val (fun x -> print_endline "now"; x) (Lazy.from_val 1) in
  Printf.printf "%b\n" (Lazy.is_val v);
  let order = Buffer.create 10 in
  let x = lazy (Buffer.add_char order 'x'; 1) and y = lazy (Buffer.add_char order 'y'; 2) in
  let (lazy y') = y in
  let (lazy x') = x in
  Printf.printf "%s %d\n" (Buffer.contents order) (x' + y')
