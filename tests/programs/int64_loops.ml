(* SPDX-License-Identifier: Apache-2.0
   Hash and cipher kernels on int64, int32 and native ints: SHA-256, xorshift, FNV, CRC, SipHash,
   Feistel; wrap-around of each width in loops.
   @versions all
   @gc-stress smaller *)

let rounds = if Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small" then 20 else 20_000

let sha256 message =
  let k = Array.make 64 0 and primes = ref [] and n = ref 2 in
  while List.length !primes < 64 do
    if List.for_all (fun p -> !n mod p <> 0) !primes then primes := !primes @ [!n];
    incr n
  done;
  let frac_bits root p = let r = root (float_of_int p) in int_of_float ((r -. floor r) *. 4294967296.0) in
  List.iteri (fun i p -> k.(i) <- frac_bits Float.cbrt p) !primes;
  let h = Array.of_list (List.filteri (fun i _ -> i < 8) (List.map (frac_bits sqrt) !primes)) in
  let ( +% ) a b = (a + b) land 0xFFFFFFFF in
  let rotr x n = ((x lsr n) lor (x lsl (32 - n))) land 0xFFFFFFFF in
  let length = String.length message in
  let blocks = (length + 8) / 64 + 1 in
  let b = Bytes.make (blocks * 64) '\000' in
  Bytes.blit_string message 0 b 0 length;
  Bytes.set b length '\x80';
  Bytes.set_int64_be b ((blocks * 64) - 8) (Int64.of_int (length * 8));
  for block = 0 to blocks - 1 do
    let w = Array.make 64 0 in
    for t = 0 to 15 do w.(t) <- Int32.to_int (Bytes.get_int32_be b ((block * 64) + (4 * t))) land 0xFFFFFFFF done;
    for t = 16 to 63 do
      let s0 = rotr w.(t - 15) 7 lxor rotr w.(t - 15) 18 lxor (w.(t - 15) lsr 3)
      and s1 = rotr w.(t - 2) 17 lxor rotr w.(t - 2) 19 lxor (w.(t - 2) lsr 10) in
      w.(t) <- w.(t - 16) +% s0 +% w.(t - 7) +% s1
    done;
    let v = Array.copy h in
    for t = 0 to 63 do
      let e = v.(4) and a = v.(0) in
      let t1 = v.(7) +% (rotr e 6 lxor rotr e 11 lxor rotr e 25) +% ((e land v.(5)) lxor (lnot e land v.(6) land 0xFFFFFFFF)) +% k.(t) +% w.(t)
      and t2 = (rotr a 2 lxor rotr a 13 lxor rotr a 22) +% ((a land v.(1)) lxor (a land v.(2)) lxor (v.(1) land v.(2))) in
      Array.blit v 0 v 1 7;
      v.(4) <- v.(4) +% t1;
      v.(0) <- t1 +% t2
    done;
    Array.iteri (fun i x -> h.(i) <- h.(i) +% x) v
  done;
  String.concat "" (Array.to_list (Array.map (Printf.sprintf "%08x") h))

let xorshift64 seed n =
  let s = ref seed in
  for _ = 1 to n do
    s := Int64.logxor !s (Int64.shift_left !s 13);
    s := Int64.logxor !s (Int64.shift_right_logical !s 7);
    s := Int64.logxor !s (Int64.shift_left !s 17)
  done;
  !s

let fnv32 s = String.fold_left (fun h c -> Int32.mul (Int32.logxor h (Int32.of_int (Char.code c))) 0x01000193l) 0x811c9dc5l s
let fnv64 s = String.fold_left (fun h c -> Int64.mul (Int64.logxor h (Int64.of_int (Char.code c))) 0x100000001b3L) 0xcbf29ce484222325L s

let crc32 s =
  let step c = let c = ref c in for _ = 0 to 7 do c := if Int32.logand !c 1l <> 0l then Int32.logxor 0xEDB88320l (Int32.shift_right_logical !c 1) else Int32.shift_right_logical !c 1 done; !c in
  Int32.lognot (String.fold_left (fun c ch -> Int32.logxor (step (Int32.logand (Int32.logxor c (Int32.of_int (Char.code ch))) 0xFFl)) (Int32.shift_right_logical c 8)) (-1l) s)

let siphash k0 k1 words =
  let open Int64 in
  let rotl x n = logor (shift_left x n) (shift_right_logical x (64 - n)) in
  let v = [| logxor k0 0x736f6d6570736575L; logxor k1 0x646f72616e646f6dL; logxor k0 0x6c7967656e657261L; logxor k1 0x7465646279746573L |] in
  let round () =
    v.(0) <- add v.(0) v.(1); v.(1) <- logxor (rotl v.(1) 13) v.(0); v.(0) <- rotl v.(0) 32;
    v.(2) <- add v.(2) v.(3); v.(3) <- logxor (rotl v.(3) 16) v.(2);
    v.(0) <- add v.(0) v.(3); v.(3) <- logxor (rotl v.(3) 21) v.(0);
    v.(2) <- add v.(2) v.(1); v.(1) <- logxor (rotl v.(1) 17) v.(2); v.(2) <- rotl v.(2) 32 in
  List.iter (fun m -> v.(3) <- logxor v.(3) m; round (); round (); v.(0) <- logxor v.(0) m) words;
  v.(2) <- logxor v.(2) 0xffL;
  for _ = 1 to 4 do round () done;
  logxor (logxor v.(0) v.(1)) (logxor v.(2) v.(3))

let collatz limit =
  let best = ref 0 and at = ref 0L in
  for i = 1 to limit do
    let n = ref (Int64.of_int i) and steps = ref 0 in
    while !n <> 1L do n := if Int64.rem !n 2L = 0L then Int64.div !n 2L else Int64.succ (Int64.mul 3L !n); incr steps done;
    if !steps > !best then (best := !steps; at := Int64.of_int i)
  done;
  (!at, !best)

let () =
  List.iter (fun s -> print_endline (sha256 s)) [""; "abc"; String.make 200 'a'];
  Printf.printf "%Lx\n" (xorshift64 88172645463325252L rounds);
  Printf.printf "%lx %Lx %lx\n" (fnv32 "bactrian") (fnv64 "bactrian") (crc32 "123456789");
  Printf.printf "%Lx\n" (siphash 0x0706050403020100L 0x0f0e0d0c0b0a0908L (List.init 50 (fun i -> Int64.mul (Int64.of_int i) 0x9E3779B97F4A7C15L)));
  let at, steps = collatz (min 3000 rounds) in
  Printf.printf "%Ld %d\n" at steps;
  let n = ref 1n in
  for i = 1 to rounds do n := Nativeint.add (Nativeint.mul !n 6364136223846793005n) (Nativeint.of_int i) done;
  Printf.printf "%nx\n" !n;
  let s = ref 0l in
  for i = 1 to rounds do s := Int32.add (Int32.mul !s 1664525l) (Int32.of_int (i * 1013904223)) done;
  Printf.printf "%lx\n" !s
