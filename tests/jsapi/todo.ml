(* @page: a to-do list, handlers for events that are over, a hundred thousand handlers, calls from the page. *)
open Js_of_ocaml
module Html = Dom_html

let doc = Html.document
let by_id id = Option.get (Html.getElementById_opt id)
let text node s = Dom.appendChild node (doc##createTextNode (Js.string s))

let items : (string * bool ref) list ref = ref []

let rec render list count =
  list##.innerHTML := Js.string "";
  List.iter
    (fun (name, is_done) ->
      let li = Html.createLi doc in
      text li name;
      if !is_done then li##.className := Js.string "done";
      li##.onclick := Html.handler (fun _ ->
        is_done := not !is_done;
        render list count;
        Js._false);
      Dom.appendChild list li)
    (List.rev !items);
  let left = List.length (List.filter (fun (_, d) -> not !d) !items) in
  count##.textContent := Js.some (Js.string (Printf.sprintf "%d left" left))

let start _ =
  let app = by_id "app" in
  let input = Html.createInput ~_type:(Js.string "text") doc in
  input##.id := Js.string "new";
  let list = Html.createUl doc and count = Html.createP doc in
  count##.id := Js.string "count";
  input##.onkeydown := Html.handler (fun e ->
    if e##.keyCode = 13 then begin
      items := (Js.to_string input##.value, ref false) :: !items;
      input##.value := Js.string "";
      render list count
    end;
    Js._true);
  Dom.appendChild app input;
  Dom.appendChild app list;
  Dom.appendChild app count;
  render list count;
  Js._false

let many () =
  let div = Html.createDiv doc in
  let clicks = ref 0 in
  for _ = 1 to 100_000 do
    let id = Html.addEventListener div Html.Event.click (Html.handler (fun _ -> incr clicks; Js._true)) Js._false in
    Html.removeEventListener id
  done;
  ignore (Html.addEventListener div Html.Event.click (Html.handler (fun _ -> incr clicks; Js._true)) Js._false);
  div##click;
  !clicks

let () =
  Html.window##.onload := Html.handler start;
  ignore (Dom.addEventListener doc (Dom.Event.make "DOMContentLoaded") (Dom.handler (fun _ -> text doc##.body "ready"; Js._true)) Js._false);
  Callback.register "add" (fun a b -> a + b);
  Callback.register "fail" (fun () -> failwith "as asked");
  Js.export "items" (fun () -> Js.array (Array.of_list (List.rev_map (fun (name, _) -> Js.string name) !items)));
  Callback.register "many" many
