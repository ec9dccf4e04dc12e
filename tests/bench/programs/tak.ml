(* SPDX-License-Identifier: Apache-2.0
   Takeuchi's function: calls with three arguments. *)
let rec tak x y z = if x > y then tak (tak (x - 1) y z) (tak (y - 1) z x) (tak (z - 1) x y) else z
let () = Printf.printf "%d\n" (tak 30 20 10)
