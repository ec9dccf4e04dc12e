(* Functions of more than ten parameters: the rest goes through memory.
   @gc-stress smaller *)
let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" <> None
let rounds = if small then 20 else 3000
let sum10 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10
let sum11 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11
let sum12 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12
let sum13 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13
let sum20 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20
let sum40 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28 + 29 * a29 + 30 * a30 + 31 * a31 + 32 * a32 + 33 * a33 + 34 * a34 + 35 * a35 + 36 * a36 + 37 * a37 + 38 * a38 + 39 * a39 + 40 * a40
let sum64 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42 a43 a44 a45 a46 a47 a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59 a60 a61 a62 a63 a64 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28 + 29 * a29 + 30 * a30 + 31 * a31 + 32 * a32 + 33 * a33 + 34 * a34 + 35 * a35 + 36 * a36 + 37 * a37 + 38 * a38 + 39 * a39 + 40 * a40 + 41 * a41 + 42 * a42 + 43 * a43 + 44 * a44 + 45 * a45 + 46 * a46 + 47 * a47 + 48 * a48 + 49 * a49 + 50 * a50 + 51 * a51 + 52 * a52 + 53 * a53 + 54 * a54 + 55 * a55 + 56 * a56 + 57 * a57 + 58 * a58 + 59 * a59 + 60 * a60 + 61 * a61 + 62 * a62 + 63 * a63 + 64 * a64
let sum65 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42 a43 a44 a45 a46 a47 a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59 a60 a61 a62 a63 a64 a65 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28 + 29 * a29 + 30 * a30 + 31 * a31 + 32 * a32 + 33 * a33 + 34 * a34 + 35 * a35 + 36 * a36 + 37 * a37 + 38 * a38 + 39 * a39 + 40 * a40 + 41 * a41 + 42 * a42 + 43 * a43 + 44 * a44 + 45 * a45 + 46 * a46 + 47 * a47 + 48 * a48 + 49 * a49 + 50 * a50 + 51 * a51 + 52 * a52 + 53 * a53 + 54 * a54 + 55 * a55 + 56 * a56 + 57 * a57 + 58 * a58 + 59 * a59 + 60 * a60 + 61 * a61 + 62 * a62 + 63 * a63 + 64 * a64 + 65 * a65
let sum70 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42 a43 a44 a45 a46 a47 a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59 a60 a61 a62 a63 a64 a65 a66 a67 a68 a69 a70 = 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28 + 29 * a29 + 30 * a30 + 31 * a31 + 32 * a32 + 33 * a33 + 34 * a34 + 35 * a35 + 36 * a36 + 37 * a37 + 38 * a38 + 39 * a39 + 40 * a40 + 41 * a41 + 42 * a42 + 43 * a43 + 44 * a44 + 45 * a45 + 46 * a46 + 47 * a47 + 48 * a48 + 49 * a49 + 50 * a50 + 51 * a51 + 52 * a52 + 53 * a53 + 54 * a54 + 55 * a55 + 56 * a56 + 57 * a57 + 58 * a58 + 59 * a59 + 60 * a60 + 61 * a61 + 62 * a62 + 63 * a63 + 64 * a64 + 65 * a65 + 66 * a66 + 67 * a67 + 68 * a68 + 69 * a69 + 70 * a70
let () =
  let t = ref 0 in
  for i = 1 to rounds do
    t := !t + sum10 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9);
    t := !t + sum11 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10);
    t := !t + sum12 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11);
    t := !t + sum13 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) (i + 12);
    t := !t + sum20 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) (i + 12) (i + 13) (i + 14) (i + 15) (i + 16) (i + 17) (i + 18) (i + 19);
    t := !t + sum40 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) (i + 12) (i + 13) (i + 14) (i + 15) (i + 16) (i + 17) (i + 18) (i + 19) (i + 20) (i + 21) (i + 22) (i + 23) (i + 24) (i + 25) (i + 26) (i + 27) (i + 28) (i + 29) (i + 30) (i + 31) (i + 32) (i + 33) (i + 34) (i + 35) (i + 36) (i + 37) (i + 38) (i + 39);
    t := !t + sum64 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) (i + 12) (i + 13) (i + 14) (i + 15) (i + 16) (i + 17) (i + 18) (i + 19) (i + 20) (i + 21) (i + 22) (i + 23) (i + 24) (i + 25) (i + 26) (i + 27) (i + 28) (i + 29) (i + 30) (i + 31) (i + 32) (i + 33) (i + 34) (i + 35) (i + 36) (i + 37) (i + 38) (i + 39) (i + 40) (i + 41) (i + 42) (i + 43) (i + 44) (i + 45) (i + 46) (i + 47) (i + 48) (i + 49) (i + 50) (i + 51) (i + 52) (i + 53) (i + 54) (i + 55) (i + 56) (i + 57) (i + 58) (i + 59) (i + 60) (i + 61) (i + 62) (i + 63);
    t := !t + sum65 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) (i + 12) (i + 13) (i + 14) (i + 15) (i + 16) (i + 17) (i + 18) (i + 19) (i + 20) (i + 21) (i + 22) (i + 23) (i + 24) (i + 25) (i + 26) (i + 27) (i + 28) (i + 29) (i + 30) (i + 31) (i + 32) (i + 33) (i + 34) (i + 35) (i + 36) (i + 37) (i + 38) (i + 39) (i + 40) (i + 41) (i + 42) (i + 43) (i + 44) (i + 45) (i + 46) (i + 47) (i + 48) (i + 49) (i + 50) (i + 51) (i + 52) (i + 53) (i + 54) (i + 55) (i + 56) (i + 57) (i + 58) (i + 59) (i + 60) (i + 61) (i + 62) (i + 63) (i + 64);
    t := !t + sum70 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) (i + 12) (i + 13) (i + 14) (i + 15) (i + 16) (i + 17) (i + 18) (i + 19) (i + 20) (i + 21) (i + 22) (i + 23) (i + 24) (i + 25) (i + 26) (i + 27) (i + 28) (i + 29) (i + 30) (i + 31) (i + 32) (i + 33) (i + 34) (i + 35) (i + 36) (i + 37) (i + 38) (i + 39) (i + 40) (i + 41) (i + 42) (i + 43) (i + 44) (i + 45) (i + 46) (i + 47) (i + 48) (i + 49) (i + 50) (i + 51) (i + 52) (i + 53) (i + 54) (i + 55) (i + 56) (i + 57) (i + 58) (i + 59) (i + 60) (i + 61) (i + 62) (i + 63) (i + 64) (i + 65) (i + 66) (i + 67) (i + 68) (i + 69);
  done;
  Printf.printf "direct %d\n" !t

