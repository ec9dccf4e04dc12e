(* @own @with lwt_promise: Lwt and promises: one as the other, and Lwt computations in direct style. *)
open Js_of_ocaml
open Js_of_ocaml_lwt
module U = Js.Unsafe
external await : 'a Lwt_promise.promise -> 'a = "bactrian_js_await"

let p fmt = Printf.printf (fmt ^^ "\n%!")
let eval (text : string) = U.eval_string text
let run computation = await (Lwt_promise.to_promise computation)
let ends computation show =
  match run computation with
  | v -> p "%s" (show v)
  | exception Js.Error e -> p "Error %s" (Js.to_string e##.message)
  | exception exn -> p "%s" (Printexc.to_string exn)

exception Mine of string * int

let () =
  let open Lwt.Syntax in
  (* Computations, awaited. *)
  p "%d" (run (let* () = Lwt_js.sleep 0.005 in let* () = Lwt.pause () in Lwt.return 42));
  ends (let* () = Lwt_js.sleep 0.001 in Lwt.fail Not_found) string_of_int;
  ends (Lwt.fail (Mine ("m", 1))) string_of_int;
  p "%s" (String.concat " " (run (Lwt_list.map_p (fun n -> let* () = Lwt_js.sleep (0.001 *. float n) in Lwt.return (string_of_int n)) [ 3; 1; 2 ])));
  (* Promises, as computations. *)
  p "%d" (run (let* n = Lwt_promise.of_promise (eval "Promise.resolve(20)") in Lwt.return (n + 1)));
  p "%d" (run (Lwt_promise.of_promise (eval "5")));
  ends (Lwt_promise.of_promise (eval "Promise.reject(new Error('no'))")) string_of_int;
  ends (Lwt_promise.of_promise (eval "Promise.reject('text')")) string_of_int;
  (* An exception comes back from JavaScript the same. *)
  let exn = Mine ("same", 2) in
  p "%b" (match run (Lwt_promise.of_promise (Lwt_promise.to_promise (Lwt.fail exn))) with () -> false | exception e -> e == exn);
  ends (Lwt.catch (fun () -> Lwt_promise.of_promise (eval "Promise.reject(new TypeError('t'))"))
    (function Js.Error e -> Lwt.return (Js.to_string e##.name) | _ -> Lwt.return "another")) Fun.id;
  let cancelled = fst (Lwt.task ()) in
  let promise = Lwt_promise.to_promise cancelled in
  Lwt.cancel cancelled;
  ends (Lwt_promise.of_promise promise) (fun () -> "not cancelled");
  (* Functions whose results JavaScript waits for. *)
  let settled (f : U.any) (arg : int) : string =
    Js.to_string (await (U.fun_call (eval "(async function (f, x) { try { return 'gave ' + await f(x) } catch (e) { return 'threw ' + e.name + ': ' + e.message } })") [| f; U.inject arg |])) in
  let show f arg = p "%s" (settled (U.inject f) arg) in
  let slow = Lwt_promise.callback (fun n -> let* () = Lwt_js.sleep 0.001 in if n < 0 then Lwt.fail (Mine ("late", n)) else Lwt.return (2 * n)) in
  show slow 21;
  show slow (-1);
  show (Lwt_promise.callback (fun n -> if n > 0 then failwith "at once" else Lwt.return n)) 1;
  show (Lwt_promise.callback (fun _ -> Lwt_promise.of_promise (eval "Promise.reject(new RangeError('of JavaScript'))"))) 1;
  show (Lwt_promise.callback (fun n -> Lwt.return (Js.string (string_of_int n)))) 7;
  p "%d" (await (U.fun_call (U.inject (Lwt_promise.callback2 (fun a b -> Lwt.return (a - b)))) [| U.inject 9; U.inject 5 |]));
  let o = U.obj [| "x", U.inject 30; "add", U.inject (Lwt_promise.meth_callback (fun self n -> Lwt.return (U.get self "x" + n))) |] in
  p "%d" (await (U.meth_call o "add" [| U.inject 3 |]));
  (* Many at a time, and no promise that nobody handles. *)
  let all = U.fun_call (eval "(function (f) { return Promise.all(Array.from({ length: 200 }, function (_, i) { return f(i) })).then(function (l) { return l.reduce(function (a, b) { return a + b }) }) })") [| U.inject slow |] in
  p "%d" (await all);
  p "end"
