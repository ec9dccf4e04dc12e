(* SPDX-License-Identifier: Apache-2.0
   Floats stay without boxes in a function, in a loop and in a reference. *)
let hypotenuse x y = sqrt ((x *. x) +. (y *. y))
let dot (a : float array) (b : float array) =
  let s = ref 0. in
  for i = 0 to Array.length a - 1 do s := !s +. (a.(i) *. b.(i)) done;
  !s
