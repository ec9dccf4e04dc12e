(* SPDX-License-Identifier: Apache-2.0
   A to-do list: tyxml builds the page, React's signals and reactiveData's lists keep it up to date, localStorage keeps the
   items. The one source of truth is the signal of all items: what the page shows is computed from it. *)

open Js_of_ocaml
open Js_of_ocaml_tyxml
module H = Tyxml_js.Html
module R = Tyxml_js.R.Html
module RList = ReactiveData.RList
module S = React.S

type item = { id : int; text : string; completed : bool } [@@deriving json]
type items = item list [@@deriving json]
type filter = All | Active | Completed

(* ---- What is kept from one visit to the next ---- *)

let key = Js.string "bactrian-todo"

let storage = Js.Optdef.to_option Dom_html.window##.localStorage

let load () =
  match Option.map (fun s -> Js.Opt.to_option (s##getItem key)) storage with
  | Some (Some text) -> ( try [%of_json: items] (Js.to_string text) with _ -> [])
  | _ -> []

let save items = Option.iter (fun s -> s##setItem key (Js.string ([%to_json: items] items))) storage

(* ---- State ---- *)

let items, set_items = S.create ~eq:( = ) (load ())
let update change = set_items (change (S.value items))

let filter_of_hash () =
  match Url.Current.get_fragment () with "/active" -> Active | "/completed" -> Completed | _ -> All

let filter, set_filter = S.create (filter_of_hash ())

let next_id () = 1 + List.fold_left (fun most { id; _ } -> max most id) 0 (S.value items)

let add text = update (fun all -> all @ [ { id = next_id (); text; completed = false } ])
let remove item = update (List.filter (fun other -> other.id <> item.id))
let change item f = update (List.map (fun other -> if other.id = item.id then f other else other))
let toggle item = change item (fun it -> { it with completed = not it.completed })
let rename item text = if text = "" then remove item else change item (fun it -> { it with text })
let clear_completed () = update (List.filter (fun item -> not item.completed))
let toggle_all completed = update (List.map (fun item -> { item with completed }))

let shown = function All -> fun _ -> true | Active -> fun item -> not item.completed | Completed -> fun item -> item.completed
let visible = S.l2 ~eq:( = ) (fun filter items -> List.filter (shown filter) items) filter items
let left = S.map (fun all -> List.length (List.filter (shown Active) all)) items
let any_completed = S.map (List.exists (shown Completed)) items
let any = S.map (fun all -> all <> []) items

(* ---- View ---- *)

let input_of element = Tyxml_js.To_dom.of_input element
let value element = String.trim (Js.to_string (input_of element)##.value)
let when_ signal name = S.map (fun on -> if on then [ name ] else []) signal
let enter = 13 and escape = 27

let view_item item =
  let editing, set_editing = S.create false in
  let editor = H.input ~a:[ H.a_class [ "editor" ]; H.a_value item.text; H.a_aria "label" [ "Text of the item" ] ] () in
  let finish () =
    if S.value editing then begin
      set_editing false;
      rename item (value editor)
    end
  in
  let dom = input_of editor in
  dom##.onblur := Dom_html.handler (fun _ -> finish (); Js._true);
  dom##.onkeydown := Dom_html.handler (fun event ->
    if event##.keyCode = enter then finish ()
    else if event##.keyCode = escape then begin
      dom##.value := Js.string item.text;
      set_editing false
    end;
    Js._true);
  let edit _ =
    set_editing true;
    dom##focus;
    dom##select;
    true
  in
  let checked = if item.completed then [ H.a_checked () ] else [] in
  H.li ~a:[ R.a_class (S.map (fun on -> (if item.completed then [ "done" ] else []) @ if on then [ "editing" ] else []) editing) ]
    [ H.input ~a:([ H.a_input_type `Checkbox; H.a_class [ "toggle" ]; H.a_aria "label" [ item.text ];
                    H.a_onchange (fun _ -> toggle item; true) ] @ checked) ();
      H.span ~a:[ H.a_class [ "text" ]; H.a_ondblclick edit ] [ H.txt item.text ];
      editor;
      H.button ~a:[ H.a_class [ "remove" ]; H.a_title "Remove"; H.a_onclick (fun _ -> remove item; true) ] [ H.txt "\u{d7}" ] ]

let view_filter (name, hash, it) =
  H.a ~a:[ H.a_href hash; R.a_class (when_ (S.map (fun current -> current = it) filter) "current") ] [ H.txt name ]

let new_item () =
  let field = H.input ~a:[ H.a_id "new"; H.a_placeholder "What is to be done?"; H.a_autocomplete false; H.a_autofocus () ] () in
  (input_of field)##.onkeydown := Dom_html.handler (fun event ->
    if event##.keyCode = enter && value field <> "" then begin
      add (value field);
      (input_of field)##.value := Js.string ""
    end;
    Js._true);
  field

let all_done = S.map (fun n -> n = 0) left

let page () =
  let toggle_button = H.button
    ~a:[ H.a_id "all"; H.a_title "All of them"; R.a_class (when_ all_done "on");
         H.a_onclick (fun _ -> toggle_all (not (S.value all_done)); true) ] [ H.txt "\u{2713}" ] in
  let rows = RList.map view_item (RList.from_signal ~eq:( = ) visible) in
  let count = S.map (fun n -> Printf.sprintf "%d item%s left" n (if n = 1 then "" else "s")) left in
  [ H.header [ H.h1 [ H.txt "to do" ] ];
    H.section ~a:[ R.a_class (S.map (fun any -> if any then [ "card" ] else [ "card"; "empty" ]) any) ]
      [ H.div ~a:[ H.a_class [ "entry" ] ] [ toggle_button; new_item () ];
        R.ul ~a:[ H.a_id "items" ] rows;
        H.footer
          [ H.span ~a:[ H.a_id "count" ] [ R.txt count ];
            H.nav (List.map view_filter [ "All", "#/", All; "Active", "#/active", Active; "Completed", "#/completed", Completed ]);
            H.button ~a:[ H.a_id "clear"; R.a_class (S.map (fun on -> if on then [] else [ "hidden" ]) any_completed);
                          H.a_onclick (fun _ -> clear_completed (); true) ] [ H.txt "Clear completed" ] ] ];
    H.p ~a:[ H.a_class [ "hint" ] ] [ H.txt "Enter adds, a double click edits. The list is still here after a reload." ] ]

let keep_items = S.map save items

let () =
  Dom_html.window##.onhashchange := Dom_html.handler (fun _ -> set_filter (filter_of_hash ()); Js._true);
  Tyxml_js.Register.id "app" (page ());
  Option.iter (fun field -> field##focus) (Dom_html.getElementById_opt "new");
  ignore (Sys.opaque_identity keep_items)
