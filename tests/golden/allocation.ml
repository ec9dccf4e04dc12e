(* SPDX-License-Identifier: Apache-2.0
   Allocation in the minor heap, with the slow path out of line; closures with variables. *)
let pair a b = (a, Some b)
let adder n = fun x -> x + n
