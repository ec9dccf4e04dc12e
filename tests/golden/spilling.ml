(* SPDX-License-Identifier: Apache-2.0
   A list in a local across a call: it is stored on the VM stack and loaded again. *)
let rec map f l = match l with [] -> [] | x :: rest -> let y = f x in y :: map f rest
