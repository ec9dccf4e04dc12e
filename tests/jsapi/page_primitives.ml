(* @page: primitives that need a document. *)
open Js_of_ocaml
external request : unit -> XmlHttpRequest.xmlHttpRequest Js.t = "caml_xmlhttprequest_create"
external entities : Js.js_string Js.t -> Js.js_string Js.t Js.opt = "caml_js_html_entities"

let show s = print_endline (Js.Opt.case (entities (Js.string s)) (fun () -> "none") Js.to_string)

let () =
  List.iter show [ "&eacute;"; "&#233;"; "&amp;"; "<b>" ];
  let r = request () in
  r##.onreadystatechange := Js.wrap_callback (fun _ ->
    if r##.readyState = XmlHttpRequest.DONE then Printf.printf "%d %s\n%!" r##.status (Js.to_string (Js.Opt.get r##.responseText (fun () -> Js.string "nothing"))));
  r##_open (Js.string "GET") (Js.string "/fixtures/data.txt") Js._true;
  r##send Js.null
