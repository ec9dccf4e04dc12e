(* Building, changing and reading a document with Dom, Dom_html and Dom_svg. *)
open Js_of_ocaml
module Html = Dom_html

let p fmt = Printf.ksprintf print_endline fmt
let js = Js.string
let str = Js.to_string
let doc = Html.document
let opt v = Js.Opt.get v (fun () -> failwith "null")
let text s = doc##createTextNode (js s)
let html (e : #Html.element Js.t) = str e##.innerHTML

let build () =
  let box = Html.createDiv doc in
  box##.id := js "box";
  box##.className := js "one two";
  Dom.appendChild doc##.body box;
  let list = Html.createUl doc in
  Dom.appendChild box list;
  List.iter (fun s ->
    let li = Html.createLi doc in
    Dom.appendChild li (text s);
    Dom.appendChild list li) [ "alpha"; "b\xc3\xaata"; "<g>&" ];
  p "%s" (html box);
  let items = list##.childNodes in
  p "%d %b" items##.length (Js.Opt.test (items##item 3));
  let first = opt (items##item 0) and last = opt list##.lastChild in
  Dom.insertBefore list last (Js.some first);
  Dom.removeChild list (opt (items##item 2));
  let fresh = Html.createLi doc in
  fresh##.textContent := Js.some (js "new");
  Dom.replaceChild list fresh (opt list##.firstChild);
  p "%s" (html list);
  p "%s" (String.concat " " (List.map (fun n -> str n##.nodeName) (Dom.list_of_nodeList (doc##querySelectorAll (js "#box, #box li")))));
  box

let attributes box =
  box##.classList##add (js "three");
  box##.classList##remove (js "one");
  p "%s %b %b" (str box##.className) (Js.to_bool (box##.classList##contains (js "two"))) (Js.to_bool (box##.classList##contains (js "one")));
  box##setAttribute (js "data-n") (js "7");
  p "%b %s" (Js.to_bool (box##hasAttribute (js "data-n"))) (Js.Opt.case (box##getAttribute (js "data-n")) (fun () -> "none") str);
  box##removeAttribute (js "data-n");
  p "%s" (Js.Opt.case (box##getAttribute (js "data-n")) (fun () -> "none") str);
  box##.style##.color := js "red";
  box##.style##.width := js "120px";
  box##.style##.height := js "40px";
  p "%s" (str (opt (box##getAttribute (js "style"))));
  p "%s" (str (Html.window##getComputedStyle box)##.width);
  let rect = box##getBoundingClientRect in
  p "%g %b" (rect##.right -. rect##.left) (Js.Optdef.test rect##.width);
  p "%d %d" box##.offsetWidth box##.offsetHeight

let coercions box =
  let kind e =
    match Html.tagged e with
    | Html.Div _ -> "div" | Html.Ul _ -> "ul" | Html.Li _ -> "li" | Html.Input i -> "input " ^ str i##._type | _ -> "other"
  in
  p "%s" (kind box);
  let input = Html.createInput ~_type:(js "checkbox") ~name:(js "tick") doc in
  input##.checked := Js._true;
  p "%s %b %s" (kind input) (Js.to_bool input##.checked) (str input##.name);
  p "%b %b" (Js.Opt.test (Html.CoerceTo.div box)) (Js.Opt.test (Html.CoerceTo.div input));
  p "%b" (Html.getElementById_opt "nowhere" = None);
  p "%b" (match Html.getElementById "nowhere" with _ -> false | exception Not_found -> true);
  p "%b" (Html.getElementById "box" == (box :> Html.element Js.t));
  p "%b" (Js.Opt.case (Html.getElementById "box")##.parentNode (fun () -> false) (fun n -> n == (doc##.body :> Dom.node Js.t)));
  let kinds = List.map (fun n -> match Dom.nodeType n with Dom.Element _ -> "element" | Text _ -> "text" | Attr _ -> "attr" | Other _ -> "other")
    [ (box :> Dom.node Js.t); (text "t" :> Dom.node Js.t); (doc##createComment (js "c") :> Dom.node Js.t) ] in
  p "%s" (String.concat " " kinds)

let form () =
  let form = Html.createForm doc in
  let select = Html.createSelect ~name:(js "pick") doc in
  List.iter (fun s ->
    let o = Html.createOption doc in
    o##.value := js s;
    Dom.appendChild o (text s);
    select##add o Js.null) [ "x"; "y"; "z" ];
  select##.selectedIndex := 1;
  let area = Html.createTextarea ~name:(js "area") doc in
  area##.value := js "two\nlines";
  Dom.appendChild form select;
  Dom.appendChild form area;
  Dom.appendChild doc##.body form;
  p "%d %s %d" select##.selectedIndex (str select##.value) select##.options##.length;
  p "%s" (String.concat "&" (List.map (fun (n, v) -> n ^ "=" ^ String.escaped v) (Form.get_form_contents form)));
  p "%d" form##.elements##.length

let table () =
  let table = Html.createTable doc in
  for i = 0 to 2 do
    let row = table##insertRow i in
    for j = 0 to 2 do
      let cell = row##insertCell j in
      cell##.innerHTML := js (string_of_int (i * j))
    done
  done;
  table##deleteRow 0;
  p "%d %s" table##.rows##.length (html table)

let fragment (box : Html.divElement Js.t) =
  let fragment = doc##createDocumentFragment in
  for i = 1 to 3 do
    Dom.appendChild fragment (text (string_of_int i))
  done;
  Dom.appendChild box fragment;
  p "%d %s" fragment##.childNodes##.length (Js.Opt.case box##.textContent (fun () -> "none") str);
  let copy = box##cloneNode Js._true in
  p "%b %d" (copy == (box :> Dom.node Js.t)) copy##.childNodes##.length;
  ignore (Js.Unsafe.meth_call box "normalize" [||]);
  p "%d" box##.childNodes##.length

let as_keys () =
  let nodes = List.init 50 (fun _ -> Html.createSpan doc) in
  let first = List.hd nodes and second = List.nth nodes 1 in
  let again = (Dom.appendChild doc##.body first; opt doc##.body##.lastChild) in
  p "%b %b %b" (first = first) (first = second) ((again :> Dom.node Js.t) = (first :> Dom.node Js.t));
  p "%d %b" (compare first first) (compare first second <> 0);
  p "%b %b" (List.mem second nodes) (List.mem (Html.createSpan doc) nodes);
  p "%d" (List.assoc second (List.mapi (fun i n -> n, i) nodes));
  let table = Hashtbl.create 10 in
  List.iteri (fun i n -> Hashtbl.replace table n i) nodes;
  p "%d %d %b" (Hashtbl.find table second) (Hashtbl.length table) (Hashtbl.mem table (Html.createSpan doc));
  p "%b" (Js.some first = Js.some first)

let svg () =
  let d = Dom_svg.document in
  let picture = Dom_svg.createSvg d in
  let circle = Dom_svg.createCircle d in
  circle##setAttribute (js "r") (js "12.5");
  circle##setAttribute (js "cx") (js "20");
  Dom.appendChild picture circle;
  Dom.appendChild doc##.body picture;
  p "%g %g" circle##.r##.baseVal##.value circle##.cx##.baseVal##.value;
  p "%s" (str (Js.Unsafe.get picture "outerHTML"))

let () =
  let box = build () in
  attributes box;
  coercions box;
  form ();
  table ();
  fragment box;
  as_keys ();
  svg ();
  p "%s" (str doc##.title);
  doc##.title := js "changed";
  p "%s" (str doc##.title);
  p "end"
