(* SPDX-License-Identifier: Apache-2.0
   Comparisons become the conditions of branches; one whose result is kept becomes a value. *)
let clamp (x : int) low high = if x < low then low else if x > high then high else x
let below (a : int) b = a < b
