(* SPDX-License-Identifier: Apache-2.0
   Map of ints: a functor of the standard library, balanced trees, unknown comparison function. *)
module M = Map.Make (Int)
let () =
  let m = ref M.empty and x = ref 1 in
  for i = 1 to 350_000 do
    x := (!x * 1103515245 + 12345) land 0x3FFFFFFF;
    m := M.add (!x lsr 8) i !m
  done;
  let hits = ref 0 in
  for i = 0 to 1_500_000 do if M.mem i !m then incr hits done;
  let sum = M.fold (fun k v acc -> (acc + k + v) land 0xFFFFFF) !m 0 in
  Printf.printf "%d %d %d\n" (M.cardinal !m) !hits sum
