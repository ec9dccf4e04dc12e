(* SPDX-License-Identifier: Apache-2.0
   Queens by lists: pattern matching and short-lived cells. *)
let rec safe q d = function [] -> true | x :: rest -> x <> q && x <> q + d && x <> q - d && safe q (d + 1) rest
let rec place n k board = if k = 0 then 1 else attempt n k board 1 0
and attempt n k board q acc =
  if q > n then acc else attempt n k board (q + 1) (if safe q 1 board then acc + place n (k - 1) (q :: board) else acc)
let () = Printf.printf "%d\n" (place 13 13 [])
