(* Floats: IEEE doubles, each in a box of its own, as OCaml has it. *)

let width = 66
let height = 28
let limit = 400

let escape cx cy =
  let rec loop x y n =
    let x2 = x *. x and y2 = y *. y in
    if n = limit || x2 +. y2 > 16. then (n, x2 +. y2)
    else loop (x2 -. y2 +. cx) ((2. *. x *. y) +. cy) (n + 1)
  in
  loop 0. 0. 0

let colour (n, r) =
  if n = limit then (16, 14, 22)
  else
    let smooth = float n +. 1. -. log (log (sqrt r) /. log 2.) in
    let t = Float.min 1. (sqrt (Float.max 0. smooth /. 70.)) in
    let u = 1. -. t in
    let byte x = int_of_float (255. *. Float.min 1. x) in
    ( byte ((9. *. u *. t *. t *. t) +. (0.4 *. t *. t)),
      byte (15. *. u *. u *. t *. t),
      byte (8.5 *. u *. u *. u *. t) )

let pixel x y =
  colour
    (escape
       ((float x /. float width *. 3.1) -. 2.2)
       ((float y /. float (2 * height) *. 2.5) -. 1.25))

let () =
  (* Two pixels a character: the foreground above the background. *)
  for y = 0 to height - 1 do
    for x = 0 to width - 1 do
      let r, g, b = pixel x (2 * y) in
      let r', g', b' = pixel x ((2 * y) + 1) in
      Printf.printf "\027[38;2;%d;%d;%d;48;2;%d;%d;%dm\xe2\x96\x80"
        r g b r' g' b'
    done;
    print_endline "\027[0m"
  done
