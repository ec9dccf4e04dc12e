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

let () =
  let make = U.js_expr "(function (i) { return { i: i } })" in
  let run n = for i = 1 to n do ignore (Sys.opaque_identity (U.fun_call make [| U.inject i |])) done in
  let before = used run in
  let rounds = if Array.length Sys.argv > 1 then 10 else 2 in
  let after = ref 0 in
  for _ = 1 to rounds do after := used run done;
  print_endline (if !after - before < 60 then "no growth" else Printf.sprintf "from %d to %d MB" before !after);
  let handlers n = for i = 1 to n do ignore (U.fun_call (Js.wrap_callback (fun x -> x + i)) [| U.inject i |]) done in
  let before = used handlers in
  let after = used handlers in
  print_endline (if after - before < 400 then "no growth" else Printf.sprintf "from %d to %d MB" before after);
  let rec deep n = if n = 0 then 0 else 1 + U.fun_call (Js.wrap_callback deep) [| U.inject (n - 1) |] in
  print_endline (match deep 100_000 with _ -> "deep" | exception Stack_overflow -> "Stack_overflow" | exception e -> Printexc.to_string e);
  Printf.printf "%d\n" (deep 150)
