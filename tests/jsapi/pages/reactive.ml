(* tyxml's HTML and SVG, React's signals and reactiveData's lists and maps in a page.
   @do click #add
   @do click #add
   @do click #reverse *)
open Js_of_ocaml
open Js_of_ocaml_tyxml
module H = Tyxml_js.Html
module R = Tyxml_js.R.Html
module Svg = Tyxml_js.Svg
module RList = ReactiveData.RList
module S = React.S

let p fmt = Printf.ksprintf print_endline fmt
let outer e = Js.to_string (Js.Unsafe.get (Tyxml_js.To_dom.of_element e) "outerHTML")
let churn () = for i = 1 to 50_000 do ignore (Sys.opaque_identity (List.init 5 (fun j -> i + j))) done; Gc.full_major ()

let static () =
  let say = p in
  let open H in
  say "%s" (outer (section ~a:[ a_class [ "a"; "b" ]; a_title "t\"<" ]
    [ h2 [ txt "caf\xc3\xa9 <&>" ]; p [ em [ txt "x" ]; entity "amp"; br () ];
      table [ tr [ th [ txt "h" ]; td ~a:[ a_colspan 2 ] [ txt "d" ] ] ];
      a ~a:[ a_href "/x?a=1&b=2"; a_user_data "n" "7" ] [ txt "link" ];
      select ~a:[ a_name "s" ] [ option ~a:[ a_value "1"; a_selected () ] (txt "one"); option (txt "two") ] ]));
  say "%s" (outer (svg ~a:[ Svg.a_viewBox (0., 0., 10., 10.) ]
    [ Svg.circle ~a:[ Svg.a_cx (5., None); Svg.a_cy (5., None); Svg.a_r (2.5, Some `Px); Svg.a_fill (`Color ("red", None)) ] [];
      Svg.path ~a:[ Svg.a_d "M0 0L5 5" ] [] ]))

let reactive () =
  let count, set_count = S.create 0 in
  let even = S.map (fun n -> n mod 2 = 0) count in
  let e = H.div
    [ H.p ~a:[ R.a_class (S.map (fun even -> [ (if even then "even" else "odd") ]) even) ] [ R.txt (S.map (Printf.sprintf "count %d") count) ];
      H.button ~a:[ Tyxml_js.R.filter_attrib (H.a_disabled ()) even ] [ H.txt "b" ] ] in
  p "%s" (outer e);
  churn ();
  set_count 1;
  p "%s" (outer e);
  churn ();
  for i = 2 to 100 do set_count i done;
  p "%s" (outer e)

let lists () =
  let items, handle = RList.create [ "one"; "two"; "three" ] in
  let upper = RList.map String.uppercase_ascii items in
  let both = RList.concat items (RList.rev upper) in
  let e = R.ul (RList.map (fun s -> H.li [ H.txt s ]) both) in
  p "%s" (outer e);
  churn ();
  RList.snoc "four" handle;
  RList.cons "zero" handle;
  RList.update "TWO!" 2 handle;
  RList.remove 1 handle;
  RList.move 0 2 handle;
  p "%s" (outer e);
  p "%s" (String.concat " " (RList.value items));
  let long = RList.filter (fun s -> String.length s > 4) items in
  RList.insert "middle" 1 handle;
  p "%s" (String.concat " " (RList.value long));
  let signal, set = S.create [ 1; 2; 3; 4 ] in
  let l = RList.from_signal ~eq:( = ) signal in
  let changes = ref 0 in
  let _seen = React.E.map (function RList.Patch p -> changes := !changes + List.length p | Set _ -> incr changes) (RList.event l) in
  set [ 1; 3; 4; 5 ];
  p "%d %s" !changes (String.concat " " (List.map string_of_int (RList.value l)))

let interactive () =
  let items, handle = RList.create [] in
  let n = ref 0 in
  let add _ = incr n; RList.snoc !n handle; p "%s" (Js.to_string (Dom_html.getElementById "list")##.innerHTML); true in
  let reverse _ = RList.set handle (List.rev (RList.value items)); p "%s" (Js.to_string (Dom_html.getElementById "list")##.innerHTML); p "end"; true in
  Tyxml_js.Register.body
    [ H.button ~a:[ H.a_id "add"; H.a_onclick add ] [ H.txt "add" ]; H.button ~a:[ H.a_id "reverse"; H.a_onclick reverse ] [ H.txt "reverse" ];
      R.ol ~a:[ H.a_id "list" ] (RList.map (fun n -> H.li [ H.txt (string_of_int n) ]) items) ];
  p "ready"

let () =
  static ();
  reactive ();
  lists ();
  interactive ()
