(* SPDX-License-Identifier: Apache-2.0
   A sieve, Collatz lengths and bit tricks: plain integer loops, boxed int64 in one of them. *)
let () =
  let n = 16_000_000 in
  let composite = Bytes.make (n + 1) '\000' in
  let count = ref 0 in
  for i = 2 to n do
    if Bytes.unsafe_get composite i = '\000' then begin
      incr count;
      let j = ref (i * i) in
      while !j <= n do Bytes.unsafe_set composite !j '\001'; j := !j + i done
    end
  done;
  let best = ref 0 in
  for i = 1 to 500_000 do
    let n = ref i and steps = ref 0 in
    while !n <> 1 do n := (if !n land 1 = 0 then !n lsr 1 else (3 * !n) + 1); incr steps done;
    if !steps > !best then best := !steps
  done;
  let s = ref 88172645463325252L in
  for _ = 1 to 4_000_000 do
    s := Int64.logxor !s (Int64.shift_left !s 13);
    s := Int64.logxor !s (Int64.shift_right_logical !s 7);
    s := Int64.logxor !s (Int64.shift_left !s 17)
  done;
  Printf.printf "%d %d %Lx\n" !count !best !s
