(* SPDX-License-Identifier: Apache-2.0
   A loop that is entered in its middle while its variables hold integers, and later with strings and floats in their
   place: what was guarded then is no longer so. *)
type _ kind = Int : int kind | String : string kind | Float : float kind

let total = ref 0

let work (type a) (kind : a kind) (x : a) turns =
  let last = ref x in
  for i = 1 to turns do
    match kind with
    | Int -> total := !total + x; last := x - i; if !last = min_int then print_endline "no"
    | String -> total := !total + String.length x; last := if i land 1 = 0 then x else "longer"
    | Float -> total := !total + int_of_float (x *. 2.); last := x +. float_of_int i
  done;
  !last

let () =
  for i = 1 to 200 do ignore (work Int i 100) done;
  Printf.printf "%d\n" !total;
  for i = 1 to 200 do ignore (work String (string_of_int i) 100) done;
  Printf.printf "%d\n" !total;
  for i = 1 to 200 do ignore (work Float (float_of_int i) 100) done;
  Printf.printf "%d\n" !total;
  Printf.printf "%d %s %g\n" (work Int 5 100) (work String "five" 101) (work Float 5.5 100)

(* What a reference loses when an integer takes its place, while the collector marks. *)
type 'a cell = { mutable value : 'a option }

let () =
  let cells = Array.init 1000 (fun i -> { value = Some (ref i) }) in
  let sum = ref 0 in
  for round = 1 to 50 do
    Array.iteri
      (fun i cell ->
        let held = cell.value in
        cell.value <- None;
        if i land 63 = 0 then ignore (Sys.opaque_identity (Array.make 300 round));
        (match held with Some r -> sum := !sum + !r | None -> print_endline "lost");
        cell.value <- held)
      cells
  done;
  Printf.printf "%d\n" !sum
