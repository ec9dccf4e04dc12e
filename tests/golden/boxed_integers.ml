(* SPDX-License-Identifier: Apache-2.0
   Int64 without boxes; Int32 is brought back into its range. *)
let scramble x = Int64.mul (Int64.logxor x (Int64.shift_right_logical x 33)) 5L
let next x = Int32.add (Int32.mul x 1664525l) 1013904223l
