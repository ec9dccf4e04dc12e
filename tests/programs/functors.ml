(* SPDX-License-Identifier: Apache-2.0
   Functors: application, sharing, generativity, higher-order functors, recursive modules, functors
   with state, include and with-constraints, modules as functor results.
   @versions all *)

module type ORDERED = sig type t val compare : t -> t -> int end
module type MONOID = sig type t val zero : t val plus : t -> t -> t end

module Pair_order (A : ORDERED) (B : ORDERED) = struct
  type t = A.t * B.t
  let compare (a, b) (a', b') = match A.compare a a' with 0 -> B.compare b b' | c -> c
end

module Reverse (A : ORDERED) = struct type t = A.t let compare a b = A.compare b a end

module Heap (O : ORDERED) : sig
  type t
  val empty : t
  val insert : O.t -> t -> t
  val pop : t -> (O.t * t) option
  val of_list : O.t list -> t
  val to_list : t -> O.t list
end = struct
  type t = E | T of int * O.t * t * t
  let empty = E
  let rank = function E -> 0 | T (r, _, _, _) -> r
  let make x a b = if rank a >= rank b then T (rank b + 1, x, a, b) else T (rank a + 1, x, b, a)
  let rec merge a b = match a, b with
    | E, h | h, E -> h
    | T (_, x, l, r), T (_, y, l', r') -> if O.compare x y <= 0 then make x l (merge r b) else make y l' (merge a r')
  let insert x h = merge (T (1, x, E, E)) h
  let pop = function E -> None | T (_, x, l, r) -> Some (x, merge l r)
  let of_list l = List.fold_left (fun h x -> insert x h) empty l
  let rec to_list h = match pop h with None -> [] | Some (x, h) -> x :: to_list h
end

module Fold (M : MONOID) = struct
  let list l = List.fold_left M.plus M.zero l
  module Twice = struct type t = M.t * M.t let zero = (M.zero, M.zero) let plus (a, b) (c, d) = (M.plus a c, M.plus b d) end
end

module Int_sum = struct type t = int let zero = 0 let plus = ( + ) end
module Counter () = struct let n = ref 0 let next () = incr n; !n end
module C1 = Counter ()
module C2 = Counter ()

module type TRANSFORM = functor (O : ORDERED) -> ORDERED with type t = O.t
module Apply (F : TRANSFORM) (O : ORDERED) = F (O)
module Double_reverse (O : ORDERED) = Reverse (Reverse (O))

module rec Even : sig val test : int -> bool val name : string end = struct
  let name = "even"
  let test n = n = 0 || Odd.test (n - 1)
end
and Odd : sig val test : int -> bool end = struct let test n = n <> 0 && Even.test (n - 1) end

module rec Tree : sig type t = Leaf of int | Node of Set.t val compare : t -> t -> int end = struct
  type t = Leaf of int | Node of Set.t
  let compare a b = match a, b with
    | Leaf x, Leaf y -> Int.compare x y
    | Leaf _, Node _ -> -1
    | Node _, Leaf _ -> 1
    | Node x, Node y -> Set.compare x y
end
and Set : Stdlib.Set.S with type elt = Tree.t = Stdlib.Set.Make (Tree)

module Memo (K : Hashtbl.HashedType) = struct
  module H = Hashtbl.Make (K)
  let memoize f =
    let table = H.create 16 in
    let rec go k = match H.find_opt table k with Some v -> v | None -> let v = f go k in H.add table k v; v in
    go
end

let ints = [5; 3; 9; 1; 7; 3]

let () =
  let module H = Heap (Int) in
  let module R = Heap (Reverse (Int)) in
  let module D = Heap (Apply (Double_reverse) (Int)) in
  let show l = String.concat " " (List.map string_of_int l) in
  Printf.printf "%s | %s | %s\n" (show H.(to_list (of_list ints))) (show R.(to_list (of_list ints))) (show D.(to_list (of_list ints)));
  let module P = Heap (Pair_order (String) (Reverse (Int))) in
  List.iter (fun (s, n) -> Printf.printf "%s%d " s n) P.(to_list (of_list ["b", 1; "a", 2; "b", 3; "a", 1]));
  print_newline ();
  let module F = Fold (Int_sum) in
  let module G = Fold (F.Twice) in
  let x, y = G.list [1, 10; 2, 20; 3, 30] in
  Printf.printf "%d %d %d\n" (F.list ints) x y;
  ignore (C1.next ()); ignore (C1.next ());
  Printf.printf "%d %d\n" (C1.next ()) (C2.next ());
  Printf.printf "%b %b %s\n" (Even.test 11) (Odd.test 11) Even.name;
  let t = Tree.Node (Set.of_list [Leaf 3; Leaf 1; Node (Set.singleton (Leaf 2)); Leaf 1]) in
  Printf.printf "%d %d\n" (match t with Node s -> Set.cardinal s | Leaf _ -> 0) (Tree.compare t (Leaf 0));
  let module M = Memo (struct type t = int let equal = Int.equal let hash = Hashtbl.hash end) in
  let fib = M.memoize (fun self n -> if n < 2 then n else self (n - 1) + self (n - 2)) in
  Printf.printf "%d\n" (fib 80);
  (match (let module M = struct module rec Bad : sig val f : int -> int end = struct let f = Sys.opaque_identity (fun x -> Bad.f) 0 end end in M.Bad.f 0) with
   | n -> Printf.printf "%d\n" n
   | exception Undefined_recursive_module _ -> print_endline "Undefined_recursive_module")
