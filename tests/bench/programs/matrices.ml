(* SPDX-License-Identifier: Apache-2.0
   Matrix multiplication: arrays of float arrays. *)
let () =
  let n = 170 in
  let a = Array.init n (fun i -> Array.init n (fun j -> float_of_int (i + j) /. 10.0)) in
  let b = Array.init n (fun i -> Array.init n (fun j -> float_of_int (i - j) /. 7.0)) in
  let c = Array.make_matrix n n 0.0 in
  for _ = 1 to 16 do
    for i = 0 to n - 1 do
      let row = a.(i) and out = c.(i) in
      for j = 0 to n - 1 do
        let s = ref 0.0 in
        for k = 0 to n - 1 do s := !s +. (row.(k) *. b.(k).(j)) done;
        out.(j) <- !s
      done
    done
  done;
  Printf.printf "%.6f\n" (c.(3).(4) +. c.(100).(150))
