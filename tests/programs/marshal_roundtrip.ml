(* SPDX-License-Identifier: Apache-2.0
   What Marshal reads back: sharing, cycles, custom blocks, closures of the same program, objects,
   deep structures; what it refuses.
   @gc-stress smaller *)

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let depth = if small then 300 else 300_000

let copy ?(flags = []) (v : 'a) : 'a = Marshal.from_string (Marshal.to_string v flags) 0

type tree = Leaf | Node of tree * int * tree
type ring = { mutable next : ring; id : int }

let rec build lo hi = if lo > hi then Leaf else let m = (lo + hi) / 2 in Node (build lo (m - 1), m, build (m + 1) hi)
let rec sum = function Leaf -> 0 | Node (l, x, r) -> sum l + x + sum r

let sharing () =
  let s = Bytes.of_string "shared" in
  let a, b, l = copy (s, s, [s]) in
  Printf.printf "shared %b %b\n" (a == b) (List.hd l == a);
  let a, b = copy ~flags:[Marshal.No_sharing] (s, s) in
  Printf.printf "not shared %b %b\n" (a == b) (a = b);
  let rec r1 = { next = r2; id = 1 } and r2 = { next = r1; id = 2 } in
  let c = copy r1 in
  Printf.printf "ring %d %d %b %b\n" c.next.id c.next.next.id (c.next.next == c) (c == r1)

let customs () =
  Printf.printf "%ld %Ld %nd\n" (copy 7l) (copy Int64.min_int) (copy (-9n));
  Printf.printf "%h %h\n" (copy 0.1) (copy nan);
  Array.iter (Printf.printf "%h ") (copy [|1.5; neg_infinity; 1e-310|]);
  print_newline ();
  Printf.printf "%b\n" (copy (1L, [2L; 3L], "x") = (1L, [2L; 3L], "x"))

let closures () =
  let k = 10 in
  let add n = n + k in
  let f = copy ~flags:[Marshal.Closures] add in
  Printf.printf "closure %d\n" (f 5);
  let rec even n = n = 0 || odd (n - 1) and odd n = n <> 0 && even (n - 1) in
  let e, o = copy ~flags:[Marshal.Closures] (even, odd) in
  Printf.printf "recursive %b %b\n" (e 10) (o 10);
  let l = copy ~flags:[Marshal.Closures] (lazy (k * 2)) in
  Printf.printf "lazy %d\n" (Lazy.force l);
  (match Marshal.to_string add [] with
   | _ -> print_endline "unexpected" | exception Invalid_argument reason -> print_endline reason);
  let o = object val mutable n = 3 method bump = n <- n + 1; n end in
  let p = copy ~flags:[Marshal.Closures] o in
  Printf.printf "object %d %d %d\n" o#bump p#bump p#bump

let refused name text =
  match (Marshal.from_string text 0 : int list) with
  | l -> Printf.printf "%s: %d elements\n" name (List.length l)
  | exception Failure reason -> Printf.printf "%s: Failure %s\n" name reason
  | exception Invalid_argument reason -> Printf.printf "%s: Invalid_argument %s\n" name reason
  | exception End_of_file -> Printf.printf "%s: End_of_file\n" name

let () =
  sharing ();
  customs ();
  closures ();
  let t = build 1 (min depth 50_000) in
  Printf.printf "tree %d %b\n" (sum (copy t)) (copy t = t);
  let deep = List.init depth (fun i -> [i]) in
  Printf.printf "deep %b %d\n" (copy deep = deep) (List.length (copy deep));
  let left = List.fold_left (fun acc i -> Node (acc, i, Leaf)) Leaf (List.init depth Fun.id) in
  Printf.printf "left %b\n" (copy left = left);
  let big = String.init (depth * 10) (fun i -> Char.chr (i * 7 land 255)) in
  Printf.printf "string %b\n" (copy big = big);
  let good = Marshal.to_string [1; 2; 3] [] in
  refused "good" good;
  refused "cut" (String.sub good 0 (String.length good - 1));
  refused "header cut" (String.sub good 0 10);
  refused "empty" "";
  refused "magic" ("\x84\x95\xa6\xbf" ^ String.sub good 4 (String.length good - 4));
  (match (Marshal.from_string good 1 : int list) with _ -> print_endline "unexpected" | exception Failure r -> print_endline r);
  (match (Marshal.from_string good (-1) : int) with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match Marshal.to_string (1 lsl 40) [Marshal.Compat_32] with _ -> print_endline "unexpected" | exception Failure r -> print_endline r);
  Printf.printf "compat %d\n" (String.length (Marshal.to_string [1; 2] [Marshal.Compat_32]));
  (match Marshal.to_string (Weak.create 3 : string Weak.t) [] with
   | _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match Marshal.to_string stdout [] with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r)
