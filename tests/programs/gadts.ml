(* SPDX-License-Identifier: Apache-2.0
   Generalised data types: typed evaluators, existentials, witnesses, length-indexed vectors,
   heterogeneous lists, typed formats, and polymorphic recursion.
   @versions all *)

type _ expr =
  | Int : int -> int expr
  | Bool : bool -> bool expr
  | Add : int expr * int expr -> int expr
  | Less : int expr * int expr -> bool expr
  | If : bool expr * 'a expr * 'a expr -> 'a expr
  | Pair : 'a expr * 'b expr -> ('a * 'b) expr
  | Fst : ('a * 'b) expr -> 'a expr
  | Fix : (('a -> 'b) -> 'a -> 'b) -> ('a -> 'b) expr
  | App : ('a -> 'b) expr * 'a expr -> 'b expr

let rec eval : type a. a expr -> a = function
  | Int n -> n
  | Bool b -> b
  | Add (a, b) -> eval a + eval b
  | Less (a, b) -> eval a < eval b
  | If (c, a, b) -> if eval c then eval a else eval b
  | Pair (a, b) -> (eval a, eval b)
  | Fst p -> fst (eval p)
  | Fix f -> let rec g x = f g x in g
  | App (f, a) -> (eval f) (eval a)

type zero = Z
type 'n succ = S
type (_, _) vec = Nil : ('a, zero) vec | Cons : 'a * ('a, 'n) vec -> ('a, 'n succ) vec

let head : type a n. (a, n succ) vec -> a = fun (Cons (x, _)) -> x
let rec zip : type a b n. (a, n) vec -> (b, n) vec -> (a * b, n) vec = fun a b -> match a, b with
  | Nil, Nil -> Nil
  | Cons (x, xs), Cons (y, ys) -> Cons ((x, y), zip xs ys)
let rec to_list : type n. ('a, n) vec -> 'a list = function Nil -> [] | Cons (x, xs) -> x :: to_list xs

type _ ty = Tint : int ty | Tstring : string ty | Tlist : 'a ty -> 'a list ty | Tpair : 'a ty * 'b ty -> ('a * 'b) ty | Tfloat : float ty
type (_, _) eq = Refl : ('a, 'a) eq

let rec same : type a b. a ty -> b ty -> (a, b) eq option = fun a b -> match a, b with
  | Tint, Tint -> Some Refl
  | Tstring, Tstring -> Some Refl
  | Tfloat, Tfloat -> Some Refl
  | Tlist a, Tlist b -> (match same a b with Some Refl -> Some Refl | None -> None)
  | Tpair (a, b), Tpair (c, d) -> (match same a c, same b d with Some Refl, Some Refl -> Some Refl | _ -> None)
  | _ -> None

let rec show : type a. a ty -> a -> string = fun ty v -> match ty with
  | Tint -> string_of_int v
  | Tstring -> Printf.sprintf "%S" v
  | Tfloat -> Printf.sprintf "%g" v
  | Tlist t -> "[" ^ String.concat "; " (List.map (show t) v) ^ "]"
  | Tpair (a, b) -> Printf.sprintf "(%s, %s)" (show a (fst v)) (show b (snd v))

type dyn = Dyn : 'a ty * 'a -> dyn
let cast : type a. a ty -> dyn -> a option = fun ty (Dyn (ty', v)) -> match same ty ty' with Some Refl -> Some v | None -> None

type _ fmt = End : unit fmt | Lit : string * 'a fmt -> 'a fmt | D : 'a fmt -> (int -> 'a) fmt | Str : 'a fmt -> (string -> 'a) fmt
let rec print : type a. Buffer.t -> a fmt -> a = fun b -> function
  | End -> ()
  | Lit (s, rest) -> Buffer.add_string b s; print b rest
  | D rest -> fun n -> Buffer.add_string b (string_of_int n); print b rest
  | Str rest -> fun s -> Buffer.add_string b s; print b rest

type 'a perfect = Single of 'a | Double of ('a * 'a) perfect
let rec depth : 'a. 'a perfect -> int = function Single _ -> 0 | Double p -> 1 + depth p
let rec total : 'a. ('a -> int) -> 'a perfect -> int = fun f -> function
  | Single x -> f x
  | Double p -> total (fun (a, b) -> f a + f b) p

let () =
  let fact = Fix (fun self n -> if n = 0 then 1 else n * self (n - 1)) in
  Printf.printf "%d %b %d\n" (eval (App (fact, Add (Int 4, Int 6)))) (eval (Less (Int 1, Int 2))) (eval (If (Bool false, Int 1, Fst (Pair (Int 9, Bool true)))));
  let v = Cons (1, Cons (2, Cons (3, Nil))) in
  Printf.printf "%d %s\n" (head v) (String.concat " " (List.map (fun (a, b) -> Printf.sprintf "%d%s" a b) (to_list (zip v (Cons ("a", Cons ("b", Cons ("c", Nil))))))));
  let dyns = [Dyn (Tint, 5); Dyn (Tlist Tint, [1; 2]); Dyn (Tpair (Tstring, Tlist Tfloat), ("x", [1.5])); Dyn (Tlist Tint, [3])] in
  List.iter (fun (Dyn (t, v)) -> print_endline (show t v)) dyns;
  Printf.printf "%d\n" (List.fold_left (fun n d -> match cast (Tlist Tint) d with Some l -> n + List.fold_left ( + ) 0 l | None -> n) 0 dyns);
  let b = Buffer.create 20 in
  print b (Lit ("x=", D (Lit (", s=", Str End)))) 42 "hello";
  print_endline (Buffer.contents b);
  let p = Double (Double (Double (Single (((1, 2), (3, 4)), ((5, 6), (7, 8)))))) in
  Printf.printf "%d %d\n" (depth p) (total Fun.id p)
