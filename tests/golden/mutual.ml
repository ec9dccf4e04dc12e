(* SPDX-License-Identifier: Apache-2.0
   Functions that call each other share a module; the environment gives the others of the group. *)
let rec even n = n = 0 || odd (n - 1)
and odd n = n <> 0 && even (n - 1)
