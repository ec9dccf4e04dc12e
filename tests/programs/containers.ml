(* SPDX-License-Identifier: Apache-2.0
   Stack, Queue, Dynarray, List and Array helpers, Option, Result, Either, Bool, Fun, Char, Unit. *)

let ints l = String.concat " " (List.map string_of_int l)

let stacks () =
  let s = Stack.create () in
  List.iter (fun x -> Stack.push x s) [1; 2; 3];
  Printf.printf "%d %d %d " (Stack.top s) (Stack.pop s) (Stack.length s);
  let c = Stack.copy s in
  Stack.clear s;
  Printf.printf "%b %s %s\n" (Stack.is_empty s) (ints (List.of_seq (Stack.to_seq c))) (match Stack.pop_opt s with None -> "none" | Some x -> string_of_int x);
  (match Stack.pop s with _ -> print_endline "unexpected" | exception Stack.Empty -> print_endline "Stack.Empty");
  Printf.printf "%d\n" (Stack.fold ( + ) 0 c)

let queues () =
  let q = Queue.create () in
  for i = 1 to 10 do Queue.add i q; if i mod 3 = 0 then ignore (Queue.take q) done;
  Printf.printf "%d %d %s\n" (Queue.peek q) (Queue.length q) (ints (List.of_seq (Queue.to_seq q)));
  let r = Queue.of_seq (List.to_seq [100; 200]) in
  Queue.transfer r q;
  Printf.printf "%d %d %d\n" (Queue.length r) (Queue.length q) (Queue.fold ( + ) 0 q);
  Queue.clear q;
  (match Queue.pop q with _ -> print_endline "unexpected" | exception Queue.Empty -> print_endline "Queue.Empty");
  Printf.printf "%s\n" (match Queue.take_opt q with None -> "none" | Some x -> string_of_int x)

let dynarrays () =
  let d = Dynarray.create () in
  for i = 0 to 99 do Dynarray.add_last d (i * i) done;
  Printf.printf "%d %d %d\n" (Dynarray.length d) (Dynarray.get d 50) (Dynarray.get_last d);
  Dynarray.set d 0 (-7);
  for _ = 1 to 90 do ignore (Dynarray.pop_last d) done;
  Printf.printf "%s\n" (ints (Dynarray.to_list d));
  Dynarray.append_list d [1; 2];
  Dynarray.append_array d [|3|];
  Dynarray.append d (Dynarray.of_list [4; 5]);
  Dynarray.blit ~src:d ~src_pos:0 ~dst:d ~dst_pos:2 ~len:5;
  Printf.printf "%s\n" (ints (Dynarray.to_list d));
  Dynarray.truncate d 4;
  Printf.printf "%s %d\n" (ints (Dynarray.to_list (Dynarray.map succ d))) (Dynarray.fold_left ( + ) 0 d);
  let f = Dynarray.of_array [|1.5; 2.5|] in
  Dynarray.add_last f 3.5;
  Dynarray.iteri (Printf.printf "%d:%g ") f;
  print_newline ();
  (match Dynarray.get d 4 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match Dynarray.pop_last (Dynarray.create ()) with _ -> print_endline "unexpected" | exception Not_found -> print_endline "Not_found");
  (match Dynarray.iter (fun _ -> Dynarray.add_last d 0) d with () -> print_endline "unexpected" | exception Invalid_argument _ -> print_endline "changed during iteration");
  Dynarray.ensure_capacity d 1000;
  Dynarray.fit_capacity d;
  Printf.printf "%d %b\n" (Dynarray.capacity d) (Dynarray.is_empty d)

let lists () =
  let l = [5; 3; 8; 1; 9; 2] in
  Printf.printf "%s | %s | %s\n" (ints (List.sort compare l)) (ints (List.rev l)) (ints (List.sort_uniq compare (l @ l)));
  Printf.printf "%s %s\n" (ints (List.mapi ( * ) l)) (ints (List.filteri (fun i _ -> i land 1 = 0) l));
  let a, b = List.partition (fun x -> x > 4) l in
  Printf.printf "%s | %s | %d %d\n" (ints a) (ints b) (List.nth l 2) (List.length l);
  Printf.printf "%s %s\n" (ints (List.merge compare [1; 4; 6] [2; 3; 7])) (ints (List.concat [[1]; []; [2; 3]]));
  Printf.printf "%b %b %b %d\n" (List.mem 8 l) (List.memq 8 l) (List.exists2 ( = ) [1] [1]) (List.compare_lengths l [1]);
  Printf.printf "%s %s\n" (List.assoc 2 [1, "a"; 2, "b"]) (String.concat "" (List.map fst (List.remove_assoc "x" ["x", 1; "y", 2])));
  let x, y = List.split (List.combine [1; 2] ["a"; "b"]) in
  Printf.printf "%s %s %d\n" (ints x) (String.concat "" y) (List.fold_right ( - ) l 0);
  Printf.printf "%s %s %s\n" (match List.find_opt (fun x -> x > 8) l with Some n -> string_of_int n | None -> "-") (ints (List.take 2 l)) (ints (List.drop_while (fun x -> x > 2) l));
  Printf.printf "%s\n" (ints (fst (List.fold_left_map (fun acc x -> (acc + x, acc)) 0 l |> fun (a, b) -> (a :: b, ()))));
  Printf.printf "%d %b\n" (List.compare compare [1; 2] [1; 3]) (List.equal ( = ) [1] [1])

let small_modules () =
  Printf.printf "%d %d %b %b\n" (Option.value None ~default:3) (Option.fold ~none:0 ~some:succ (Some 4)) (Option.is_some (Option.bind (Some 1) (fun _ -> None))) (Option.equal ( = ) (Some 1) (Some 1));
  Printf.printf "%d %s %b\n" (Result.get_ok (Result.map succ (Ok 1))) (Result.get_error (Error "e")) (Result.is_error (Result.bind (Ok 1) (fun _ -> Error ())));
  (match Result.get_ok (Error "x") with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Printf.printf "%b %s\n" (Either.is_left (Either.Left 1)) (Either.fold ~left:string_of_int ~right:Fun.id (Either.Right "r"));
  Printf.printf "%d %b %s\n" (Bool.to_int true) (Bool.not false) (Bool.to_string false);
  Printf.printf "%d %c %b\n" (Char.code 'A') (Char.lowercase_ascii 'Q') (Char.equal 'a' 'a');
  Printf.printf "%s %b %d\n" (Unit.to_string ()) (Fun.negate (fun x -> x) false) (Fun.flip ( - ) 1 10);
  Printf.printf "%g %g\n" Complex.(norm { re = 3.0; im = 4.0 }) Complex.(mul i i).re

let () = stacks (); queues (); dynarrays (); lists (); small_modules ()
