(* @own @package js_of_ocaml-lwt.graphics
   js_of_ocaml's graphics library: a canvas of the page's own, contexts, events that call a function.
   @do hover #board
   @do click #board
   @do press #board q *)
open Js_of_ocaml
module Html = Dom_html

let p fmt = Printf.ksprintf print_endline fmt

let () =
  let canvas = Html.createCanvas Html.document in
  canvas##.width := 80;
  canvas##.height := 50;
  canvas##.id := Js.string "board";
  canvas##setAttribute (Js.string "tabindex") (Js.string "0");
  Dom.appendChild Html.document##.body canvas;
  Graphics_js.open_canvas canvas;
  p "%dx%d" (Graphics_js.size_x ()) (Graphics_js.size_y ());
  Graphics_js.set_color Graphics_js.red;
  Graphics_js.fill_rect 0 0 10 10;
  p "%06x %06x" (Graphics_js.point_color 5 5) (Graphics_js.point_color 20 20);
  let first = Graphics_js.get_context () in
  let other = Html.createCanvas Html.document in
  other##.width := 30;
  other##.height := 30;
  Graphics_js.open_canvas other;
  Graphics_js.set_color Graphics_js.blue;
  Graphics_js.fill_rect 0 0 30 30;
  p "%dx%d %06x" (Graphics_js.size_x ()) (Graphics_js.size_y ()) (Graphics_js.point_color 5 5);
  Graphics_js.set_context first;
  p "%dx%d %06x" (Graphics_js.size_x ()) (Graphics_js.size_y ()) (Graphics_js.point_color 5 5);
  let moved = ref false and down = ref false in
  Graphics_js.loop [Graphics_js.Button_down; Graphics_js.Button_up; Graphics_js.Mouse_motion; Graphics_js.Key_pressed] (fun s ->
      let open Graphics_js in
      if s.keypressed then (p "key %c" s.key; p "end")
      else if not !moved then (moved := true; p "moved %b" (abs (s.mouse_x - 40) < 3 && abs (s.mouse_y - 25) < 3))
      else if s.button <> !down then (down := s.button; p "%s" (if s.button then "button" else "released")));
  p "ready"
