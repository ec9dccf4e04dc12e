(* @own: deep recursion. Calls from JavaScript one after the other, and in each other: each has a stack, which the next one gets. *)
open Js_of_ocaml
module U = Js.Unsafe

let inj = U.inject
let call : int Js.callback -> int -> int =
  let apply = U.js_expr "(function (f, n) { return f(n) })" in
  fun f n -> U.fun_call apply [| inj f; inj n |]
let callback f : int Js.callback = Obj.magic (Js.wrap_callback f)

exception Odd of int

let rec sum n = if n = 0 then 0 else n + sum (n - 1)
(* With garbage on the stack while the collector works. *)
let rec garbage n = if n = 0 then (Gc.full_major (); 0) else let l = [n; n] in garbage (n - 1) + List.length l

let small = callback (fun n -> n + 1)
let deep = callback sum
let collects = callback (fun n -> garbage n)
let raises = callback (fun n -> if n land 1 = 1 then raise (Odd n) else n)
let inner = callback (fun n -> call small (call raises n))
let rec nested n = if n = 0 then call deep 1000 else 1 + call (callback (fun n -> nested (n - 1))) n

let () =
  Printf.printf "%d\n" (call small 1);
  Printf.printf "%d\n" (call deep 200_000);
  Printf.printf "%d\n" (call small 2);
  Printf.printf "%d\n" (call collects 100);
  Gc.full_major ();
  Gc.full_major ();
  Printf.printf "%d\n" (call small 3);
  Printf.printf "%d %d\n" (call inner 4) (try call inner 5 with Odd n -> -n);
  let raised = ref 0 in
  for i = 1 to 1000 do match call raises i with n -> assert (n = i) | exception Odd n -> assert (n = i); incr raised done;
  Printf.printf "%d\n" !raised;
  Printf.printf "%d\n" (nested 50);
  let total = ref 0 in
  for i = 1 to 20_000 do
    total := !total + call small i;
    if i mod 5000 = 0 then (Gc.compact (); total := !total + call collects 10)
  done;
  Printf.printf "%d\n" !total
