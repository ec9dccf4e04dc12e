(* Threads that wait for a person's events.
   @do click #one
   @do click #two
   @do type #field ab
   @do press #field Escape
   @do click #one
   @do click #one *)
open Js_of_ocaml
open Js_of_ocaml_lwt
open Lwt.Syntax
module Html = Dom_html
module Ev = Lwt_js_events

let p fmt = Printf.ksprintf print_endline fmt
let js = Js.string

let button id =
  let b = Html.createButton ~_type:(js "button") Html.document in
  b##.id := js id;
  b##.textContent := Js.some (js id);
  Dom.appendChild Html.document##.body b;
  b

let () =
  let one = button "one" and two = button "two" in
  let field = Html.createInput ~_type:(js "text") Html.document in
  field##.id := js "field";
  Dom.appendChild Html.document##.body field;
  Lwt.async (fun () ->
    let* _ = Ev.click one in
    p "one";
    let* which = Lwt.pick [ Lwt.map (fun _ -> "one") (Ev.click one); Lwt.map (fun _ -> "two") (Ev.click two) ] in
    p "%s" which;
    let typed = Buffer.create 8 in
    let letters = Ev.keydowns field (fun e _ ->
      Buffer.add_string typed (Js.Optdef.case e##.key (fun () -> "?") Js.to_string);
      Buffer.add_char typed ' ';
      Lwt.return_unit) in
    let rec escape () =
      let* e = Ev.keydown field in
      if e##.keyCode = 27 then Lwt.return_unit else escape ()
    in
    let* () = Lwt.pick [ letters; escape () ] in
    p "%s" (Buffer.contents typed);
    let clicks = ref 0 in
    let all, wake = Lwt.task () in
    let loop = Ev.clicks one (fun _ _ ->
      incr clicks;
      if !clicks = 2 then Lwt.wakeup wake ();
      Lwt.return_unit) in
    let* () = all in
    Lwt.cancel loop;
    one##click;
    let* () = Lwt_js.sleep 0.01 in
    p "%d clicks" !clicks;
    p "end";
    Lwt.return_unit);
  p "ready"
