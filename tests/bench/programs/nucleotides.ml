(* SPDX-License-Identifier: Apache-2.0
   Counting substrings of a made-up DNA string: String.sub, string hashing, sorting the counts. *)
let () =
  let n = 300_000 in
  let x = ref 42 in
  let dna = String.init n (fun _ -> x := (!x * 3877 + 29573) mod 139968; "ACGT".[!x * 4 / 139968]) in
  List.iter (fun k ->
    let h = Hashtbl.create 64 in
    for i = 0 to n - k do
      let key = String.sub dna i k in
      match Hashtbl.find_opt h key with Some r -> incr r | None -> Hashtbl.add h key (ref 1)
    done;
    let counts = List.sort (fun (a, m) (b, n) -> if n <> m then compare n m else compare a b) (Hashtbl.fold (fun s r l -> (s, !r) :: l) h []) in
    let top, count = List.hd counts in
    Printf.printf "%d: %d different, %s %d times\n" k (List.length counts) top count) [1; 2; 4; 6; 12; 18]
