(* SPDX-License-Identifier: Apache-2.0
   Polymorphic comparison: immediates at once, all else by the primitive. *)
let same a b = a = b
let largest a b = if compare a b > 0 then a else b
