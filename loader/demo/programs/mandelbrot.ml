(* Floats: every number is an IEEE double in its own box, as OCaml's runtime has it. *)

let width = 78
let height = 34
let limit = 400

let escape cx cy =
  let rec loop x y n =
    let x2 = x *. x and y2 = y *. y in
    if n = limit || x2 +. y2 > 16. then (n, x2 +. y2) else loop (x2 -. y2 +. cx) ((2. *. x *. y) +. cy) (n + 1)
  in
  loop 0. 0. 0

let colour (n, r) =
  if n = limit then (16, 14, 22)
  else
    let t = sqrt ((float n +. 1. -. log (log (sqrt r) /. log 2.)) /. 40.) in
    let wave phase = int_of_float (127.5 +. (127.5 *. cos (6.28318 *. ((0.9 *. t) +. phase)))) in
    (wave 0.55, wave 0.68, wave 0.92)

let pixel x y =
  colour (escape ((float x /. float width *. 3.1) -. 2.2) ((float y /. float (2 * height) *. 2.5) -. 1.25))

let () =
  (* Two pixels a character: the upper half is the foreground, the lower the background. *)
  for y = 0 to height - 1 do
    for x = 0 to width - 1 do
      let r, g, b = pixel x (2 * y) and r', g', b' = pixel x ((2 * y) + 1) in
      Printf.printf "\027[38;2;%d;%d;%d;48;2;%d;%d;%dm\xe2\x96\x80" r g b r' g' b'
    done;
    print_endline "\027[0m"
  done
