(* SPDX-License-Identifier: Apache-2.0
   A self tail call is a loop. *)
let rec sum n acc = if n = 0 then acc else sum (n - 1) (acc + n)
