(* SPDX-License-Identifier: Apache-2.0
   The game of life on bytes: bounds-checked reads and integer arithmetic. *)
let () =
  let w = 128 and h = 128 in
  let grid = ref (Bytes.init (w * h) (fun i -> if (i * 7919) lxor (i lsr 3) land 5 = 1 then '\001' else '\000')) in
  let next = ref (Bytes.create (w * h)) in
  for _ = 1 to 1300 do
    let g = !grid and n = !next in
    for y = 0 to h - 1 do
      let up = (y + h - 1) mod h * w and row = y * w and down = (y + 1) mod h * w in
      for x = 0 to w - 1 do
        let l = (x + w - 1) mod w and r = (x + 1) mod w in
        let at i = Char.code (Bytes.get g i) in
        let count = at (up + l) + at (up + x) + at (up + r) + at (row + l) + at (row + r) + at (down + l) + at (down + x) + at (down + r) in
        Bytes.set n (row + x) (if count = 3 || (count = 2 && at (row + x) = 1) then '\001' else '\000')
      done
    done;
    grid := n;
    next := g
  done;
  let alive = ref 0 in
  Bytes.iter (fun c -> if c = '\001' then incr alive) !grid;
  Printf.printf "%d\n" !alive
