(* Exceptions across the border. *)
open Js_of_ocaml
module U = Js.Unsafe

let p fmt = Printf.printf (fmt ^^ "\n")
let expr = U.js_expr
let inj = U.inject
exception Mine of int

let attempt name f =
  match f () with
  | () -> p "%s: nothing" name
  | exception Js.Error e -> p "%s: Js.Error %s %s" name (Js.to_string e##.name) (if name = "undefined" then "" else Js.to_string e##.message)
  | exception Mine n -> p "%s: Mine %d" name n
  | exception e -> p "%s: %s" name (Printexc.to_string e)

let () =
  attempt "error" (fun () -> U.fun_call (expr "(function () { throw new TypeError('bad') })") [||]);
  attempt "string" (fun () -> U.fun_call (expr "(function () { throw 'text' })") [||]);
  attempt "number" (fun () -> U.fun_call (expr "(function () { throw 5 })") [||]);
  attempt "undefined" (fun () -> print_string (U.get (U.get (U.obj [||]) "x") "y"));
  attempt "ocaml" (fun () -> U.fun_call (expr "(function (f) { f(3) })") [| inj (Js.wrap_callback (fun n -> raise (Mine n))) |]);
  attempt "finally" (fun () -> U.fun_call (expr "(function (f) { try { f(3) } finally { f.seen = 1 } })") [| inj (Js.wrap_callback (fun n -> raise (Mine n))) |]);
  attempt "caught" (fun () -> U.fun_call (expr "(function (f) { try { f(3) } catch (e) { } })") [| inj (Js.wrap_callback (fun n -> raise (Mine n))) |]);
  attempt "raised" (fun () -> Js.raise_js_error (U.new_obj Js.error_constr [| inj (Js.string "made") |]));
  attempt "same" (fun () ->
    let e = U.new_obj Js.error_constr [| inj (Js.string "same") |] in
    let thrower = Js.wrap_callback (fun () -> Js.raise_js_error e) in
    let caught = U.fun_call (expr "(function (f) { try { f(0) } catch (e) { return e } })") [| inj thrower |] in
    p "%b" (caught == e);
    (match U.fun_call (expr "(function (f) { f(0) })") [| inj thrower |] with
     | () -> p "nothing"
     | exception Js.Error again -> p "%b" (U.inject again == U.inject e));
    Js.raise_js_error e);
  p "%s" (Printexc.to_string (Mine 3));
  p "%s" (Printexc.to_string Not_found)
;;

(* JavaScript functions without end that call OCaml ones on their way, or where the stack has been used up. *)
let () =
  let deepest = ref 0 in
  let note = Js.wrap_callback (fun n -> deepest := max !deepest n) in
  let try_it text =
    deepest := 0;
    match U.fun_call (expr text) [| inj note |] with
    | () -> p "nothing"
    | exception Stack_overflow -> p "Stack_overflow %b" (!deepest > 100) in
  try_it "(function (f) { function g(n) { f(n); g(n + 1) } g(0) })";
  try_it "(function (f) { function g(n) { if (n % 1000 == 0) f(n); g(n + 1) } g(0) })";
  try_it "(function (f) { function g(n) { try { g(n + 1) } finally { f(n) } } g(0) })";
  for _ = 1 to 100 do ignore (U.fun_call (inj note) [| inj 1000 |]) done;
  p "%b" (!deepest >= 1000)