(* Self and mutual tail calls, with other numbers of arguments. *)
let rec loop a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 n = if n = 0 then a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11 + a12 else loop a12 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 (n - 1)
let rec even a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 n = if n = 0 then a1 - a11 else odd n a11 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 [n] (n - 1)
and odd m a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 l n = if n = 0 then a2 + m + List.length l else even a11 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 (n - 1)
let () = Printf.printf "tail %d %d %d\n" (loop (1 + 0) (1 + 1) (1 + 2) (1 + 3) (1 + 4) (1 + 5) (1 + 6) (1 + 7) (1 + 8) (1 + 9) (1 + 10) (1 + 11) (rounds * 10)) (even (2 + 0) (2 + 1) (2 + 2) (2 + 3) (2 + 4) (2 + 5) (2 + 6) (2 + 7) (2 + 8) (2 + 9) (2 + 10) (rounds * 10)) (even (3 + 0) (3 + 1) (3 + 2) (3 + 3) (3 + 4) (3 + 5) (3 + 6) (3 + 7) (3 + 8) (3 + 9) (3 + 10) (rounds * 10 + 1))

(* Not in tail position: deep. *)
let rec deep a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 n = if n = 0 then a11 else 1 + (deep a11 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 (n - 1)) - (a3 land 1)
let () = Printf.printf "deep %d\n" (deep (5 + 0) (5 + 1) (5 + 2) (5 + 3) (5 + 4) (5 + 5) (5 + 6) (5 + 7) (5 + 8) (5 + 9) (5 + 10) (if small then 2000 else 200_000))

(* Values of all kinds, alive across allocation. *)
let mixed a b c d e f g h i j (k : float) l m (n : int list) o = let r = List.rev_append n [a] in
  (Printf.sprintf "%d%s%c%.1f%s" (a + o) b c (k +. d) l, (e, f, g, h, i, j), m, r)
let () =
  let last = ref "" in
  for z = 1 to rounds do
    let s, (e, f, _, _, _, j), m, r = mixed z "b" 'c' (float z) [z] (Some z) z z z (string_of_int z) 0.5 "l" [|z|] [z; z + 1] 1 in
    last := Printf.sprintf "%s %d %d %s %d %d" s (List.hd e) (Option.get f) j m.(0) (List.length r)
  done;
  print_endline !last

(* Unknown functions; too few and too many arguments. *)
let table = [| sum12; (fun a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 -> a12); (fun a b -> let c = a - b in fun a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 -> c * a10); (fun a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 -> let s = a1 + a11 in fun x -> s + x) |]
let () =
  let t = ref 0 in
  for i = 1 to rounds do t := !t + table.(i land 3) (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) done;
  Printf.printf "unknown %d\n" !t
let partial k = [| sum12 k k; sum12 (k + 1) 2; sum13 k k k |]
let () =
  let t = ref 0 in
  for i = 1 to rounds do
    let f = (partial i).(i mod 3) in
    t := !t + f (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9);
    let g = sum20 (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) in
    t := !t + g (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11);
    let h = sum13 i in
    t := !t + h (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11)
  done;
  Printf.printf "partial %d\n" !t
let returns a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 = if a12 land 1 = 0 then (fun x y -> x + y + a1) else (fun x -> let z = x * a11 in fun y -> z - y)
let () =
  let t = ref 0 in
  for i = 1 to rounds do t := !t + returns (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) (i + 11) (i + 12) (i + 13) done;
  Printf.printf "over %d\n" !t

(* Exceptions and effects through such frames. *)
exception Stop of int
let rec thrower a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 n = if n = 0 then raise (Stop (a1 + a12)) else 1 + thrower a12 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 (n - 1)
let rec catcher a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 n = if n = 0 then (try thrower a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 7 20 with Stop s -> s) else (try 1 + catcher a11 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 (n - 1) with Stop s -> a5 - s)
let () =
  let t = ref 0 in
  for i = 1 to rounds / 10 do t := !t + catcher (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) 9 done;
  Printf.printf "exceptions %d\n" !t
type _ Effect.t += Ask : int -> int Effect.t
let rec asker a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 n = if n = 0 then Effect.perform (Ask a1) + a11 else let r = asker a11 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 (n - 1) in r + a2
let () =
  let t = ref 0 in
  for i = 1 to rounds / 10 do
    t := !t + (match asker (i + 0) (i + 1) (i + 2) (i + 3) (i + 4) (i + 5) (i + 6) (i + 7) (i + 8) (i + 9) (i + 10) 6 with v -> v | effect (Ask x), k -> Effect.Deep.continue k (x * 3))
  done;
  Printf.printf "effects %d\n" !t
