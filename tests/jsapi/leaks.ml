(* @own: millions of values of JavaScript's that nobody keeps leave nothing behind; recursion through JavaScript ends in an
   exception. *)
open Js_of_ocaml
module U = Js.Unsafe

(* In MB: the least of several looks, as JavaScript's collector runs when it likes. *)
let used run =
  let least = ref max_int in
  for _ = 1 to 20 do
    run 50_000;
    least := min !least (U.get (U.meth_call (U.get U.global "process") "memoryUsage" [||]) "heapUsed")
  done;
  !least / 1_000_000

external live : unit -> int = "bactrian_js_live"

(* The JavaScript values that OCaml still holds after n short-lived ones (ten times as many, with an argument), more
   than before. *)
let left_by name n make =
  let n = if Array.length Sys.argv > 1 then 10 * n else n in
  for i = 1 to 10_000 do ignore (Sys.opaque_identity (make i)) done;
  Gc.full_major ();
  let before = live () in
  for i = 1 to n do ignore (Sys.opaque_identity (make (i + 10_000))) done;
  Gc.full_major ();
  let left = live () - before in
  (* Short strings that have crossed are remembered, 4096 at most; a few more for calls under way. *)
  print_endline (if left < 4200 then name ^ ": none left" else Printf.sprintf "%s: %d left" name left)

let () =
  let make = U.js_expr "(function (i) { return { i: i } })" in
  left_by "objects" 1_000_000 (fun i -> U.fun_call make [| U.inject i |]);
  left_by "strings" 200_000 (fun i -> Js.string (string_of_int i));
  let thrower = U.js_expr "(function () { throw new Error('x') })" in
  left_by "errors" 50_000 (fun _ -> try U.fun_call thrower [||] with Js.Error e -> U.inject e);
  let handlers n = for i = 1 to n do ignore (U.fun_call (Js.wrap_callback (fun x -> x + i)) [| U.inject i |]) done in
  let before = used handlers in
  let after = used handlers in
  print_endline (if after - before < 400 then "no growth" else Printf.sprintf "from %d to %d MB" before after);
  let rec deep n = if n = 0 then 0 else 1 + U.fun_call (Js.wrap_callback deep) [| U.inject (n - 1) |] in
  print_endline (match deep 100_000 with _ -> "deep" | exception Stack_overflow -> "Stack_overflow" | exception e -> Printexc.to_string e);
  Printf.printf "%d\n" (deep 150)
