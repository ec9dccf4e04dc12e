(* Json.output and unsafe_input. *)
open Js_of_ocaml
type t = { name : string; values : int list; pair : float * bool }
type tree = Leaf | Node of tree * int * tree
type any = A | B | C of int | D of string * any list | E of { x : float; y : float } | F of any option

let p fmt = Printf.printf (fmt ^^ "\n%!")
let show v = p "%s" (Js.to_string (Json.output v))

(* There and back. *)
let again v = (Json.unsafe_input (Json.output v) : 'a)
let same v = p "%b" (again v = v)
let rec left n = if n = 0 then Leaf else Node (left (n - 1), n, Leaf)

let () =
  let v = { name = "caf\xc3\xa9"; values = [ 1; 2; 3 ]; pair = (2.5, true) } in
  show v;
  show [| 1; 2 |];
  show (Some 12345678901234L);
  same v;
  same [| 1; 2 |];
  same (Some 12345678901234L);
  same (Some (-2L), Int64.min_int, [ Int64.max_int ]);
  same 5;
  same "text";
  same (-1.5);
  same [ "a"; ""; "\000\255"; "caf\xc3\xa9" ];
  same [| 1.5; -0.25; 1e300 |];
  same [ A; B; C 3; D ("d", [ A; F (Some B) ]); E { x = 0.5; y = 1.5 }; F None ];
  same (left 100);
  same (List.init 1000 (fun i -> (i, string_of_int i)));
  same (Array.init 3000 string_of_int);
  same (Array.init 3000 (fun i -> float i +. 0.5));
  (* What is used as what it is. *)
  let w = again v in
  p "%s %d %b %.2f" w.name (List.fold_left ( + ) 0 w.values) (snd w.pair) (fst w.pair +. 1.);
  (match again (E { x = 0.5; y = 2. }) with E { x; y } -> p "%.2f %.2f" x (x +. y) | _ -> p "another");
  p "%Ld" (Int64.add (again 40L) 2L);
  let floats = again [| 1.; 2.5 |] in
  p "%d %.1f" (Array.length floats) (floats.(0) +. floats.(1));
  p "%s" (Bytes.to_string (let b = Bytes.of_string (again "abc") in Bytes.set b 1 'B'; b));
  (* Objects are JavaScript's. *)
  p "%d" (Js.Unsafe.get (Json.unsafe_input (Js.string "{\"a\":7}")) "a");
  (match Json.unsafe_input (Js.string "[0, ") with () -> p "read" | exception Js.Error e -> p "%s" (Js.to_string e##.name));
  (* Deeper than any engine's stack. *)
  let text = String.concat "" (List.init 200_000 (fun _ -> "[0,")) ^ "5" ^ String.concat "" (List.init 200_000 (fun _ -> "]")) in
  (match Json.unsafe_input (Js.string text) with () -> p "read" | exception Stack_overflow -> p "Stack_overflow");
  same [ 1; 2 ];
  (* A function of one's own for JSON.parse gives what it gives. *)
  let own = Js.wrap_meth_callback (fun _ _ (v : Js.Unsafe.any) -> v) in
  let parsed = Js.Unsafe.meth_call (Js.Unsafe.get Js.Unsafe.global "JSON") "parse" [| Js.Unsafe.inject (Js.string "[0,[1,2],3]"); Js.Unsafe.inject own |] in
  p "%s" (Js.to_string (Js.Unsafe.meth_call parsed "join" [| Js.Unsafe.inject (Js.string "-") |]))
;;

(* What it gives is also what JavaScript has for it, an array. *)
let () =
  let array : int Js.js_array Js.t = Json.unsafe_input (Js.string "[7,8,[9,10]]") in
  let block : Obj.t = Obj.repr array in
  p "%d %d" array##.length (Js.Optdef.get (Js.array_get array 1) (fun () -> -1));
  p "%s" (Js.to_string (Js.Unsafe.meth_call array "join" [| Js.Unsafe.inject (Js.string "+") |]));
  let nested : Js.Unsafe.any = Obj.obj (Obj.field block 1) in
  p "%d %d" (Js.Unsafe.get nested "length") (Js.Unsafe.get nested 1);
  let kept = Js.Unsafe.obj [| "v", Js.Unsafe.inject array |] in
  p "%b" (Obj.repr (Js.Unsafe.get kept "v") == block)
