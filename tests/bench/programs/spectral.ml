(* SPDX-License-Identifier: Apache-2.0
   Spectral norm: float arrays and closures over loops. *)
let a i j = 1.0 /. float_of_int (((i + j) * (i + j + 1) / 2) + i + 1)

let multiply f v out =
  let n = Array.length v in
  for i = 0 to n - 1 do
    let s = ref 0.0 in
    for j = 0 to n - 1 do s := !s +. (f i j *. v.(j)) done;
    out.(i) <- !s
  done

let () =
  let n = 450 in
  let u = Array.make n 1.0 and v = Array.make n 0.0 and t = Array.make n 0.0 in
  let step v out = multiply a v t; multiply (fun i j -> a j i) t out in
  for _ = 1 to 40 do step u v; step v u done;
  let uv = ref 0.0 and vv = ref 0.0 in
  for i = 0 to n - 1 do uv := !uv +. (u.(i) *. v.(i)); vv := !vv +. (v.(i) *. v.(i)) done;
  Printf.printf "%.9f\n" (sqrt (!uv /. !vv))
