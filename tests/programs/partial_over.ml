(* SPDX-License-Identifier: Apache-2.0
   Partial applications that are given more arguments than are missing: the function's result takes the others. Often, so
   that translated code applies them by itself; with one and more missing, with a result that is a partial application
   itself, with exceptions from both functions, deep, and with a collector that moves what waits. *)

let add a b = let s = a + b in fun c -> s * c
let text a b = let s = a ^ b in fun c d -> String.concat "-" [s; c; d]
let wide a b c d e = let s = a + b + c + d + e in fun f g -> (s * f) - g
let many a b c d e f g h i j k l = fun m -> a + b + c + d + e + f + g + h + i + j + k + (l * m)
let inner a b = fun c d e -> Printf.sprintf "%d%d%d%d%d" a b c d e

let two f x y = f x y
let three f x y z = f x y z
let four f x y z u = f x y z u
let five f x y z u v = f x y z u v
let six f x y z u v w = f x y z u v w

exception Early of int

let raising a b = if b mod 3 = 0 then raise (Early (a + b)) else fun c -> if c mod 2 = 0 then raise (Early c) else a + b + c

let rec deep n f = if n = 0 then f 0 1 else 1 + deep (n - 1) f

let rec through n k = if n = 0 then k 1 2 else 1 + two (keep n k) n 1
and keep n k = fun x y -> ignore (x + y); through (n - 1) k

let () =
  let one = add 3 and none = text "a" in
  let sum = ref 0 in
  for i = 1 to 12_000 do sum := (!sum + two one i 7) land 0xFFFFFF done;
  Printf.printf "one missing %d\n" !sum;
  let last = ref "" in
  for i = 1 to 8_000 do last := three none (string_of_int i) "c" "d" done;
  print_endline !last;
  (* The same function, with other counts of arguments held. *)
  let w1 = wide 1 and w2 = wide 1 2 and w3 = wide 1 2 3 and w4 = wide 1 2 3 4 in
  let total = ref 0 in
  for i = 1 to 8_000 do
    total := !total + three w4 i 2 3;
    total := !total + two w4 i 4 1;
    total := !total + four w3 i i 1 2;
    total := !total + five w2 3 i 5 2 9;
    total := !total + six w1 1 2 3 i 4 1
  done;
  Printf.printf "other counts %d\n" !total;
  let m11 = many 1 2 3 4 5 6 7 8 9 10 11 in
  let m = ref 0 in
  for i = 1 to 8_000 do m := !m + two m11 i 2 done;
  Printf.printf "in memory %d\n" !m;
  let i1 = inner 1 in
  let s = ref "" in
  for i = 1 to 8_000 do s := four i1 2 3 4 (i mod 10) done;
  Printf.printf "all at once %s, partly %s\n" !s ((three i1 5 6 7) 8);
  let r = raising 10 in
  let caught = ref 0 in
  for i = 1 to 9_000 do
    match two r i (i / 7) with
    | n -> caught := !caught + n
    | exception Early n -> caught := !caught - n
  done;
  Printf.printf "exceptions %d\n" !caught;
  Printf.printf "deep %d\n" (deep 3_000 (add 1));
  Printf.printf "through %d\n" (through 3_000 (fun a -> let b = a * 2 in fun c -> b + c));
  let waiting = ref [] in
  let holds a b = let block = List.init 5 (fun i -> a + b + i) in fun c -> waiting := [c]; List.fold_left ( + ) c block in
  let h = holds 2 in
  let t = ref 0 in
  for i = 1 to 12_000 do t := (!t + two h i (List.length !waiting + i)) land 0xFFFFFFF done;
  Printf.printf "collected %d\n" !t
