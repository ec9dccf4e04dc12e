(* @own: promises in direct style; not js_of_ocaml's. *)
open Js_of_ocaml
module U = Js.Unsafe
external await : 'a -> 'b = "bactrian_js_await"

let p fmt = Printf.printf (fmt ^^ "\n%!")

let () =
  p "%d" (await (U.eval_string "Promise.resolve(41)") + 1);
  p "%d" (await (U.eval_string "new Promise(function (done) { setTimeout(function () { done(7) }, 20) })"));
  (match await (U.eval_string "Promise.reject(new Error('no'))") with
   | () -> p "nothing"
   | exception Js.Error e -> p "%s" (Js.to_string e##.message));
  p "%d" (await (U.inject 5));
  let f = Js.wrap_callback (fun () -> (await (U.eval_string "new Promise(function () {})") : unit)) in
  (match U.fun_call f [| U.inject 0 |] with
   | () -> p "nothing"
   | exception e -> p "%s" (Printexc.to_string e));
  p "end"
