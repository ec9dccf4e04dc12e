(* @own: Lwt and promises: one as the other, and Lwt computations in direct style. *)
open Js_of_ocaml
module U = Js.Unsafe
external await : 'a -> 'b = "bactrian_js_await"

let p fmt = Printf.printf (fmt ^^ "\n%!")

(* As a JavaScript promise. *)
let promise_of (computation : 'a Lwt.t) : U.any =
  let start resolve reject =
    Lwt.on_any computation
      (fun v -> U.fun_call resolve [| U.inject v |])
      (fun exn -> U.fun_call reject [| U.inject exn |]) in
  U.new_obj (U.get U.global "Promise") [| U.inject (Js.wrap_callback start) |]

(* The other way. *)
let of_promise (promise : U.any) : 'a Lwt.t =
  let result, resolver = Lwt.wait () in
  let failed error = Lwt.wakeup_exn resolver (match U.fun_call (U.js_expr "(function (e) { throw e })") [| error |] with () -> Not_found | exception e -> e) in
  ignore (U.meth_call promise "then" [| U.inject (Js.wrap_callback (Lwt.wakeup resolver)); U.inject (Js.wrap_callback failed) |]);
  result

let run computation = await (promise_of computation)

let () =
  let open Lwt.Syntax in
  p "%d" (run (let* () = Js_of_ocaml_lwt.Lwt_js.sleep 0.005 in let* () = Lwt.pause () in Lwt.return 42));
  (match run (let* () = Js_of_ocaml_lwt.Lwt_js.sleep 0.001 in Lwt.fail Not_found) with
   | () -> p "nothing" | exception Not_found -> p "Not_found");
  p "%d" (run (let* n = of_promise (U.eval_string "Promise.resolve(20)") in Lwt.return (n + 1)));
  (match run (of_promise (U.eval_string "Promise.reject(new Error('no'))")) with
   | () -> p "nothing" | exception Js.Error e -> p "%s" (Js.to_string e##.message));
  p "%s" (String.concat " " (run (Lwt_list.map_p (fun n -> let* () = Js_of_ocaml_lwt.Lwt_js.sleep (0.001 *. float n) in Lwt.return (string_of_int n)) [ 3; 1; 2 ])))
