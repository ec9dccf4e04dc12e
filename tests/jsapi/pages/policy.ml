(* @own: what a page's policy forbids raises Js.Error; what can be looked up needs no eval (a global let or
   class cannot be). *)
open Js_of_ocaml
module U = Js.Unsafe

let p fmt = Printf.ksprintf print_endline fmt
let attempt name f = match f () with () -> p "%s: done" name | exception Js_error.Exn e -> p "%s: %s" name (Js_error.name e)

let () =
  attempt "eval" (fun () -> ignore (U.eval_string "1 + 1"));
  attempt "function" (fun () -> ignore (U.js_expr "(function (x) { return x })"));
  attempt "constant" (fun () -> p "%d %s %b" (U.pure_js_expr "42") (Js.to_string (U.pure_js_expr "'text'")) (Js.to_bool (U.pure_js_expr "true")));
  attempt "names" (fun () -> p "%g %b" (U.pure_js_expr "Math.PI") (U.pure_js_expr "globalThis" == U.global));
  attempt "unknown" (fun () -> ignore (U.js_expr "nowhere.to.be"));
  p "end"
