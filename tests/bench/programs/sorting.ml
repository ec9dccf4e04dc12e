(* SPDX-License-Identifier: Apache-2.0
   List.sort with a closure and with polymorphic compare, Array.stable_sort of strings. *)
let () =
  let x = ref 42 in
  let next () = x := (!x * 1103515245 + 12345) land 0x3FFFFFFF; !x in
  let l = List.init 450_000 (fun _ -> next ()) in
  let a = List.sort (fun a b -> a - b) l in
  let b = List.sort compare (List.map (fun n -> (n land 0xFF, n)) l) in
  let c = Array.of_list (List.map string_of_int l) in
  Array.stable_sort String.compare c;
  Printf.printf "%d %d %s\n" (List.nth a 1000) (snd (List.nth b 5000)) c.(777)
