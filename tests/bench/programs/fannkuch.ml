(* SPDX-License-Identifier: Apache-2.0
   Fannkuch: permutations in int arrays, inner loops that swap. *)
let fannkuch n =
  let p = Array.init n Fun.id and q = Array.make n 0 and count = Array.make (n + 1) 0 in
  let max_flips = ref 0 and checksum = ref 0 and r = ref n and running = ref true and sign = ref 1 in
  while !running do
    while !r > 1 do count.(!r - 1) <- !r; decr r done;
    if p.(0) <> 0 then begin
      Array.blit p 0 q 0 n;
      let flips = ref 0 in
      let k = ref q.(0) in
      while !k <> 0 do
        let lo = ref 0 and hi = ref !k in
        while !lo < !hi do
          let t = q.(!lo) in
          q.(!lo) <- q.(!hi); q.(!hi) <- t;
          incr lo; decr hi
        done;
        incr flips;
        k := q.(0)
      done;
      if !flips > !max_flips then max_flips := !flips;
      checksum := !checksum + (!sign * !flips)
    end;
    let going = ref true in
    while !going do
      if !r = n then (running := false; going := false)
      else begin
        let first = p.(0) in
        for i = 0 to !r - 1 do p.(i) <- p.(i + 1) done;
        p.(!r) <- first;
        count.(!r) <- count.(!r) - 1;
        if count.(!r) > 0 then going := false else incr r
      end
    done;
    sign := - !sign
  done;
  (!checksum, !max_flips)

let () = let c, m = fannkuch 10 in Printf.printf "%d %d\n" c m
