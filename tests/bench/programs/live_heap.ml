(* SPDX-License-Identifier: Apache-2.0
   Collection with a large live heap: a map and an array of lists, some 300 MB together, of which small parts are replaced all
   the time. *)
module M = Map.Make (Int)

let () =
  let n = 400_000 in
  let random = ref 12345 in
  let next bound = random := (!random * 25214903917 + 11) land 0xFFFFFFFFFFFF; (!random lsr 17) mod bound in
  let lists = Array.init n (fun i -> List.init 8 (fun j -> string_of_int (i + j))) in
  let map = ref M.empty in
  for i = 0 to n - 1 do map := M.add (next 1_000_000_000) (i, float_of_int i) !map done;
  let length = ref 0 in
  for i = 1 to 1_000_000 do
    let at = next n in
    (match lists.(at) with
     | first :: rest -> lists.(at) <- rest @ [first]; length := !length + String.length first
     | [] -> ());
    if i land 3 = 0 then begin
      let key, (value, _) = M.min_binding !map in
      map := M.add (next 1_000_000_000) (value, float_of_int i) (M.remove key !map)
    end
  done;
  Printf.printf "%d %d %d\n" !length (M.cardinal !map) (M.fold (fun _ (v, _) s -> s + v) !map 0)
