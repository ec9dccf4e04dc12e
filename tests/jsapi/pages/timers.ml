(* Timers, animation frames, Lwt over both. *)
open Js_of_ocaml
open Js_of_ocaml_lwt
module Html = Dom_html
open Lwt.Syntax

let p fmt = Printf.ksprintf print_endline fmt
let window = Html.window
let wrap = Js.wrap_callback
let after ms f = ignore (window##setTimeout (wrap f) ms)

let intervals k =
  let n = ref 0 and id = ref None in
  id := Some (window##setInterval (wrap (fun () ->
    incr n;
    p "interval %d" !n;
    if !n = 3 then begin
      Option.iter (fun id -> window##clearInterval id) !id;
      after 30. k
    end)) 5.)

let frames k =
  let count = ref 0 and last = ref neg_infinity and forward = ref true in
  let rec frame (time : float) =
    if time < !last then forward := false;
    last := time;
    incr count;
    if !count < 10 then ignore (window##requestAnimationFrame (wrap frame))
    else begin
      p "%d frames, forward %b" !count !forward;
      let id = window##requestAnimationFrame (wrap (fun _ -> p "never")) in
      window##cancelAnimationFrame id;
      ignore (window##requestAnimationFrame (wrap (fun _ -> k ())))
    end
  in
  ignore (window##requestAnimationFrame (wrap frame))

let threads () =
  let* () = Lwt_js.yield () in
  p "yielded";
  let order = ref [] in
  let note n = order := n :: !order; Lwt.return_unit in
  let slow n ms = let* () = Lwt_js.sleep ms in note n in
  let* () = Lwt.join [ slow 3 0.06; slow 1 0.; slow 2 0.03 ] in
  p "%s" (String.concat " " (List.rev_map string_of_int !order));
  let* winner = Lwt.pick [ (let* () = Lwt_js.sleep 10. in Lwt.return "slow"); (let* () = Lwt_js.sleep 0.01 in Lwt.return "fast") ] in
  p "%s" winner;
  let* late = Lwt.catch (fun () -> let* () = Lwt.pick [ Lwt_js.sleep 10.; (let* () = Lwt_js.sleep 0.01 in Lwt.fail Exit) ] in Lwt.return "none")
    (function Exit -> Lwt.return "Exit" | e -> Lwt.return (Printexc.to_string e)) in
  p "%s" late;
  let stream, push = Lwt_stream.create () in
  List.iter (fun n -> after (float n *. 5.) (fun () -> push (if n = 4 then None else Some n))) [ 1; 2; 3; 4 ];
  let* all = Lwt_stream.to_list stream in
  p "%s" (String.concat " " (List.map string_of_int all));
  let mutex = Lwt_mutex.create () and busy = ref 0 and most = ref 0 in
  let worker _ = Lwt_mutex.with_lock mutex (fun () ->
    incr busy;
    most := max !most !busy;
    let* () = Lwt_js.sleep 0.002 in
    decr busy;
    Lwt.return_unit) in
  let* () = Lwt_list.iter_p worker [ 1; 2; 3; 4 ] in
  p "%d at most" !most;
  let* () = Lwt_js_events.request_animation_frame () in
  p "frame";
  let cancelled = Lwt.catch (fun () -> Lwt_js.sleep 10.) (fun e -> p "%b" (e = Lwt.Canceled); Lwt.return_unit) in
  Lwt.cancel cancelled;
  cancelled

let () =
  let id = window##setTimeout (wrap (fun () -> p "never")) 1. in
  window##clearTimeout id;
  after 0. (fun () -> p "later");
  p "first";
  after 40. (fun () -> intervals (fun () -> frames (fun () ->
    Lwt.async (fun () -> let* () = threads () in p "end"; Lwt.return_unit))))
