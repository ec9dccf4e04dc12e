(* SPDX-License-Identifier: Apache-2.0
   Call stacks of continuations and through fibers; backtraces of exceptions that cross them.
   @env OCAMLRUNPARAM=b
   @exit 2 *)

open Effect
open Effect.Deep

type _ Effect.t += E : int t

let rec deep n = if n = 0 then perform E + 1 else 1 + deep (n - 1)
let print_stack stack = print_string (Printexc.raw_backtrace_to_string stack)
let no_effects = { retc = Fun.id; exnc = raise; effc = (fun _ -> None) }

(* Answers E with a number, or with Not_found. *)
let handle f (answer : int option) =
  match_with f () {
    retc = (fun x -> Printf.printf "%d\n" x);
    exnc = (fun e -> print_endline (Printexc.to_string e); Printexc.print_backtrace stdout);
    effc = (fun (type a) (e : a t) ->
      match e with
      | E -> Some (fun (k : (a, unit) continuation) ->
        print_endline "continuation:";
        print_stack (get_callstack k 10);
        print_endline "handler:";
        print_stack (Printexc.get_callstack 10);
        match answer with Some n -> continue k n | None -> discontinue k Not_found)
      | _ -> None);
  }

let () = handle (fun () -> deep 3) None
let () = handle (fun () -> deep 1) (Some 3)
let () = handle (fun () -> match_with deep 2 no_effects) (Some 3)

let () =
  try ignore (deep 2) with Unhandled _ as e ->
    print_endline (Printexc.to_string e);
    Printexc.print_backtrace stdout

let () = match_with (fun () -> print_stack (Printexc.get_callstack 10)) () no_effects

let () =
  match_with (fun () -> raise Exit) () {
    no_effects with exnc = (fun e -> Printexc.print_backtrace stdout; raise e)
  }
