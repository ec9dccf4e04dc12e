(* SPDX-License-Identifier: Apache-2.0
   Arrays and bytes with bounds checks; their failure calls the primitive, which raises. *)
let get (a : int array) i = a.(i)
let set b i c = Bytes.set b i c
