(* SPDX-License-Identifier: Apache-2.0 *)
(** Lwt computations as JavaScript promises, and the other way: a file that a program compiles in, with js_of_ocaml's
    library and Lwt. It names no primitive of Bactrian's, so js_of_ocaml's own compiler takes it too. *)

type 'a promise
(** A JavaScript promise of an ['a], as JavaScript represents that. A promise of a promise does not exist there: it is
    one of what the inner one gives. *)

val to_promise : 'a Lwt.t -> 'a promise
(** Settled when the computation has ended. It is rejected as a call of an OCaml function throws: with the error of
    [Js.Error], else with an error that tells the exception and, back in OCaml, is that exception again. *)

val of_promise : 'a promise -> 'a Lwt.t
(** Fails with the exception that a call of a JavaScript function raises which throws what the promise was rejected
    with. What is no promise is a value that is there already. *)

val promised : (unit -> 'a Lwt.t) -> 'a promise
(** [to_promise], of what the function gives. What it raises rejects the promise. *)

(** {1 Functions that give JavaScript promises} For more arguments: [Js.wrap_callback (fun a b c -> promised …)]. *)

val callback : ('a -> 'b Lwt.t) -> ('self, 'a -> 'b promise) Js_of_ocaml.Js.meth_callback
val callback2 : ('a -> 'b -> 'c Lwt.t) -> ('self, 'a -> 'b -> 'c promise) Js_of_ocaml.Js.meth_callback
val meth_callback : ('self -> 'a -> 'b Lwt.t) -> ('self, 'a -> 'b promise) Js_of_ocaml.Js.meth_callback

val export : string -> ('a -> 'b Lwt.t) -> unit
(** As [Js.export] does it: under this name for the page, and for [program.call]. *)
