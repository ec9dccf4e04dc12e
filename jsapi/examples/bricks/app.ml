(* SPDX-License-Identifier: Apache-2.0
   A brick game on a canvas. Each animation frame advances the game by steps of equal length, as many as time has passed, and
   draws everything anew. Keys are noted as they go down and up, and looked at in each step. *)

open Js_of_ocaml
module Html = Dom_html

let width = 720. and height = 480.
let step = 1. /. 240.
let columns = 14
let brick_width = 46. and brick_height = 18. and gap = 4.
let left_margin = (width -. (float columns *. (brick_width +. gap)) +. gap) /. 2.
let top_margin = 64.
let paddle_width = 96. and paddle_height = 12. and paddle_y = height -. 36.
let radius = 7.

type brick = { left : float; top : float; colour : string; points : int; mutable standing : bool }
type ball = { mutable x : float; mutable y : float; mutable vx : float; mutable vy : float }
type spark = { mutable px : float; mutable py : float; sx : float; mutable sy : float; tint : string; mutable life : float }
type phase = Waiting | Playing | Over | Won

type game = {
  mutable phase : phase;
  mutable bricks : brick list;
  mutable paddle : float;  (* Its middle. *)
  mutable sparks : spark list;
  mutable trail : (float * float) list;
  mutable level : int;
  mutable score : int;
  mutable lives : int;
  ball : ball;
}

(* ---- Levels ---- *)

let colours = [| "#ff5d5d"; "#ff8e4f"; "#ffc24a"; "#8bd450"; "#3fc7a6"; "#4aa8ff"; "#9a7bff" |]

let levels = [|
  [ "##############"; "##############"; "##############"; "##############"; "##############" ];
  [ "...#...#......"; "..###.###...##"; ".##########.##"; ".############."; ".##########..."; ".#.#....#.#..."; ".#.#....#.#..." ];
  [ "#.#.#.##.#.#.#"; ".#.#.####.#.#."; "#.#.######.#.#"; ".#.########.#."; "#.#.######.#.#"; ".#.#.####.#.#."; "#.#.#.##.#.#.#" ];
|]

let bricks_of_level level =
  let rows = levels.(level mod Array.length levels) in
  List.concat (List.mapi (fun row line ->
    List.filter_map (fun column ->
      if line.[column] <> '#' then None
      else Some {
        left = left_margin +. (float column *. (brick_width +. gap));
        top = top_margin +. (float row *. (brick_height +. gap));
        colour = colours.(row mod Array.length colours);
        points = 10 * (List.length rows - row);
        standing = true;
      }) (List.init columns Fun.id)) rows)

let rest game =
  game.ball.x <- game.paddle;
  game.ball.y <- paddle_y -. radius;
  game.trail <- []

let enter_level game level =
  game.level <- level;
  game.bricks <- bricks_of_level level;
  game.phase <- Waiting;
  rest game

