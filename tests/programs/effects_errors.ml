(* SPDX-License-Identifier: Apache-2.0
   Exceptions and effects together: unhandled effects, continuations resumed twice or dropped,
   discontinue with backtraces, exceptions through handlers, try inside and outside fibers.
   @env OCAMLRUNPARAM=b *)

open Effect
open Effect.Deep

type _ Effect.t += Ask : int t | Never : string t | Boom : unit t

exception Custom of int

let handle f = match_with f () {
  retc = (fun v -> Printf.sprintf "returned %d" v);
  exnc = (fun e -> "raised " ^ Printexc.to_string e);
  effc = fun (type a) (eff : a Effect.t) -> match eff with
    | Ask -> Some (fun (k : (a, _) continuation) -> continue k 42)
    | Boom -> Some (fun (k : (a, _) continuation) -> discontinue k (Custom 9))
    | _ -> None }

let attempt name f = Printf.printf "%s: %s\n" name (match f () with s -> s | exception e -> "outside " ^ Printexc.to_string e)

let saved : (int, string) continuation option ref = ref None

let () =
  attempt "plain" (fun () -> handle (fun () -> perform Ask + 1));
  attempt "exception" (fun () -> handle (fun () -> if perform Ask > 0 then raise (Custom 1) else 0));
  attempt "discontinue" (fun () -> handle (fun () -> perform Boom; 1));
  attempt "discontinue caught" (fun () -> handle (fun () -> try perform Boom; 1 with Custom n -> n * 100));
  attempt "finally" (fun () -> handle (fun () -> Fun.protect ~finally:(fun () -> print_string "[cleanup] ") (fun () -> perform Boom; 1)));
  attempt "unhandled inside" (fun () -> handle (fun () -> try String.length (perform Never) with Unhandled _ -> -1));
  attempt "unhandled through" (fun () -> handle (fun () -> String.length (perform Never)));
  attempt "unhandled outside" (fun () -> perform Never);
  attempt "handler raises" (fun () -> match_with (fun () -> perform Ask) () {
    retc = string_of_int; exnc = (fun _ -> "not this one");
    effc = fun (type a) (eff : a Effect.t) -> match eff with Ask -> Some (fun (_ : (a, _) continuation) -> raise Not_found) | _ -> None });
  attempt "effc raises" (fun () -> try_with (fun () -> handle (fun () -> perform Ask)) () { effc = fun _ -> failwith "effc" });
  attempt "effc raises, reached" (fun () -> try_with (fun () -> perform Never) () { effc = fun _ -> failwith "effc" });
  attempt "twice" (fun () -> match_with (fun () -> perform Ask) () {
    retc = string_of_int; exnc = raise;
    effc = fun (type a) (eff : a Effect.t) -> match eff with
      | Ask -> Some (fun (k : (a, _) continuation) ->
          let first = continue k 1 in
          match continue k 2 with s -> s | exception Continuation_already_resumed -> first ^ ", then already resumed")
      | _ -> None });
  attempt "dropped" (fun () -> match_with (fun () -> perform Ask) () {
    retc = string_of_int; exnc = raise;
    effc = fun (type a) (eff : a Effect.t) -> match eff with Ask -> Some (fun (_ : (a, _) continuation) -> "dropped it") | _ -> None });
  attempt "saved" (fun () -> match_with (fun () -> try perform Ask + perform Ask with Custom n -> -n) () {
    retc = (fun n -> string_of_int n); exnc = raise;
    effc = fun (type a) (eff : a Effect.t) -> match eff with Ask -> Some (fun (k : (a, _) continuation) -> saved := Some k; "saved") | _ -> None });
  let resume f = match !saved with None -> "none" | Some k -> saved := None; f k in
  Gc.full_major ();
  attempt "resumed later" (fun () -> resume (fun k -> continue k 5));
  attempt "and then" (fun () -> resume (fun k -> discontinue k (Custom 77)));
  attempt "nothing left" (fun () -> resume (fun k -> continue k 0));
  attempt "nested" (fun () -> handle (fun () ->
    try_with (fun () -> perform Ask + (try perform Boom; 0 with Custom n -> n)) () { effc = fun _ -> None }));
  attempt "inner handles" (fun () -> handle (fun () ->
    match_with (fun () -> perform Ask) () { retc = (fun n -> n + perform Ask); exnc = raise;
      effc = fun (type a) (eff : a Effect.t) -> match eff with Ask -> Some (fun (k : (a, _) continuation) -> continue k (1000 + perform Ask)) | _ -> None }));
  let rec towers n = if n = 0 then perform Ask else try_with (fun () -> 1 + towers (n - 1)) () { effc = fun _ -> None } in
  attempt "through 200 handlers" (fun () -> handle (fun () -> towers 200));
  let rec raising n = if n = 0 then raise (Custom 3) else match_with raising (n - 1) { retc = Fun.id; exnc = (function Custom k -> raise (Custom (k + 1)) | e -> raise e); effc = fun _ -> None } in
  attempt "exceptions through 200" (fun () -> handle (fun () -> raising 200));
  attempt "with backtrace" (fun () ->
    match_with (fun () -> perform Boom) () {
      retc = (fun () -> "returned");
      exnc = (fun e -> Printexc.to_string e ^ "\n" ^ Printexc.get_backtrace ());
      effc = fun (type a) (eff : a Effect.t) -> match eff with
        | Boom -> Some (fun (k : (a, _) continuation) ->
            let bt = try raise Exit with Exit -> Printexc.get_raw_backtrace () in
            discontinue_with_backtrace k (Custom 4) bt)
        | _ -> None });
  attempt "callstack of a continuation" (fun () -> match_with (fun () -> 1 + perform Ask) () {
    retc = string_of_int; exnc = raise;
    effc = fun (type a) (eff : a Effect.t) -> match eff with
      | Ask -> Some (fun (k : (a, _) continuation) ->
          let frames = Printexc.raw_backtrace_to_string (get_callstack k 10) in
          frames ^ continue k 1)
      | _ -> None })
