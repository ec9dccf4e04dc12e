(* SPDX-License-Identifier: Apache-2.0
   Seq: lazy sequences, infinite ones, every combinator, memoisation, and when effects happen. *)

let show s = String.concat " " (List.map string_of_int (List.of_seq s))
let nat = Seq.ints 0
let rec sieve s () = match s () with Seq.Nil -> Seq.Nil | Cons (p, rest) -> Seq.Cons (p, sieve (Seq.filter (fun n -> n mod p <> 0) rest))

let () =
  print_endline (show (Seq.take 10 nat));
  print_endline (show (Seq.take 15 (sieve (Seq.ints 2))));
  print_endline (show (Seq.take 8 (Seq.unfold (fun (a, b) -> Some (a, (b, a + b))) (0, 1))));
  print_endline (show (Seq.take 5 (Seq.drop 10 (Seq.map (fun x -> x * x) nat))));
  print_endline (show (Seq.take_while (fun x -> x < 20) (Seq.drop_while (fun x -> x < 12) nat)));
  print_endline (show (Seq.filter_map (fun x -> if x land 1 = 0 then Some (x / 2) else None) (Seq.take 10 nat)));
  print_endline (show (Seq.concat_map (fun x -> Seq.take x (Seq.repeat x)) (Seq.take 5 nat)));
  print_endline (show (Seq.append (List.to_seq [1; 2]) (Seq.cons 9 (Seq.return 10))));
  print_endline (show (Seq.interleave (List.to_seq [1; 3; 5; 7]) (List.to_seq [2; 4])));
  print_endline (show (Seq.sorted_merge compare (List.to_seq [1; 4; 9]) (List.to_seq [2; 3; 10; 11])));
  print_endline (show (Seq.take 7 (Seq.cycle (List.to_seq [1; 2; 3]))));
  print_endline (show (Seq.take 6 (Seq.iterate (fun x -> x * 3) 1)));
  print_endline (show (Seq.scan ( + ) 0 (Seq.take 6 nat)));
  print_endline (show (Seq.map2 ( * ) nat (List.to_seq [5; 6; 7])));
  Seq.iter (fun (a, b) -> Printf.printf "%d%c " a b) (Seq.zip nat (String.to_seq "abc"));
  Seq.iter (fun g -> Printf.printf "[%s]" (show g)) (Seq.group (fun a b -> a / 3 = b / 3) (Seq.take 10 nat));
  print_newline ();
  let evens, odds = Seq.partition (fun x -> x land 1 = 0) (Seq.take 8 nat) in
  Printf.printf "%s | %s\n" (show evens) (show odds);
  let a, b = Seq.unzip (List.to_seq [1, 10; 2, 20]) in
  Printf.printf "%s | %s\n" (show a) (show b);
  Seq.iter (fun (a, b) -> Printf.printf "(%d,%d)" a b) (Seq.take 8 (Seq.product (Seq.take 3 nat) (Seq.take 3 nat)));
  print_newline ();
  print_endline (String.concat "/" (List.of_seq (Seq.map show (Seq.transpose (List.to_seq [List.to_seq [1; 2; 3]; List.to_seq [4; 5]])))));
  Printf.printf "%d %b %b %s\n" (Seq.fold_left ( + ) 0 (Seq.take 100 nat)) (Seq.exists (fun x -> x > 5) nat) (Seq.for_all (fun x -> x < 5) nat)
    (match Seq.find (fun x -> x * x > 50) nat with Some n -> string_of_int n | None -> "-");
  Printf.printf "%d %b %d\n" (Seq.length (Seq.take 7 nat)) (Seq.equal ( = ) (Seq.take 3 nat) (List.to_seq [0; 1; 2])) (Seq.compare compare (Seq.take 3 nat) (Seq.take 4 nat));
  Printf.printf "%s %s\n" (match Seq.find_index (fun x -> x = 4) nat with Some i -> string_of_int i | None -> "-") (match Seq.uncons Seq.empty with None -> "empty" | Some (x, _) -> string_of_int x);
  let count = ref 0 in
  let counted = Seq.map (fun x -> incr count; x) (Seq.take 5 nat) in
  ignore (Seq.length counted); ignore (Seq.length counted);
  Printf.printf "plain %d\n" !count;
  count := 0;
  let memo = Seq.memoize counted in
  ignore (Seq.length memo); ignore (Seq.length memo);
  Printf.printf "memo %d\n" !count;
  let once = Seq.once (List.to_seq [1; 2]) in
  ignore (Seq.length once);
  (match Seq.length once with _ -> print_endline "unexpected" | exception Seq.Forced_twice -> print_endline "Forced_twice");
  let next = Seq.to_dispenser (List.to_seq [1; 2]) in
  let x = next () in let y = next () in let z = next () in
  Printf.printf "%b\n" ((x, y, z) = (Some 1, Some 2, None));
  let n = ref 0 in
  print_endline (show (Seq.of_dispenser (fun () -> incr n; if !n > 4 then None else Some !n)));
  (match Seq.take (-1) nat with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Seq.iteri (fun i x -> Printf.printf "%d:%d " i x) (Seq.init 4 (fun i -> i * 10));
  Seq.iter2 (fun a b -> Printf.printf "%d-%d " a b) nat (Seq.take 2 nat);
  Printf.printf "%d\n" (Seq.fold_left2 (fun acc a b -> acc + (a * b)) 0 (Seq.take 4 nat) (Seq.take 4 nat));
  Printf.printf "%d\n" (Seq.fold_lefti (fun acc i x -> acc + (i * x)) 0 (Seq.take 5 nat));
  let e, f = Seq.partition_map (fun x -> if x < 3 then Either.Left x else Right (string_of_int x)) (Seq.take 6 nat) in
  Printf.printf "%s | %s\n" (show e) (String.concat " " (List.of_seq f));
  Printf.printf "%d\n" (Seq.length (Seq.concat (Seq.init 1000 (fun i -> Seq.take (i land 3) nat))))
