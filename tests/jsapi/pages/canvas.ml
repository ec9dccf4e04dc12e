(* Drawing on a canvas, reading pixels, an animation. *)
open Js_of_ocaml
module Html = Dom_html

let p fmt = Printf.ksprintf print_endline fmt
let js = Js.string

let pixel (c : Html.canvasRenderingContext2D Js.t) x y =
  let data = (c##getImageData (float x) (float y) 1. 1.)##.data in
  String.concat "," (List.init 4 (fun i -> string_of_int (Html.pixel_get data i)))

let () =
  let canvas = Html.createCanvas Html.document in
  canvas##.width := 100;
  canvas##.height := 60;
  Dom.appendChild Html.document##.body canvas;
  let c = canvas##getContext Html._2d_ in
  c##.fillStyle := js "rgb(10, 20, 30)";
  c##fillRect 0. 0. 100. 60.;
  c##.fillStyle := js "#ff8000";
  c##fillRect 10.5 10. 20. 20.;
  p "%s %s %s" (pixel c 0 0) (pixel c 15 15) (pixel c 99 59);
  c##clearRect 0. 0. 5. 5.;
  p "%s" (pixel c 2 2);
  c##save;
  c##translate 50. 30.;
  c##rotate (Float.pi /. 2.);
  c##scale 2. 1.;
  c##.fillStyle := js "blue";
  c##fillRect (-5.) (-2.) 10. 4.;
  c##restore;
  p "%s %s" (pixel c 50 38) (pixel c 55 30);
  c##beginPath;
  c##moveTo 70. 10.;
  c##lineTo 90. 10.;
  c##quadraticCurveTo 95. 20. 90. 30.;
  c##bezierCurveTo 85. 32. 75. 32. 70. 30.;
  c##closePath;
  p "%b %b" (Js.to_bool (c##isPointInPath 80. 20.)) (Js.to_bool (c##isPointInPath 60. 20.));
  c##fill;
  let gradient = c##createLinearGradient 0. 0. 100. 0. in
  gradient##addColorStop 0. (js "#000000");
  gradient##addColorStop 1. (js "#ffffff");
  c##.fillStyle_gradient := gradient;
  c##fillRect 0. 40. 100. 20.;
  let grey x = Html.pixel_get (c##getImageData (float x) 50. 1. 1.)##.data 0 in
  p "%b %b" (grey 10 < grey 50) (grey 50 < grey 90);
  c##.font := js "20px sans-serif";
  let short = (c##measureText (js "i"))##.width and long = (c##measureText (js "wide text"))##.width in
  p "%b" (0. < short && short < long);
  let image = c##createImageData 4 4 in
  for i = 0 to 15 do
    Html.pixel_set image##.data (4 * i) (i * 16);
    Html.pixel_set image##.data ((4 * i) + 3) 255
  done;
  c##putImageData image 20. 20.;
  p "%s %s" (pixel c 20 20) (pixel c 23 23);
  p "%g %s" c##.globalAlpha (Js.to_string c##.lineCap);
  c##.lineWidth := 3.;
  p "%g" (c##.lineWidth +. 0.5);
  p "%s" (String.sub (Js.to_string canvas##toDataURL) 0 22);
  (* A square that moves a pixel a frame. *)
  let rec frame x =
    c##.fillStyle := js "black";
    c##fillRect 0. 0. 100. 60.;
    c##.fillStyle := js "white";
    c##fillRect (float x) 20. 10. 10.;
    if x < 30 then ignore (Html.window##requestAnimationFrame (Js.wrap_callback (fun _ -> frame (x + 1))))
    else begin
      p "%s %s %s" (pixel c 29 25) (pixel c 30 25) (pixel c 40 25);
      p "end"
    end
  in
  frame 0
