(* SPDX-License-Identifier: Apache-2.0
   Obj: representation of values, tags and sizes, blocks made by hand, duplication, extension
   constructors, reachable words, physical layout of closures and objects.
   @versions 5.3 *)

type t = Constant | Other | Block of int | Two of int * string
type unboxed = U of string [@@unboxed]
type record = { a : int; b : float }
type floats = { f : float; g : float }
exception Local of int
type ext = ..
type ext += Plain | Arg of int

let describe name v =
  let o = Obj.repr v in
  if Obj.is_int o then Printf.printf "%s: int %d\n" name (Obj.obj o : int)
  else Printf.printf "%s: tag %d size %d\n" name (Obj.tag o) (Obj.size o)

let () =
  describe "int" 5; describe "true" true; describe "unit" (); describe "Constant" Constant; describe "Other" Other;
  describe "Block" (Block 1); describe "Two" (Two (1, "")); describe "unboxed" (U "x"); describe "record" { a = 1; b = 2.0 };
  describe "floats" { f = 1.0; g = 2.0 }; describe "float" 1.0; describe "string" "abcdefgh"; describe "int64" 1L;
  describe "empty array" [||]; describe "array" [|1; 2|]; describe "float array" [|1.0|]; describe "list" [1; 2];
  describe "ref" (ref 0); describe "variant" `A; describe "variant arg" (`A 1); describe "exception" Not_found;
  describe "exception arg" (Local 1); describe "ext" Plain; describe "ext arg" (Arg 1); describe "lazy" (lazy (Sys.opaque_identity 1 + 1));
  describe "object" (object val x = 1 method m = x end); describe "bytes" (Bytes.create 3);
  describe "closure" (fun x -> x); describe "tuple" (1, 2, 3);
  let captured = Sys.opaque_identity 3 in
  describe "closure with environment" (fun x -> x + captured);
  let o = Obj.new_block 5 3 in
  for i = 0 to 2 do Obj.set_field o i (Obj.repr (i * 2)) done;
  Printf.printf "block: %d %d %d\n" (Obj.tag o) (Obj.size o) (Obj.obj (Obj.field o 2));
  let d = Obj.dup o in
  Obj.set_field d 0 (Obj.repr 100);
  Printf.printf "dup: %d %d\n" (Obj.obj (Obj.field o 0)) (Obj.obj (Obj.field d 0));
  let w = Obj.with_tag 9 o in
  Printf.printf "with_tag: %d %d %d\n" (Obj.tag w) (Obj.tag o) (Obj.obj (Obj.field w 1));
  let big = Obj.dup (Obj.repr (Array.init 1000 Fun.id)) in
  Printf.printf "big dup: %d %d\n" (Obj.size big) (Obj.obj (Obj.field big 999));
  let da = Obj.repr [|1.5; 2.5|] in
  Obj.set_double_field da 1 9.5;
  Printf.printf "double field: %g %g\n" (Obj.double_field da 0) (Obj.double_field da 1);
  Printf.printf "reachable: %d %d %d %d\n" (Obj.reachable_words (Obj.repr [1; 2; 3])) (Obj.reachable_words (Obj.repr 1))
    (Obj.reachable_words (Obj.repr "abc")) (let s = "shared" in Obj.reachable_words (Obj.repr (s, s)));
  let module E = Obj.Extension_constructor in
  Printf.printf "%s %s %s\n" (E.name (E.of_val Not_found)) (E.name (E.of_val (Local 1))) (E.name (E.of_val (Arg 2)));
  Printf.printf "%b %b\n" (E.id (E.of_val (Arg 1)) = E.id (E.of_val (Arg 2))) (E.id (E.of_val Plain) = E.id (E.of_val (Arg 2)));
  (match E.of_val 3 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Printf.printf "tags: %d %d %d %d %d %d %d %d %d %d\n" Obj.lazy_tag Obj.closure_tag Obj.object_tag Obj.infix_tag Obj.forward_tag
    Obj.no_scan_tag Obj.abstract_tag Obj.string_tag Obj.double_tag Obj.custom_tag;
  Printf.printf "%b %b\n" (Obj.is_block (Obj.repr "x")) (Obj.repr 1 == Obj.repr 1);
  Printf.printf "%d\n" (Obj.magic 'a' : int);
  let rec f x = if x = 0 then 0 else g (x - 1) and g x = if x = 0 then 1 else f (x - 1) in
  Printf.printf "mutual: %d %d %d\n" (Obj.tag (Obj.repr f)) (Obj.tag (Obj.repr g)) (f 11);
  let r = Obj.Ephemeron.create 2 in
  Printf.printf "%d %b %d\n" (Obj.Ephemeron.length r) (Obj.Ephemeron.check_key r 0) Obj.Ephemeron.max_ephe_length;
  (match Obj.new_block Obj.string_tag 0 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match Obj.new_block Obj.custom_tag 2 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  let u = Type.Id.make () and v = Type.Id.make () in
  Printf.printf "%b %b\n" (Type.Id.provably_equal u u = Some Type.Equal) (Type.Id.provably_equal u v <> None)
