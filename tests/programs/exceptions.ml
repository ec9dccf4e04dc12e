(* SPDX-License-Identifier: Apache-2.0
   Exceptions as control flow: deep raises, nested handlers, re-raising, finally, local and generic
   exceptions, exceptions from primitives, in loops, and from callbacks of sort and iter.
   @versions all
   @gc-stress smaller *)

exception Found of int
exception Chain of string * exn

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let n = if small then 200 else 100_000

let rec dig n = if n = 0 then raise (Found 7) else 1 + dig (n - 1)
let rec wrap n = if n = 0 then raise Not_found else try wrap (n - 1) with Not_found -> raise (Found n) | Found k -> raise (Found (k + n))
let rec handlers n = if n = 0 then raise Exit else try handlers (n - 1) with Not_found -> n

let find_index p a =
  let exception Stop of int in
  try Array.iteri (fun i x -> if p x then raise (Stop i)) a; -1 with Stop i -> i

let with_local (type a) (f : (a -> unit) -> unit) : a option =
  let exception Return of a in
  match f (fun x -> raise (Return x)) with () -> None | exception Return x -> Some x

let log = Buffer.create 100
let step s = Buffer.add_string log s

let order () =
  try
    try (try step "1"; raise Exit with Not_found -> step "x") with Exit -> step "2"; raise Not_found
  with
  | Not_found when (step "3"; false) -> step "y"
  | Not_found -> step "4"
  | _ -> step "z"

let rec chain n = try if n = 0 then failwith "root" else chain (n - 1) with e when n land 1 = 1 -> raise (Chain (string_of_int n, e))
let rec unchain = function Chain (s, e) -> s ^ ">" ^ unchain e | Failure r -> r | _ -> "?"

let () =
  (try ignore (dig n) with Found k -> Printf.printf "found %d\n" k);
  (try ignore (wrap 100) with Found k -> Printf.printf "wrapped %d\n" k);
  (try ignore (handlers n) with Exit -> print_endline "through handlers");
  Printf.printf "%d %d\n" (find_index (fun x -> x > 10) [|1; 5; 20; 30|]) (find_index (fun x -> x > 100) [|1|]);
  Printf.printf "%s %s\n" (match with_local (fun return -> List.iter (fun x -> if x > 2 then return x) [1; 2; 3; 4]) with Some n -> string_of_int n | None -> "-")
    (match with_local (fun return -> if n < 0 then return "no") with Some s -> s | None -> "none");
  order ();
  print_endline (Buffer.contents log);
  (try ignore (chain 9) with e -> print_endline (unchain e));
  let caught = ref 0 in
  for i = 1 to n do try if i mod 3 = 0 then raise_notrace (Found i) else if i mod 5 = 0 then raise Exit with Found _ -> incr caught | Exit -> decr caught done;
  Printf.printf "caught %d\n" !caught;
  Buffer.clear log;
  let protect f = Fun.protect ~finally:(fun () -> step "finally ") f in
  (try ignore (protect (fun () -> protect (fun () -> raise (Found 1)))) with Found _ -> step "found");
  Printf.printf "%s %d\n" (Buffer.contents log) (protect (fun () -> 5));
  (match Fun.protect ~finally:(fun () -> failwith "in finally") (fun () -> 1) with
   | _ -> print_endline "unexpected" | exception Fun.Finally_raised (Failure r) -> print_endline r);
  List.iter (fun f -> print_endline (match f () with () -> "fine" | exception e -> Printexc.to_string e))
    [ (fun () -> ignore (1 / Sys.opaque_identity 0)); (fun () -> ignore [|1|].(Sys.opaque_identity 3)); (fun () -> ignore (List.hd []));
      (fun () -> ignore (int_of_string "x")); (fun () -> ignore (List.assoc 1 [])); (fun () -> ignore (String.make (-1) 'x'));
      (fun () -> ignore (Hashtbl.find (Hashtbl.create 1) 0)); (fun () -> ignore (List.combine [1] [])); (fun () -> ignore (Stack.pop (Stack.create ())));
      (fun () -> ignore (Queue.take (Queue.create ()))); (fun () -> ignore (Char.chr (-1))); (fun () -> ignore (Option.get None)) ];
  let sorted = try List.sort (fun a b -> if a = 5 || b = 5 then raise (Found 5) else compare a b) [3; 1; 5; 2] with Found k -> [k] in
  Printf.printf "%d\n" (List.hd sorted);
  let rec exchange = function [] -> raise Exit | x :: rest -> (try exchange rest with Exit -> raise (Found x) | Found y -> raise (Found (x * 10 + y))) in
  (try exchange [1; 2; 3] with Found k -> Printf.printf "%d\n" k);
  let e1 = let exception A in A and e2 = let exception A in A in
  Printf.printf "%b %b %s\n" (e1 = e1) (e1 = e2) (Printexc.to_string e1);
  (try try raise (Found 1) with Found k -> if k = 1 then raise (Found 2) else () with Found k -> Printf.printf "again %d\n" k);
  let rec countdown k = try if k = 0 then raise Exit; countdown (k - 1) with Found _ -> () in
  (try countdown n with Exit -> print_endline "left all")
