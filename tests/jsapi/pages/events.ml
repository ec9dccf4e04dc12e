(* Events that a person causes, and some that the program does.
   @do click #inner
   @do dblclick #double
   @do type #name Ab
   @do press #name Enter
   @do hover #other
   @do click #tick
   @do click #link
   @do click #gone
   @do click #once
   @do click #once
   @do click #stop *)
open Js_of_ocaml
module Html = Dom_html

let p fmt = Printf.ksprintf print_endline fmt
let js = Js.string
let str = Js.to_string
let doc = Html.document

let add tag ?(parent = (doc##.body :> Dom.element Js.t)) id =
  let e = doc##createElement (js tag) in
  e##.id := js id;
  e##.textContent := Js.some (js id);
  Dom.appendChild parent e;
  e

let on ?(capture = false) target event f =
  Html.addEventListener target event (Html.handler (fun e -> Js.bool (f e))) (Js.bool capture)

let target_id (e : #Html.event Js.t) = str (Html.eventTarget e)##.id

let () =
  let outer = add "div" "outer" in
  let inner = add "button" ~parent:(outer :> Dom.element Js.t) "inner" in
  let say what e = p "%s %s" what (target_id e); true in
  ignore (on outer Html.Event.click (say "outer bubbles"));
  ignore (on ~capture:true outer Html.Event.click (say "outer captures"));
  ignore (on inner Html.Event.click (say "inner"));
  inner##.onclick := Html.full_handler (fun this e -> p "this %s, %s" (str this##.id) (str e##._type); Js._true);
  let double = add "p" "double" in
  ignore (on double Html.Event.dblclick (fun e -> p "double, button %d, trusted %b" e##.button (Js.to_bool (Js.Unsafe.get e "isTrusted")); true));
  let name = Html.createInput ~_type:(js "text") doc in
  name##.id := js "name";
  Dom.appendChild doc##.body name;
  ignore (on name Html.Event.keydown (fun e ->
    let code = Js.Optdef.case e##.code (fun () -> "") str and key = Js.Optdef.case e##.key (fun () -> "") str in
    if key <> "Shift" then p "down %s %s %b" key code (Html.Keyboard_code.of_event e = Html.Keyboard_code.KeyB);
    true));
  ignore (on name Html.Event.input (fun _ -> p "value %s" (str name##.value); true));
  ignore (on name Html.Event.change (fun _ -> p "changed"; true));
  let other = add "p" "other" in
  ignore (on other Html.Event.mouseover (fun e -> p "over, inside %b" (let r = other##getBoundingClientRect in float e##.clientY >= r##.top && float e##.clientY <= r##.bottom); true));
  let tick = Html.createInput ~_type:(js "checkbox") doc in
  tick##.id := js "tick";
  Dom.appendChild doc##.body tick;
  ignore (on tick Html.Event.change (fun _ -> p "ticked %b" (Js.to_bool tick##.checked); true));
  let link = Html.createA doc in
  link##.id := js "link";
  link##.href := js "/elsewhere";
  link##.textContent := Js.some (js "link");
  Dom.appendChild doc##.body link;
  ignore (on link Html.Event.click (fun e -> Dom.preventDefault e; p "prevented %b" (Js.to_bool (Js.Unsafe.get e "defaultPrevented")); false));
  let gone = add "button" "gone" in
  let id = on gone Html.Event.click (fun _ -> p "never"; true) in
  Html.removeEventListener id;
  ignore (on gone Html.Event.click (fun _ -> p "still"; true));
  let once = add "button" "once" in
  ignore (Html.addEventListenerWithOptions ~once:Js._true once Html.Event.click (Html.handler (fun _ -> p "once"; Js._true)));
  ignore (on once Html.Event.click (fun _ -> p "each time"; true));
  (* One made by the program. *)
  let custom = Html.Event.make "own" in
  ignore (on outer custom (fun e -> p "own, trusted %b" (Js.to_bool (Js.Unsafe.get e "isTrusted")); true));
  let event = Js.Unsafe.new_obj (Js.Unsafe.get Js.Unsafe.global "CustomEvent") [| Js.Unsafe.inject (js "own"); Js.Unsafe.inject (object%js val bubbles = Js._true end) |] in
  ignore (inner##dispatchEvent event);
  (* A handler that raises does not stop the others. *)
  let stop = add "button" ~parent:(outer :> Dom.element Js.t) "stop" in
  ignore (on stop Html.Event.click (fun _ -> failwith "in a handler"));
  ignore (on stop Html.Event.click (fun e -> Dom_html.stopPropagation e; p "stopped"; true));
  ignore (on stop Html.Event.click (fun _ -> p "end"; true));
  p "ready"
