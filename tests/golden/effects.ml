(* SPDX-License-Identifier: Apache-2.0
   What is rare goes to the interpreter: perform. *)
type _ Effect.t += Ask : int -> int Effect.t
let ask n = Effect.perform (Ask n) + 1
