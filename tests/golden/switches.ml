(* SPDX-License-Identifier: Apache-2.0
   A switch on constants and blocks is one br_table for each. *)
type shape = Empty | Unit | Circle of int | Square of int | Box of int * int
let area s = match s with Empty -> 0 | Unit -> 1 | Circle r -> 3 * r * r | Square a -> a * a | Box (a, b) -> a * b
