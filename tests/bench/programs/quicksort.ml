(* SPDX-License-Identifier: Apache-2.0
   Quicksort on an int array: reads, writes and comparisons in loops. *)
let rec sort a lo hi =
  if lo < hi then begin
    let pivot = a.((lo + hi) / 2) and i = ref lo and j = ref hi in
    while !i <= !j do
      while a.(!i) < pivot do incr i done;
      while a.(!j) > pivot do decr j done;
      if !i <= !j then begin
        let t = a.(!i) in
        a.(!i) <- a.(!j); a.(!j) <- t;
        incr i; decr j
      end
    done;
    sort a lo !j;
    sort a !i hi
  end
let () =
  let x = ref 7 and check = ref 0 in
  for round = 1 to 9 do
    let a = Array.init 400_000 (fun _ -> x := (!x * 1103515245 + 12345) land 0x3FFFFFFF; !x) in
    sort a 0 (Array.length a - 1);
    check := !check + a.(round * 1000)
  done;
  Printf.printf "%d\n" !check