(* index.html#2 begins with the second level. *)
let first_level () = match int_of_string_opt (Url.Current.get_fragment ()) with Some n when n > 0 -> n - 1 | _ -> 0

let new_game () =
  let game = { phase = Waiting; bricks = []; paddle = width /. 2.; sparks = []; trail = []; level = 0; score = 0; lives = 3;
               ball = { x = 0.; y = 0.; vx = 0.; vy = 0. } } in
  enter_level game (first_level ());
  game

(* ---- Keys ---- *)

let held : (string, unit) Hashtbl.t = Hashtbl.create 7
let is_held names = List.exists (Hashtbl.mem held) names
let direction () = (if is_held [ "ArrowRight"; "KeyD" ] then 1. else 0.) -. if is_held [ "ArrowLeft"; "KeyA" ] then 1. else 0.

(* ---- One step ---- *)

let clamp low high v = max low (min high v)
let speed game = 300. +. (40. *. float game.level)

let launch game =
  game.phase <- Playing;
  game.ball.vx <- speed game *. 0.45;
  game.ball.vy <- -.speed game *. 0.9

let shatter game brick =
  brick.standing <- false;
  game.score <- game.score + brick.points;
  for _ = 1 to 14 do
    let angle = Random.float 6.3 and force = 30. +. Random.float 150. in
    game.sparks <-
      { px = brick.left +. Random.float brick_width; py = brick.top +. Random.float brick_height; sx = force *. cos angle; sy = force *. sin angle;
        tint = brick.colour; life = 0.4 +. Random.float 0.5 } :: game.sparks
  done

(* The side through which the ball came decides which way it goes. *)
let hit_brick game brick =
  let ball = game.ball in
  let dx = ball.x -. clamp brick.left (brick.left +. brick_width) ball.x in
  let dy = ball.y -. clamp brick.top (brick.top +. brick_height) ball.y in
  brick.standing && (dx *. dx) +. (dy *. dy) <= radius *. radius && begin
    if abs_float dx > abs_float dy then ball.vx <- copysign ball.vx dx else ball.vy <- copysign ball.vy dy;
    shatter game brick;
    true
  end

let bounce_off_walls ball =
  if ball.x < radius then ball.vx <- abs_float ball.vx;
  if ball.x > width -. radius then ball.vx <- -.abs_float ball.vx;
  if ball.y < radius then ball.vy <- abs_float ball.vy

(* Where it meets the paddle decides the angle. *)
let bounce_off_paddle game =
  let ball = game.ball in
  let off = (ball.x -. game.paddle) /. (paddle_width /. 2.) in
  if ball.vy > 0. && ball.y > paddle_y -. radius && ball.y < paddle_y +. paddle_height && abs_float off < 1.1 then begin
    let angle = off *. 1.05 in
    ball.vx <- speed game *. sin angle;
    ball.vy <- -.speed game *. cos angle
  end

let lose_ball game =
  game.lives <- game.lives - 1;
  game.phase <- (if game.lives = 0 then Over else Waiting);
  rest game

let move_ball game =
  let ball = game.ball in
  ball.x <- ball.x +. (ball.vx *. step);
  ball.y <- ball.y +. (ball.vy *. step);
  bounce_off_walls ball;
  bounce_off_paddle game;
  ignore (List.exists (hit_brick game) game.bricks);
  if ball.y > height +. 30. then lose_ball game
  else if not (List.exists (fun brick -> brick.standing) game.bricks) then game.phase <- Won

let move_spark spark =
  spark.px <- spark.px +. (spark.sx *. step);
  spark.py <- spark.py +. (spark.sy *. step);
  spark.sy <- spark.sy +. (260. *. step);
  spark.life <- spark.life -. step

let advance game =
  game.paddle <- clamp (paddle_width /. 2.) (width -. (paddle_width /. 2.)) (game.paddle +. (direction () *. 560. *. step));
  if game.phase = Playing then move_ball game else if game.phase = Waiting then rest game;
  List.iter move_spark game.sparks

(* ---- Drawing ---- *)

let rounded (c : Html.canvasRenderingContext2D Js.t) x y w h r =
  c##beginPath;
  c##moveTo (x +. r) y;
  c##arcTo (x +. w) y (x +. w) (y +. h) r;
  c##arcTo (x +. w) (y +. h) x (y +. h) r;
  c##arcTo x (y +. h) x y r;
  c##arcTo x y (x +. w) y r;
  c##closePath

let fill_with (c : Html.canvasRenderingContext2D Js.t) colour = c##.fillStyle := Js.string colour

let draw_brick c brick =
  fill_with c brick.colour;
  rounded c brick.left brick.top brick_width brick_height 4.;
  c##fill;
  fill_with c "rgba(255,255,255,0.22)";
  c##fillRect (brick.left +. 3.) (brick.top +. 2.) (brick_width -. 6.) 4.

let draw_ball (c : Html.canvasRenderingContext2D Js.t) x y r colour =
  fill_with c colour;
  c##beginPath;
  c##arc x y r 0. 6.2832 Js._false;
  c##fill

let text (c : Html.canvasRenderingContext2D Js.t) ?(size = 16) ?(align = "left") ?(colour = "#dfe3f5") s x y =
  c##.font := Js.string (Printf.sprintf "600 %dpx system-ui, sans-serif" size);
  c##.textAlign := Js.string align;
  fill_with c colour;
  c##fillText (Js.string s) x y

let draw_sky (c : Html.canvasRenderingContext2D Js.t) =
  let sky = c##createLinearGradient 0. 0. 0. height in
  sky##addColorStop 0. (Js.string "#1d2145");
  sky##addColorStop 1. (Js.string "#0b0d1c");
  c##.fillStyle_gradient := sky;
  c##fillRect 0. 0. width height

let draw_sparks (c : Html.canvasRenderingContext2D Js.t) sparks =
  List.iter (fun spark ->
    c##.globalAlpha := clamp 0. 1. (spark.life *. 2.);
    fill_with c spark.tint;
    c##fillRect (spark.px -. 2.) (spark.py -. 2.) 4. 4.) sparks;
  c##.globalAlpha := 1.

let draw_trail (c : Html.canvasRenderingContext2D Js.t) trail =
  List.iteri (fun i (x, y) ->
    c##.globalAlpha := 0.3 *. (1. -. (float i /. 12.));
    draw_ball c x y (radius *. (1. -. (float i /. 14.))) "#ffdf9e") trail;
  c##.globalAlpha := 1.

let message = function
  | Waiting -> Some ("Space to serve", "arrow keys move the paddle")
  | Over -> Some ("Game over", "Space begins again")
  | Won -> Some ("Well played", "Space for the next level")
  | Playing -> None

let draw (c : Html.canvasRenderingContext2D Js.t) game =
  draw_sky c;
  List.iter (fun brick -> if brick.standing then draw_brick c brick) game.bricks;
  draw_trail c game.trail;
  draw_sparks c game.sparks;
  fill_with c "#f4f1ea";
  rounded c (game.paddle -. (paddle_width /. 2.)) paddle_y paddle_width paddle_height 6.;
  c##fill;
  draw_ball c game.ball.x game.ball.y radius "#ffe9b8";
  text c (string_of_int game.score) 24. 36.;
  text c ~align:"center" (Printf.sprintf "Level %d" (game.level + 1)) (width /. 2.) 36.;
  for i = 1 to game.lives do draw_ball c (width -. 12. -. (20. *. float i)) 30. 6. "#ffe9b8" done;
  Option.iter (fun (title, hint) ->
    text c ~size:34 ~align:"center" title (width /. 2.) 310.;
    text c ~align:"center" ~colour:"#98a0cc" hint (width /. 2.) 342.) (message game.phase)

(* ---- Frames ---- *)

let game = ref (new_game ())
let frames = ref 0 and busy = ref 0. and longest = ref 0. and last = ref nan and owed = ref 0.

let performance : < now : float Js.meth > Js.t = Js.Unsafe.get Html.window "performance"
let now () = performance##now

let catch_up game time =
  (* A page in the background gets no frames: what it missed is not played. *)
  if not (Float.is_nan !last) then owed := !owed +. min 0.05 ((time -. !last) /. 1000.);
  last := time;
  while !owed >= step do
    owed := !owed -. step;
    advance game
  done;
  game.sparks <- List.filter (fun spark -> spark.life > 0.) game.sparks;
  if game.phase = Playing then game.trail <- List.filteri (fun i _ -> i < 12) ((game.ball.x, game.ball.y) :: game.trail)

let rec frame c (time : float) =
  ignore (Html.window##requestAnimationFrame (Js.wrap_callback (frame c)));
  let start = now () in
  catch_up !game time;
  draw c !game;
  let took = now () -. start in
  incr frames;
  busy := !busy +. took;
  longest := max !longest took

let serve () =
  let g = !game in
  match g.phase with
  | Waiting -> launch g
  | Won -> enter_level g (g.level + 1)
  | Over -> game := new_game ()
  | Playing -> ()

let code (event : Html.keyboardEvent Js.t) = Js.Optdef.case event##.code (fun () -> "") Js.to_string

let listen canvas =
  let on event action = ignore (Html.addEventListener Html.window event (Html.handler action) Js._false) in
  on Html.Event.keydown (fun event ->
    Hashtbl.replace held (code event) ();
    let ours = List.mem (code event) [ "Space"; "ArrowLeft"; "ArrowRight" ] in
    if code event = "Space" && not (Js.to_bool (Js.Unsafe.get event "repeat")) then serve ();
    Js.bool (not ours));
  on Html.Event.keyup (fun event -> Hashtbl.remove held (code event); Js._true);
  on Html.Event.blur (fun _ -> Hashtbl.reset held; Js._true);
  on Html.Event.mousemove (fun event ->
    let box = canvas##getBoundingClientRect in
    let wide = box##.right -. box##.left in
    !game.paddle <- clamp (paddle_width /. 2.) (width -. (paddle_width /. 2.)) ((float event##.clientX -. box##.left) *. width /. wide);
    Js._true);
  ignore (Html.addEventListener canvas Html.Event.click (Html.handler (fun _ -> serve (); Js._true)) Js._false)

(* What the line below the canvas says, each second. *)
let rec report line =
  let seen = !frames and spent = !busy in
  let later () =
    let count = !frames - seen in
    if count > 0 then
      line##.textContent := Js.some (Js.string (Printf.sprintf "%d frames in the last second, %.1f ms of OCaml each" count ((!busy -. spent) /. float count)));
    report line
  in
  ignore (Html.window##setTimeout (Js.wrap_callback later) 1000.)

(* For tests: program.call("state"). *)
let state () =
  let g = !game in
  object%js
    val frames = !frames
    val busy = !busy
    val longest = !longest
    val phase = Js.string (match g.phase with Waiting -> "waiting" | Playing -> "playing" | Over -> "over" | Won -> "won")
    val paddle = g.paddle
    val x = g.ball.x
    val y = g.ball.y
    val score = g.score
    val lives = g.lives
    val level = g.level
    val bricks = List.length (List.filter (fun brick -> brick.standing) g.bricks)
    val sparks = List.length g.sparks
  end

let () =
  let canvas = Option.get (Html.getElementById_coerce "game" Html.CoerceTo.canvas) in
  let scale = Html.window##.devicePixelRatio in
  canvas##.width := int_of_float (width *. scale);
  canvas##.height := int_of_float (height *. scale);
  let context = canvas##getContext Html._2d_ in
  context##scale scale scale;
  listen canvas;
  Js.export "state" state;
  report (Html.getElementById "report");
  frame context (now ())
