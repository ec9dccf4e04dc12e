(* SPDX-License-Identifier: Apache-2.0
   Hashtbl.hash must give exactly OCaml's numbers: every kind of value, limits on depth and size,
   seeds, and the hashes of variant tags.
   @versions all *)

type t = A | B of int | C of { x : string; y : float }

let h name v = Printf.printf "%s: %d %d\n" name (Hashtbl.hash v) (Hashtbl.seeded_hash 42 v)

let rec nested n = if n = 0 then [] else [Obj.repr (nested (n - 1))]
let rec tree n = if n = 0 then Obj.repr n else Obj.repr (n, tree (n - 1), tree (n - 1))

let () =
  List.iter (fun n -> h (string_of_int n) n) [0; 1; -1; 42; 1000000; 0x7FFFFFFF; 0x80000000; -0x80000000; max_int; min_int];
  List.iter (fun x -> h (Printf.sprintf "%h" x) x)
    [0.0; -0.0; 1.0; -1.0; 0.1; 1e300; 5e-324; infinity; neg_infinity; nan; -.nan; Int64.float_of_bits 0x7FF0000000000001L];
  for n = 0 to 20 do h (Printf.sprintf "string %d" n) (String.init n (fun i -> Char.chr (65 + i))) done;
  h "long string" (String.make 1000 'z');
  h "long string, tail differs" (String.make 999 'z' ^ "y");
  h "high bytes" "\xff\xfe\x80\x00\x01";
  h "bytes" (Bytes.of_string "ABC");
  h "int32" 123l; h "int32 neg" (-1l);
  h "int64" 123L; h "int64 big" 0x123456789ABCDEFL; h "int64 neg" (-1L);
  h "nativeint" 123n; h "nativeint big" 0x123456789ABCDEFn; h "nativeint neg" (-1n);
  h "unit" (); h "true" true; h "char" 'x';
  h "none" None; h "some" (Some 3); h "A" A; h "B" (B 5); h "C" (C { x = "x"; y = 1.5 });
  h "list" [1; 2; 3]; h "long list" (List.init 50 Fun.id); h "pair" (1, "a"); h "array" [|1; 2; 3|];
  h "float array" [|1.0; 2.0|]; h "float array long" (Array.init 30 float_of_int);
  h "empty array" [||];
  h "nested" (nested 30);
  h "tree" (tree 6);
  h "variant" `Foo; h "variant arg" (`Foo 3); h "long variant" `A_long_variant_name_that_goes_on;
  h "exception" Not_found;
  h "lazy done" (Lazy.from_val 3);
  h "object" 0;
  h "mixed" (1, 2.5, "three", [4L], Some [|5n|]);
  List.iter (fun (meaningful, total) ->
    Printf.printf "param %d %d: %d %d\n" meaningful total (Hashtbl.hash_param meaningful total (tree 7))
      (Hashtbl.seeded_hash_param meaningful total 7 (List.init 300 string_of_int)))
    [1, 1; 1, 100; 10, 100; 3, 5; 100, 256; 256, 256; 1000, 10000; 0, 0];
  List.iter (fun seed -> Printf.printf "%d " (Hashtbl.seeded_hash seed "seeded")) [0; 1; -1; max_int; min_int; 0x100000000];
  print_newline ();
  Printf.printf "tags: %d %d %d\n" (Obj.magic `A) (Obj.magic `Int) (Obj.magic `Some_longer_tag_name);
  Printf.printf "String.hash %d Int.hash %d\n" (Hashtbl.hash "abc") (Hashtbl.hash 5)
