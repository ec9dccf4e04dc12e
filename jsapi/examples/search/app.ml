(* SPDX-License-Identifier: Apache-2.0
   A live search: what is typed is sent, once typing pauses, to the server by cohttp's client; the answer replaces the list.
   Each change of the text cancels what is under way for the text before, so that an old answer never covers a newer one. *)

open Js_of_ocaml
open Js_of_ocaml_lwt
open Js_of_ocaml_tyxml
module H = Tyxml_js.Html
module R = Tyxml_js.R.Html
module S = React.S
open Lwt.Syntax

let pause = 0.15

type element = { number : int; symbol : string; name : string; mass : string; kind : string }

type state =
  | Idle
  | Looking of string
  | Found of string * element list
  | Failed of string

let state, set_state = S.create Idle
let selected, select = S.create 0

(* ---- Asking the server ---- *)

let element_of_json json =
  let text name = Js.to_string (Js.Unsafe.get json name) in
  { number = Js.Unsafe.get json "number"; symbol = text "symbol"; name = text "name"; mass = text "mass"; kind = text "kind" }

let elements_of_text text =
  Array.to_list (Array.map element_of_json (Js.to_array (Js._JSON##parse (Js.string text))))

let address query = Uri.add_query_param' (Uri.of_string "elements") ("q", query)

let ask query =
  let* response, body = Cohttp_lwt_jsoo.Client.get (address query) in
  let+ text = Cohttp_lwt.Body.to_string body in
  match Cohttp.Response.status response with
  | `OK -> Found (query, elements_of_text text)
  | status -> Failed (Cohttp.Code.string_of_status status)

let look_up query =
  let* () = Lwt_js.sleep pause in
  set_state (Looking query);
  Lwt.catch
    (fun () -> Lwt.map set_state (ask query))
    (function Lwt.Canceled -> Lwt.return () | e -> Lwt.return (set_state (Failed (Printexc.to_string e))))

let current = ref Lwt.return_unit

let typed text =
  Lwt.cancel !current;
  select 0;
  match String.trim text with
  | "" -> set_state Idle
  | query ->
    current := look_up query;
    Lwt.on_failure !current (function Lwt.Canceled -> () | e -> raise e)

(* ---- What is shown ---- *)

let lower = String.lowercase_ascii

(* The text in pieces; those that match are marked. *)
let highlight query text =
  let n = String.length query and all = String.length text in
  let rec from i start =
    if i + n > all then [ H.txt (String.sub text start (all - start)) ]
    else if lower (String.sub text i n) = lower query then
      H.txt (String.sub text start (i - start)) :: H.mark [ H.txt (String.sub text i n) ] :: from (i + n) (i + n)
    else from (i + 1) start
  in
  if n = 0 then [ H.txt text ] else from 0 0

let view_element query position { number; symbol; name; mass; kind } =
  let classes = S.map (fun it -> if it = position then [ "selected"; kind ] else [ kind ]) selected in
  H.li ~a:[ R.a_class classes ]
    [ H.div ~a:[ H.a_class [ "tile" ] ]
        [ H.small [ H.txt (string_of_int number) ]; H.b (highlight query symbol) ];
      H.div [ H.span ~a:[ H.a_class [ "name" ] ] (highlight query name); H.small [ H.txt (Printf.sprintf "%s \u{b7} atomic mass %s" kind mass) ] ] ]

let rows = function Found (query, elements) -> List.mapi (view_element query) elements | Idle | Looking _ | Failed _ -> []

let status = function
  | Idle -> "Type a name or a symbol"
  | Looking query -> Printf.sprintf "Looking for \u{201c}%s\u{201d}\u{2026}" query
  | Found (query, []) -> Printf.sprintf "Nothing has \u{201c}%s\u{201d} in it" query
  | Found (_, [ _ ]) -> "1 element"
  | Found (_, elements) -> Printf.sprintf "%d elements" (List.length elements)
  | Failed reason -> "The server says: " ^ reason

let shown = function Looking _ -> None | other -> Some other

(* While the next answer is waited for, the last one stays. *)
let answered = S.fmap shown Idle state

let move by =
  match S.value answered with
  | Found (_, elements) when elements <> [] -> select (max 0 (min (List.length elements - 1) (S.value selected + by)))
  | _ -> ()

let choose field =
  match S.value answered with
  | Found (_, elements) when elements <> [] ->
    let { name; _ } = List.nth elements (S.value selected) in
    field##.value := Js.string name;
    typed name
  | _ -> ()

let listen field =
  Lwt.async (fun () -> Lwt_js_events.inputs field (fun _ _ -> Lwt.return (typed (Js.to_string field##.value))));
  Lwt.async (fun () -> Lwt_js_events.keydowns field (fun event _ ->
    let handled action = Dom.preventDefault event; action () in
    Lwt.return (match Dom_html.Keyboard_code.of_event event with
      | ArrowDown -> handled (fun () -> move 1)
      | ArrowUp -> handled (fun () -> move (-1))
      | Enter | NumpadEnter -> handled (fun () -> choose field)
      | Escape -> handled (fun () -> field##.value := Js.string ""; typed "")
      | _ -> ())))

let () =
  let input = H.input ~a:[ H.a_id "query"; H.a_input_type `Search; H.a_placeholder "gold, Fe, radi\u{2026}"; H.a_autocomplete false; H.a_aria "label" [ "Search" ] ] () in
  let busy = S.map (function Looking _ -> [ "box"; "busy" ] | _ -> [ "box" ]) state in
  let list = ReactiveData.RList.from_signal ~eq:( == ) (S.map rows answered) in
  Tyxml_js.Register.id "app"
    [ H.h1 [ H.txt "Elements" ];
      H.div ~a:[ R.a_class busy ] [ input ];
      H.p ~a:[ H.a_id "status"; H.a_role [ "status" ] ] [ R.txt (S.map status state) ];
      R.ul ~a:[ H.a_id "results" ] list ];
  let field = Tyxml_js.To_dom.of_input input in
  listen field;
  field##focus
