(* SPDX-License-Identifier: Apache-2.0
   Exceptions as control flow: handlers set up, values raised near and far. *)
exception Found of int
let search a x = try Array.iteri (fun i y -> if y = x then raise (Found i)) a; -1 with Found i -> i
let rec deep n = if n = 0 then raise Exit else 1 + deep (n - 1)
let () =
  let a = Array.init 20 (fun i -> i * 3) in
  let sum = ref 0 in
  for i = 1 to 3_000_000 do sum := !sum + search a (i mod 60) done;
  for i = 1 to 3_000_000 do try ignore (deep (i land 15)) with Exit -> incr sum done;
  for i = 1 to 25_000_000 do sum := !sum + (try if i land 3 = 0 then raise_notrace Not_found else 1 with Not_found -> 2) done;
  Printf.printf "%d\n" !sum
