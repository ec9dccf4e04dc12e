(* SPDX-License-Identifier: Apache-2.0
   Ten million non-tail calls: bounded by memory only. Data as deep as that is built, walked,
   collected, compared.
   @gc-stress smaller
   @timeout 120 *)

type nat = Zero | Succ of nat

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let n = if small then 2_000 else 10_000_000
let m = if small then 500 else 1_000_000

let rec count n = if n = 0 then 0 else 1 + count (n - 1)
let rec build n = if n = 0 then Zero else Succ (build (n - 1))
let rec value = function Zero -> 0 | Succ p -> 1 + value p
let rec map f = function [] -> [] | x :: rest -> let y = f x in y :: map f rest
let rec append a b = match a with [] -> b | x :: rest -> x :: append rest b
let rec ackermann m n = if m = 0 then n + 1 else if n = 0 then ackermann (m - 1) 1 else ackermann (m - 1) (ackermann m (n - 1))
let rec floats n = if n = 0 then 0.0 else float_of_int n +. floats (n - 1)
let rec even n = n = 0 || not (odd (n - 1)) |> not and odd n = n <> 0 && even (n - 1)
let rec cps n k = if n = 0 then k 0 else cps (n - 1) (fun r -> k (r + 1))

let () =
  Printf.printf "%d\n" (count n);
  Printf.printf "%d\n" (value (build m));
  let l = List.init m Fun.id in
  Printf.printf "%d\n" (List.fold_left ( + ) 0 (map (fun x -> x * 2) l));
  Printf.printf "%d\n" (List.length (append l l));
  Printf.printf "%d\n" (List.fold_right ( + ) l 0);
  Printf.printf "%b\n" (map succ l = List.map succ l);
  Printf.printf "%d\n" (if small then ackermann 2 9 else ackermann 2 2000);
  Printf.printf "%g\n" (floats m);
  Printf.printf "%b\n" (even m);
  Printf.printf "%d\n" (cps m Fun.id);
  let a = build m and b = build m in
  Printf.printf "%b\n" (a = b);
  Gc.full_major ();
  Printf.printf "%d\n" (count n)
