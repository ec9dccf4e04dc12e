(* SPDX-License-Identifier: Apache-2.0
   Higher-order functions: composition, folds over functions, partial application, continuations. *)
let compose f g x = f (g x)
let rec iterate n f x = if n = 0 then x else iterate (n - 1) f (f x)
let rec sum_k l k = match l with [] -> k 0 | x :: rest -> sum_k rest (fun s -> k (s + x))
let () =
  let f = List.fold_left compose Fun.id (List.init 50 (fun i x -> (x * 3 + i) land 0xFFFF)) in
  let total = ref 0 in
  for i = 1 to 1_000_000 do total := !total + f i done;
  let l = List.init 1000 Fun.id in
  for _ = 1 to 25_000 do total := !total + sum_k l Fun.id done;
  let add a b c = a + b + c in
  total := !total + iterate 28_000_000 (add 1 2) 0;
  Printf.printf "%d\n" !total
