(* SPDX-License-Identifier: Apache-2.0 *)
(* A promise is settled with the computation's outcome by a callback of its own that returns or raises it, so that the
   border makes of an exception what it makes of any. *)
open Js_of_ocaml
module U = Js.Unsafe

type 'a promise = U.any

let constructor : U.any = U.get U.global "Promise"

let to_promise (computation : 'a Lwt.t) : 'a promise =
  let start ended = Lwt.on_termination computation (fun () -> U.fun_call ended [||]) in
  let outcome _ =
    match Lwt.state computation with
    | Lwt.Return v -> v
    | Lwt.Fail exn -> raise exn
    | Lwt.Sleep -> assert false
  in
  let ended = U.new_obj constructor [| U.inject (Js.wrap_callback start) |] in
  U.meth_call ended "then" [| U.inject (Js.wrap_callback outcome) |]

let exception_of (thrown : U.any) : exn =
  match Js.raise_js_error (U.coerce (Obj.magic thrown)) with
  | _ -> assert false
  | exception exn -> exn

let of_promise (promise : 'a promise) : 'a Lwt.t =
  let computation, resolver = Lwt.wait () in
  let returned v = Lwt.wakeup_later resolver v
  and failed thrown = Lwt.wakeup_later_exn resolver (exception_of thrown) in
  let promise = U.meth_call constructor "resolve" [| U.inject promise |] in
  ignore (U.meth_call promise "then" [| U.inject (Js.wrap_callback returned); U.inject (Js.wrap_callback failed) |] : U.any);
  computation

let promised f = to_promise (try f () with exn -> Lwt.fail exn)
let callback f = Js.wrap_callback (fun a -> promised (fun () -> f a))
let callback2 f = Js.wrap_callback (fun a b -> promised (fun () -> f a b))
let meth_callback f = Js.wrap_meth_callback (fun self a -> promised (fun () -> f self a))
let export name f = Js.export name (callback f)
