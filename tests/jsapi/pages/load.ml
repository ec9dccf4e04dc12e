(* Handlers of events that are over when a program starts, as whole applications live in window.onload. *)
open Js_of_ocaml
module Html = Dom_html

let p fmt = Printf.ksprintf print_endline fmt
let window = Html.window

let () =
  let counts = Hashtbl.create 3 in
  let note name =
    let n = 1 + Option.value (Hashtbl.find_opt counts name) ~default:0 in
    Hashtbl.replace counts name n;
    p "%s %d" name n
  in
  ignore (Html.addEventListener Html.document (Dom.Event.make "DOMContentLoaded") (Html.handler (fun _ -> note "content"; Js._true)) Js._false);
  window##.onload := Html.handler (fun _ ->
    note "onload";
    let box = Html.createDiv Html.document in
    Dom.appendChild Html.document##.body box;
    (* Both are over for certain now: nothing calls what is set for an event that has been seen. *)
    ignore (window##setTimeout (Js.wrap_callback (fun () ->
      p "%d %d %d" (Hashtbl.find counts "content") (Hashtbl.find counts "onload") (Hashtbl.find counts "listener");
      p "end")) 100.);
    Js._true);
  ignore (Html.addEventListener window Html.Event.load (Html.handler (fun _ -> note "listener"; Js._true)) Js._false);
  p "main"
