(* SPDX-License-Identifier: Apache-2.0
   Structural comparison and equality over every kind of value; what cannot be compared; physical
   equality; deep and wide values.
   @versions all
   @gc-stress smaller *)

type t = A | B | C of int | D of t * t | E of { a : int; b : string } | F of float array

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let sign n = if n < 0 then -1 else if n > 0 then 1 else 0

let values : Obj.t list =
  let r x = Obj.repr x in
  [ r 0; r 1; r (-1); r max_int; r A; r B; r (C 1); r (C 2); r (D (A, B)); r (D (C 1, A)); r (E { a = 1; b = "x" });
    r (E { a = 1; b = "y" }); r (F [|1.0|]); r (F [|nan|]); r 1.0; r 0.0; r (-0.0); r nan; r infinity; r ""; r "a"; r "ab";
    r "b"; r [1; 2]; r [1; 3]; r [1; 2; 3]; r (1, 2); r (1, 2, 3); r [|1.0; 2.0|]; r [|1; 2|]; r [||]; r 1l; r 2l; r 1L;
    r 5n; r 1n; r 5L; r (Some 1); r None; r (lazy 3); r (Bytes.of_string "a"); r 'a'; r true; r (`Tag 3); r `Other ]

let matrix () =
  let n = List.length values in
  List.iteri (fun i a ->
    Printf.printf "%2d:" i;
    List.iter (fun b ->
      let text =
        match sign (compare a b) with
        | -1 -> "<" | 0 -> "=" | 1 -> ">" | _ -> "?"
        | exception Invalid_argument _ -> "!" in
      let equal = match a = b with b -> if b then "e" else "." | exception Invalid_argument _ -> "!" in
      Printf.printf " %s%s" text equal) values;
    print_newline ()) values;
  Printf.printf "%d values\n" n

let refused name f =
  match f () with
  | (_ : bool) -> Printf.printf "%s: fine\n" name
  | exception Invalid_argument reason -> Printf.printf "%s: %s\n" name reason

let rec deep n = let rec go acc n = if n = 0 then acc else go (D (acc, A)) (n - 1) in go A n

let () =
  matrix ();
  refused "closures" (fun () -> succ = Sys.opaque_identity pred);
  refused "closure order" (fun () -> compare succ (Sys.opaque_identity pred) = 0);
  refused "same closure" (fun () -> let f = Sys.opaque_identity succ in compare f f = 0);
  refused "same closure equal" (fun () -> let f = Sys.opaque_identity succ in f = f);
  refused "nested closures" (fun () -> (1, succ) = (1, pred));
  refused "decided before" (fun () -> (1, succ) = (2, pred));
  refused "objects" (fun () -> let o = object end in o = o);
  refused "two objects" (fun () -> object end = object end);
  let n = if small then 500 else 200_000 in
  Printf.printf "deep %b %d\n" (deep n = deep n) (compare (deep n) (deep (n + 1)));
  let wide k = Array.init n (fun i -> if i = k then [i; -1] else [i]) in
  Printf.printf "wide %b %d\n" (wide (-1) = wide (-1)) (compare (wide 5) (wide 6));
  let rec left = D (left, A) in
  Printf.printf "cyclic against flat: %d\n" (compare left (D (A, A)));
  let x = [1; 2; 3] in
  Printf.printf "%b %b %b %b\n" (x == x) (x == [1; 2; 3]) (x != List.map Fun.id x) (1 == 1);
  Printf.printf "nan: %b %b %b %d %d\n" (nan = nan) (nan == nan) (nan <> nan) (compare nan nan) (compare nan 0.0);
  Printf.printf "%b %b %b %b\n" (nan < 1.0) (nan > 1.0) ([nan] <= [nan]) ((1.0, nan) < (2.0, nan));
  Printf.printf "%d %d %d\n" (compare "abc" "abcd") (compare (Bytes.of_string "b") (Bytes.of_string "abc")) (compare 'a' 'b');
  Printf.printf "%d %d %d %d\n" (compare 1.0 2.0) (compare 2l 1l) (compare min_int max_int) (compare false true);
  Printf.printf "%s %s %d\n" (min "b" "a") (max "b" "a") (max 1 2);
  Printf.printf "%b %b\n" (compare [|1; 2|] [|1; 2; 0|] < 0) (compare [|9|] [|1; 2; 0|] < 0);
  let sorted = List.sort compare [D (A, A); B; C 3; A; E { a = 0; b = "" }; C (-3); F [||]; D (A, B)] in
  List.iter (fun v -> Printf.printf "%d " (if Obj.is_int (Obj.repr v) then -1 else Obj.tag (Obj.repr v))) sorted;
  print_newline ()
