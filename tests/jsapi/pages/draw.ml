(* @own @package js_of_ocaml-lwt.graphics
   OCaml's Graphics: what is drawn is read back pixel by pixel, events are waited for.
   @do click canvas
   @do press canvas a
   @do press canvas Enter
   @do type canvas xyz *)

open Graphics

let p fmt = Printf.ksprintf print_endline fmt
let hex = Printf.sprintf "%06x"
let at x y = hex (point_color x y)

let refused f = match f () with
  | _ -> p "not refused"
  | exception Graphic_failure s -> p "Graphic_failure %s" s

let () =
  refused (fun () -> size_x ());
  open_graph " 200x120";
  p "%dx%d, at %d,%d" (size_x ()) (size_y ()) (current_x ()) (current_y ());
  p "white %s, outside %d" (at 0 0) (point_color 200 5);
  set_color 0x123456;
  plot 0 0;
  plot 199 119;
  p "%s %s %s %s" (at 0 0) (at 1 0) (at 199 119) (at 0 1);
  set_color red;
  fill_rect 10 20 30 10;
  p "rect %s %s %s %s" (at 10 20) (at 39 29) (at 9 20) (at 10 19);
  set_color blue;
  draw_rect 60 20 20 10;
  p "outline %s %s %s %s inside %s" (at 60 20) (at 80 20) (at 80 30) (at 60 30) (at 70 25);
  moveto 10 50;
  lineto 50 50;
  p "line %s %s %s, at %d,%d" (at 10 50) (at 30 50) (at 30 51) (current_x ()) (current_y ());
  rlineto 0 10;
  p "at %d,%d %s" (current_x ()) (current_y ()) (at 50 55);
  set_line_width 3;
  moveto 100 10; lineto 100 40;
  p "wide %s %s %s %s" (at 99 20) (at 100 20) (at 101 20) (at 103 20);
  set_line_width 1;
  set_color green;
  fill_circle 150 60 20;
  p "circle %s %s %s" (at 150 60) (at 150 78) (at 150 84);
  fill_poly [| 10, 80; 30, 80; 20, 100 |];
  p "poly %s %s" (at 20 85) (at 11 95);
  set_color black;
  draw_arc 100 80 20 20 0 90;
  let dark x y = let near = ref false in
    for i = x - 1 to x + 1 do for j = y - 1 to y + 1 do if point_color i j <> white then near := true done done; !near in
  p "arc %b %b %b" (dark 120 80) (dark 100 100) (dark 80 80);
  (* Text: where it is and how large, engines differ. *)
  let w, h = text_size "hello" in
  moveto 5 5;
  draw_string "hello";
  p "text %b %b %b" (w > 10) (h > 5) (current_x () = 5 + w);
  let before = current_x () in
  draw_char 'x';
  p "char %b" (current_x () = before + fst (text_size "x"));
  set_text_size 30;
  p "larger %b" (snd (text_size "hello") > h);
  set_font "bold 10px monospace";
  p "smaller %b" (snd (text_size "hello") < 30);
  set_window_title "drawn";
  sound 440 1;
  p "window %s" (GraphicsX11.window_id ());
  refused (fun () -> ignore (GraphicsX11.open_subwindow ~x:0 ~y:0 ~width:5 ~height:5));
  set_color cyan;
  fill_ellipse 30 110 10 5;
  draw_ellipse 60 110 10 5;
  p "ellipses %s %b %s" (at 30 110) (dark 70 110) (at 60 110);
  (* Images. *)
  let image = make_image [| [| red; green; transp |]; [| blue; white; black |] |] in
  draw_image image 170 5;
  p "image %s %s %s / %s %s %s" (at 170 6) (at 171 6) (at 172 6) (at 170 5) (at 171 5) (at 172 5);
  set_color yellow;
  fill_rect 180 30 10 10;
  draw_image image 182 32;
  p "through %s" (at 184 33);
  let dumped = dump_image image in
  p "dump %s" (String.concat " " (List.map (fun c -> if c = transp then "-" else hex c) (List.concat_map Array.to_list (Array.to_list dumped))));
  let part = get_image 170 5 2 2 in
  draw_image part 0 60;
  p "blit %s %s %s %s" (at 0 61) (at 1 61) (at 0 60) (at 1 60);
  let taken = create_image 3 2 in
  blit_image taken 170 5;
  draw_image taken 0 64;
  p "taken %s %s %s" (at 0 65) (at 1 65) (at 1 64);
  refused (fun () -> make_image [| [| red |]; [| red; blue |] |]);
  (* Two buffers. *)
  auto_synchronize false;
  set_color magenta;
  fill_rect 0 0 5 5;
  p "in the store %s" (at 2 2);
  synchronize ();
  auto_synchronize true;
  p "shown %s" (at 2 2);
  resize_window 220 130;
  p "%dx%d" (size_x ()) (size_y ());
  clear_graph ();
  p "clear %s" (at 2 2);
  let s = wait_next_event [Poll] in
  p "poll %b %b" s.button s.keypressed;
  p "ready";
  let s = wait_next_event [Button_down] in
  p "down %b" (abs (s.mouse_x - 110) <= 2 && abs (s.mouse_y - 65) <= 2 && s.button);
  let s = wait_next_event [Button_up; Key_pressed] in
  p "up %b %b" s.button s.keypressed;
  p "key %C" (read_key ());
  p "key %d" (Char.code (read_key ()));
  (* Those that have come meanwhile wait. *)
  let rec until_pressed () = if not (key_pressed ()) then until_pressed () in
  until_pressed ();
  let x = read_key () in
  let y = read_key () in
  let z = read_key () in
  p "%c%c%c" x y z;
  close_graph ();
  refused (fun () -> plot 1 1);
  p "end"
