(* SPDX-License-Identifier: Apache-2.0
   try: the handler is a block of the function; a raise in it is a jump. *)
exception Stop of int
let find f x = try f x with Stop n -> n | Not_found -> 0
let local x = try if x > 5 then raise_notrace (Stop x) else x with Stop n -> n - 1
