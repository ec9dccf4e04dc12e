(* SPDX-License-Identifier: Apache-2.0
   Labelled and optional arguments, defaults that are computed, partial application in any order,
   over-application, optional arguments passed through, labels in higher-order functions.
   @versions all *)

let trace = Buffer.create 100
let note s = Buffer.add_string trace (s ^ " ")

let range ?(start = 0) ?(step = 1) ?(filter = fun _ -> true) ~stop () =
  let rec go i = if i >= stop then [] else if filter i then i :: go (i + step) else go (i + step) in
  go start

let rectangle ~width ~height ?(fill = '#') ?border () =
  let b = match border with Some c -> Printf.sprintf "|%c" c | None -> "" in
  Printf.sprintf "%dx%d%c%s" width height fill b

let defaulted ?(a = (note "a"; 1)) ?(b = (note "b"; a + 1)) ?(c = (note "c"; a * b)) () = a + (10 * b) + (100 * c)

let forward ?x ?y () = rectangle ~width:3 ~height:4 ?fill:x ?border:y ()

let make_adder ~base = note "make"; fun ?(times = 1) x -> base + (times * x)

let apply ~f x = f x
let compose ~first ~second x = second (first x)
let many a ~b ?(c = 3) d ~e ?f g = Printf.sprintf "%d%d%d%d%d%s%d" a b c d e (match f with Some f -> f | None -> "-") g

let rec sum_to ?(acc = 0) n = if n = 0 then acc else sum_to ~acc:(acc + n) (n - 1)

let () =
  let show l = String.concat "," (List.map string_of_int l) in
  print_endline (show (range ~stop:5 ()));
  print_endline (show (range ~start:2 ~stop:20 ~step:5 ()));
  print_endline (show (range ~filter:(fun i -> i mod 3 = 0) ~stop:20 ~start:1 ()));
  let to_ten = range ~stop:10 in
  print_endline (show (to_ten ()));
  let stepped = range ~step:3 in
  print_endline (show (stepped ~stop:12 ()));
  print_endline (rectangle ~height:2 ~width:1 ());
  print_endline (rectangle ~border:'*' ~height:2 ~fill:'.' ~width:1 ());
  let partial = rectangle ~height:9 in
  print_endline (partial ~width:8 ());
  print_endline (partial ~width:8 ~border:'!' ());
  Printf.printf "%d %s\n" (defaulted ()) (Buffer.contents trace);
  Buffer.clear trace;
  Printf.printf "%d %s\n" (defaulted ~b:5 ()) (Buffer.contents trace);
  Buffer.clear trace;
  Printf.printf "%d %s\n" (defaulted ~c:0 ~a:7 ()) (Buffer.contents trace);
  print_endline (forward () ^ forward ~x:'o' () ^ forward ~y:'=' ?x:None ());
  let add5 = make_adder ~base:5 in
  Printf.printf "%d %d %d\n" (add5 1) (add5 ~times:3 2) (add5 ?times:(Some 10) 1);
  Printf.printf "%d %s\n" (apply ~f:succ 4) (compose ~first:string_of_int ~second:String.escaped 5);
  print_endline (many 1 ~b:2 4 ~e:5 7);
  print_endline (many ~e:5 ~b:2 1 4 ~f:"F" ~c:0 7);
  let p = many 1 ~e:9 in
  let q = p ~b:8 in
  print_endline (q 7 6);
  print_endline (q 7 ~c:1 ~f:"x" 6);
  Printf.printf "%d\n" (sum_to 1000);
  Printf.printf "%s\n" (show (ListLabels.map ~f:(fun x -> x * x) (ListLabels.filter ~f:(fun x -> x > 2) [1; 2; 3; 4])));
  Printf.printf "%d\n" (ListLabels.fold_left ~f:( - ) ~init:100 [1; 2; 3]);
  let o = object method m ?(x = 1) ~y () = x + y end in
  Printf.printf "%d %d\n" (o#m ~y:2 ()) (o#m ~x:10 ~y:2 ())
