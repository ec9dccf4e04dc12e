(* SPDX-License-Identifier: Apache-2.0
   Primitives that see what frames hold and what is allocated: what a variable holds lives as long
   as its scope, and a number is boxed where it is computed.
   @gc-stress skip: counts words *)

let lifetime () =
  let collected = ref false in
  let go () =
    let r = ref 42 in
    Gc.finalise (fun _ -> collected := true) r;
    let before = !collected in
    Gc.full_major ();
    let after = !collected in
    ignore (Sys.opaque_identity r);
    (before, after) in
  let before, after = go () in
  Gc.full_major ();
  Printf.printf "collected: %b %b %b\n" before after !collected

let weak () =
  let strings = Array.init 20 (fun _ -> String.make 20 's') in
  let w = Weak.create 20 in
  for i = 0 to 19 do Weak.set w i (Some strings.(i)) done;
  for i = 0 to 19 do if i mod 2 = 0 then strings.(i) <- "" done;
  Gc.full_major ();
  for i = 0 to 19 do print_char (if Weak.check w i then 'x' else '.') done;
  print_newline ()

let words s f =
  let x = Sys.opaque_identity (s +. 1.) in
  let w1 = Gc.minor_words () in
  let w2 = Gc.minor_words () in
  f x;
  let w3 = Gc.minor_words () in
  Printf.printf "words for a call: %.0f\n" ((w3 -. w2) -. (w2 -. w1))

let words_of_differences () =
  let before = Gc.minor_words () in
  let per_call = int_of_float (Gc.minor_words () -. before) in
  let start = Gc.minor_words () in
  for i = 1 to 1000 do ignore (Sys.opaque_identity (ref i)) done;
  Printf.printf "words for refs: %d\n" (int_of_float (Gc.minor_words () -. start) - per_call)

let () =
  lifetime ();
  weak ();
  words 50. ignore;
  words_of_differences ()
