(* SPDX-License-Identifier: Apache-2.0
   Variants and pattern matching: polymorphic variants and their hashes, big matches, strings,
   nested and or-patterns, guards, ranges, records, inline records, constants of every kind.
   @versions all *)

type big =
  | C0 | C1 | C2 | C3 | C4 | C5 | C6 | C7 | C8 | C9
  | B0 of int | B1 of int * int | B2 of string | B3 of { x : int; mutable y : int } | B4 of big * big | B5 of float | B6 of big list

let rec weight = function
  | C0 -> 0 | C1 | C2 -> 1 | C3 -> 3 | C9 -> 9 | C4 | C5 | C6 | C7 | C8 -> 4
  | B0 n when n < 0 -> -n
  | B0 n -> n
  | B1 (1, n) | B1 (n, 1) -> n * 100
  | B1 (a, b) -> a + b
  | B2 "" -> -1
  | B2 s -> String.length s
  | B3 { x = 0; _ } -> 1000
  | B3 r -> r.y <- r.y + 1; r.x + r.y
  | B4 (C0, b) | B4 (b, C0) -> 2 * weight b
  | B4 (B4 (a, b), c) -> weight a + weight b + weight c
  | B4 (a, b) -> weight a * weight b
  | B5 f -> int_of_float f
  | B6 [] -> 77
  | B6 [a] -> weight a
  | B6 (a :: (b :: _ as rest)) -> weight a - weight b + List.length rest

let chars = function 'a' .. 'f' -> 1 | 'g' | 'h' -> 2 | 'A' .. 'Z' -> 3 | '0' .. '9' as c -> Char.code c - 48 | '\000' .. '\031' -> 5 | _ -> 6
let ints = function 0 -> "zero" | 1 | 2 | 3 -> "few" | 100 -> "hundred" | 1000000 -> "million" | -1 -> "minus" | n when n < 0 -> "negative" | _ -> "many"
let floats = function 0.0 -> "zero" | 1.5 -> "one and a half" | -2.0 -> "minus two" | f when f <> f -> "nan" | _ -> "other"
let int64s = function 0L -> 'a' | 0x7FFFFFFFFFFFFFFFL -> 'b' | -1L -> 'c' | _ -> 'd'
let boxed = function 1l, 2n -> 1 | 1l, _ -> 2 | _, 2n -> 3 | _ -> 4

type string_like = [ `S of string | `T ]
let string_like : string_like -> int = function `S s -> String.length s | `T -> 50
let poly = function
  | `A -> 1 | `B n -> n | `C (a, b) -> a * b | `Long_tag_name -> 4 | `D { contents = n } -> n
  | #string_like as s -> string_like s

let hash_name name =
  (* The number that represents `name: a hash of its letters, folded into 31 bits. *)
  let h = String.fold_left (fun h c -> ((223 * h) + Char.code c) land 0x7FFFFFFF) 0 name in
  if h > 0x3FFFFFFF then h - 0x80000000 else h

let lists = function
  | [] -> "empty" | [_] -> "one" | [1; 2] -> "one two" | 1 :: _ :: 3 :: _ -> "one, three" | _ :: _ :: [] -> "two" | _ -> "more"

let tuples a b c = match a, b, c with
  | true, true, _ -> 1 | true, _, true -> 2 | _, true, true -> 3 | false, false, false -> 4 | _ -> 5

let arrays = function [||] -> 0 | [|x|] -> x | [|x; y|] -> x + y | [|_; _; z|] -> z | a -> Array.length a * 10

let exceptions = function
  | Not_found -> "nf" | Failure "a" -> "fa" | Failure s -> "f" ^ s | Invalid_argument _ -> "ia" | Sys_error ("x" | "y") -> "xy" | _ -> "other"

let () =
  let r = B3 { x = 1; y = 2 } in
  List.iter (fun v -> Printf.printf "%d " (weight v))
    [ C0; C1; C2; C3; C4; C5; C6; C7; C8; C9; B0 5; B0 (-5); B1 (1, 7); B1 (7, 1); B1 (3, 4); B2 ""; B2 "abc"; r; r; B3 { x = 0; y = 0 };
      B4 (C0, C3); B4 (C3, C0); B4 (B4 (C1, C3), C9); B4 (C3, C9); B5 3.7; B6 []; B6 [C9]; B6 [C9; C1; C3] ];
  print_newline ();
  String.iter (fun c -> print_int (chars c)) "abgGz7\n~\255";
  print_newline ();
  List.iter (fun n -> Printf.printf "%s " (ints n)) [0; 2; 100; 1000000; -1; -7; 55];
  List.iter (fun f -> Printf.printf "%s, " (floats f)) [0.0; -0.0; 1.5; -2.0; nan; 7.0];
  List.iter (fun n -> Printf.printf "%c" (int64s n)) [0L; Int64.max_int; -1L; 5L];
  Printf.printf " %d%d%d%d\n" (boxed (1l, 2n)) (boxed (1l, 3n)) (boxed (2l, 2n)) (boxed (3l, 3n));
  List.iter (fun v -> Printf.printf "%d " (poly v)) [`A; `B 2; `C (3, 4); `Long_tag_name; `D (ref 9); `S "four"; `T];
  print_newline ();
  Printf.printf "%b %b\n" ((Obj.magic `A : int) = hash_name "A") ((Obj.magic `Long_tag_name : int) = hash_name "Long_tag_name");
  Printf.printf "%d %d\n" (Obj.magic `Long_tag_name) (Obj.magic (Obj.field (Obj.repr (`S "")) 0));
  List.iter (fun l -> Printf.printf "%s; " (lists l)) [[]; [5]; [1; 2]; [1; 0; 3]; [8; 9]; [1; 2; 4]];
  for i = 0 to 7 do Printf.printf "%d" (tuples (i land 4 > 0) (i land 2 > 0) (i land 1 > 0)) done;
  print_newline ();
  List.iter (fun a -> Printf.printf "%d " (arrays a)) [[||]; [|7|]; [|1; 2|]; [|1; 2; 3|]; [|1; 2; 3; 4|]];
  List.iter (fun e -> Printf.printf "%s " (exceptions e)) [Not_found; Failure "a"; Failure "b"; Invalid_argument ""; Sys_error "y"; Sys_error "z"; Exit];
  print_newline ();
  Printf.printf "%s\n" (match List.find (fun x -> x > 1) [1] with _ -> "found" | exception Not_found -> "exception case");
  let x, (y, [| z; _ |]), { contents = w } = 1, (2, [|3; 4|]), ref 5 in
  Printf.printf "%d\n" (x + y + z + w);
  (match Sys.opaque_identity 4 with 1 -> () | 2 -> () | _ -> (try (match Sys.opaque_identity 9 with 0 -> ()) with Match_failure (f, l, c) -> Printf.printf "%s %b %d\n" f (l > 0) c))
