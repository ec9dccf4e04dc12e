(* SPDX-License-Identifier: Apache-2.0
   Shallow handlers: protocols that change handler at each step, pipes between two computations,
   fibers made explicitly, discontinue. *)

open Effect
open Effect.Shallow

type _ Effect.t += Send : int -> unit t | Receive : int t | Stop : unit t

(* Alternation: a Send must be followed by a Receive. *)
let protocol f =
  let rec expect_send : type a. (a, unit) continuation -> a -> unit = fun k v ->
    continue_with k v {
      retc = (fun () -> print_endline "over"); exnc = raise;
      effc = fun (type b) (eff : b Effect.t) -> match eff with
        | Send n -> Some (fun (k : (b, _) continuation) -> Printf.printf "sent %d\n" n; expect_receive k () n)
        | Receive -> Some (fun k -> print_endline "must send first"; discontinue_with k Exit final)
        | _ -> None }
  and expect_receive : type a. (a, unit) continuation -> a -> int -> unit = fun k v n ->
    continue_with k v {
      retc = (fun () -> print_endline "over while receiving"); exnc = raise;
      effc = fun (type b) (eff : b Effect.t) -> match eff with
        | Receive -> Some (fun (k : (b, _) continuation) -> expect_send k (n * 2))
        | Send _ -> Some (fun k -> print_endline "must receive first"; discontinue_with k Exit final)
        | _ -> None }
  and final : (unit, unit) handler = {
    retc = (fun () -> print_endline "ended"); exnc = (fun e -> Printf.printf "ended by %s\n" (Printexc.to_string e));
    effc = fun _ -> None } in
  expect_send (fiber f) ()

let pipe producer consumer =
  let rec up : type a b. (a, int list) continuation -> a -> (b, int list) continuation -> (int -> b) -> int list = fun c v p make ->
    continue_with c v {
      retc = Fun.id; exnc = raise;
      effc = fun (type e) (eff : e Effect.t) -> match eff with
        | Receive -> Some (fun (k : (e, _) continuation) -> down p (make 0) k)
        | _ -> None }
  and down : type b. (b, int list) continuation -> b -> (int, int list) continuation -> int list = fun p v waiting ->
    continue_with p v {
      retc = (fun l -> l); exnc = raise;
      effc = fun (type e) (eff : e Effect.t) -> match eff with
        | Send n -> Some (fun (k : (e, _) continuation) -> up waiting n k (fun _ -> ()))
        | _ -> None } in
  up (fiber consumer) () (fiber producer) (fun _ -> ())

let () =
  protocol (fun () ->
    perform (Send 1);
    Printf.printf "received %d\n" (perform Receive);
    perform (Send 21);
    Printf.printf "received %d\n" (perform Receive));
  protocol (fun () -> perform (Send 1); perform (Send 2));
  protocol (fun () -> try ignore (perform Receive) with Exit -> print_endline "told to exit");
  let l = pipe (fun () -> let rec go n = perform (Send n); go (n * 3) in go 1)
      (fun () -> List.init 8 (fun _ -> perform Receive)) in
  List.iter (Printf.printf "%d ") l;
  print_newline ();
  let count = ref 0 in
  let rec loop : type a. (a, int) continuation -> a -> int = fun k v ->
    continue_with k v {
      retc = (fun n -> n + !count); exnc = (fun _ -> -1);
      effc = fun (type b) (eff : b Effect.t) -> match eff with
        | Stop -> Some (fun (k : (b, _) continuation) -> incr count; if !count >= 5000 then discontinue_with k Not_found
            { retc = Fun.id; exnc = (fun e -> Printf.printf "%s\n" (Printexc.to_string e); !count); effc = fun _ -> None }
          else loop k ())
        | _ -> None } in
  Printf.printf "%d\n" (loop (fiber (fun () -> while true do perform Stop done; 0)) ());
  let k = fiber (fun () -> 5) in
  let h = { retc = Fun.id; exnc = raise; effc = fun _ -> None } in
  Printf.printf "%d\n" (continue_with k () h);
  (match continue_with k () h with _ -> print_endline "unexpected" | exception Continuation_already_resumed -> print_endline "already resumed");
  let k = fiber (fun () -> perform Stop; 1) in
  (match continue_with k () h with _ -> print_endline "unexpected" | exception Unhandled Stop -> print_endline "unhandled Stop")
