(* SPDX-License-Identifier: Apache-2.0
   What a function returned does not stay alive, in whatever way the function was run, also where the program's time slice
   ended at its beginning. *)
let make i = ref (i, i)

let check fill =
  let alive = ref 0 in
  for round = 1 to 12 do
    let w = Weak.create 30_000 in
    fill w round;
    Gc.full_major ();
    for i = 0 to Weak.length w - 1 do if Weak.check w i then incr alive done
  done;
  !alive

let () =
  let by_loop w _ = for i = 0 to Weak.length w - 1 do Weak.set w i (Some (make i)) done in
  let by_function w n =
    let put i = Weak.set w i (Some (make (i + n))) in
    let rec fill i = if i < Weak.length w then begin put i; fill (i + 1) end in
    fill 0 in
  let deep w _ =
    let rec fill i = if i = Weak.length w then 0 else begin let r = make i in Weak.set w i (Some r); 1 + fill (i + 1) end in
    ignore (fill 0) in
  let result w _ =
    let rec fill i = let r = make i in Weak.set w i (Some r); if i + 1 < Weak.length w then fill (i + 1) else r in
    ignore (fill 0) in
  Printf.printf "%d %d %d %d\n" (check by_loop) (check by_function) (check deep) (check result)
