(* SPDX-License-Identifier: Apache-2.0
   Map and Set: all operations on small ones, shape-independent checks on large ones.
   @versions all *)

module M = Map.Make (Int)
module S = Set.Make (String)
module I = Set.Make (struct type t = int let compare a b = compare b a end)

let show_map m = String.concat " " (List.map (fun (k, v) -> Printf.sprintf "%d:%s" k v) (M.bindings m))
let show_set s = String.concat " " (S.elements s)
let option = function None -> "none" | Some s -> s

let () =
  let m = List.fold_left (fun m k -> M.add k (string_of_int (k * k)) m) M.empty [5; 1; 9; 3; 7; 1] in
  print_endline (show_map m);
  Printf.printf "%d %b %s %s\n" (M.cardinal m) (M.mem 3 m) (M.find 9 m) (option (M.find_opt 4 m));
  print_endline (show_map (M.remove 5 m));
  print_endline (show_map (M.update 3 (fun _ -> None) (M.update 4 (fun o -> Some (option o)) m)));
  print_endline (show_map (M.map String.escaped (M.mapi (fun k v -> Printf.sprintf "%d=%s" k v) m)));
  print_endline (show_map (M.filter (fun k _ -> k > 4) m));
  print_endline (show_map (M.filter_map (fun k v -> if k land 2 = 0 then Some (v ^ "!") else None) m));
  let n = M.of_seq (List.to_seq [3, "three"; 4, "four"; 9, "nine"]) in
  print_endline (show_map (M.union (fun _ a b -> Some (a ^ "/" ^ b)) m n));
  print_endline (show_map (M.merge (fun _ a b -> match a, b with Some a, None -> Some a | None, Some b -> Some b | _ -> None) m n));
  let l, at, r = M.split 5 m in
  Printf.printf "%s | %s | %s\n" (show_map l) (option at) (show_map r);
  let yes, no = M.partition (fun k _ -> k mod 3 = 0) m in
  Printf.printf "%s | %s\n" (show_map yes) (show_map no);
  Printf.printf "%d %d %d\n" (fst (M.min_binding m)) (fst (M.max_binding m)) (fst (M.find_first (fun k -> k > 5) m));
  Printf.printf "%s %s\n" (match M.find_last_opt (fun k -> k < 5) m with Some (k, _) -> string_of_int k | None -> "-") (match M.min_binding_opt M.empty with Some (k, _) -> string_of_int k | None -> "-");
  Printf.printf "%b %d %b\n" (M.equal String.equal m (M.add 5 "25" m)) (compare (M.compare String.compare m n) 0) (M.for_all (fun k v -> k * k = int_of_string v) m);
  M.iter (Printf.printf "%d->%s ") m;
  Printf.printf "%s\n" (M.fold (fun k _ acc -> acc ^ string_of_int k) m "");
  Seq.iter (fun (k, _) -> Printf.printf "%d " k) (M.to_seq_from 4 m);
  Seq.iter (fun (k, _) -> Printf.printf "%d " k) (M.to_rev_seq m);
  print_newline ();
  (match M.find 100 m with _ -> () | exception Not_found -> print_endline "Not_found");
  let s = S.of_list ["pear"; "apple"; "fig"; "apple"; "kiwi"] and t = S.of_list ["fig"; "plum"; "kiwi"] in
  List.iter (fun x -> print_endline (show_set x)) [s; S.union s t; S.inter s t; S.diff s t; S.add "lime" s; S.remove "fig" s; S.map String.uppercase_ascii s; S.filter (fun x -> String.length x = 4) s];
  Printf.printf "%b %b %b %d %s %s %s\n" (S.subset (S.inter s t) t) (S.disjoint s t) (S.mem "kiwi" s) (S.cardinal s) (S.min_elt s) (S.max_elt s) (S.find_first (fun x -> x > "b") s);
  let l, p, r = S.split "fig" s in
  Printf.printf "%s | %b | %s\n" (show_set l) p (show_set r);
  Printf.printf "%s %b %b\n" (S.choose (S.singleton "only")) (S.is_empty S.empty) (S.exists (fun x -> x = "fig") s);
  let i = I.of_seq (List.to_seq (List.init 20 (fun k -> k * 7 mod 20))) in
  I.iter (Printf.printf "%d ") i;
  print_newline ();
  let big = ref M.empty and state = ref 1 in
  for k = 1 to 3000 do
    state := !state * 1103515245 + 12345 land max_int;
    let key = (!state lsr 16) land 4095 in
    big := if k land 3 = 0 then M.remove key !big else M.add key (string_of_int k) !big
  done;
  Printf.printf "%d %d\n" (M.cardinal !big) (M.fold (fun k v acc -> ((acc * 31) + k + String.length v) land 0xFFFFFFF) !big 0);
  Gc.full_major ();
  let a, _, b = M.split 2000 !big in
  Printf.printf "%b\n" (M.cardinal a + M.cardinal b + (if M.mem 2000 !big then 1 else 0) = M.cardinal !big);
  Printf.printf "%d\n" (List.length (List.of_seq (M.to_seq (M.union (fun _ x _ -> Some x) a b))))
