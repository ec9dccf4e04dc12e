(* SPDX-License-Identifier: Apache-2.0
   63-bit integers: wrap-around, division, remainder, shifts, bit counting, the Int module.
   @versions all *)

let show name n = Printf.printf "%s = %d (%x)\n" name n n

let edges = [0; 1; -1; 2; -2; 7; -7; 255; 65536; 0x3FFFFFFF; -0x40000000; 0x7FFFFFFF; 0x80000000;
             0xFFFFFFFF; 1 lsl 52; 1 lsl 61; max_int - 1; max_int; min_int; min_int + 1]

let operators =
  [ "+", ( + ); "-", ( - ); "*", ( * ); "land", ( land ); "lor", ( lor ); "lxor", ( lxor ) ]

let div_table () =
  List.iter (fun a ->
    List.iter (fun b ->
      match a / b, a mod b with
      | q, r ->
        assert (q * b + r = a);
        Printf.printf "%d / %d = %d, mod %d\n" a b q r
      | exception Division_by_zero -> Printf.printf "%d / %d raises\n" a b)
      [0; 1; -1; 2; -3; 10; max_int; min_int]) [0; 7; -7; max_int; min_int]

let shifts () =
  List.iter (fun n ->
    List.iter (fun k ->
      Printf.printf "%d<<%d=%d >>>%d >>%d\n" n k (n lsl k) (n lsr k) (n asr k))
      [0; 1; 5; 31; 32; 61; 62]) [1; -1; 12345; max_int; min_int]

let popcount n =
  let rec go acc n = if n = 0 then acc else go (acc + 1) (n land (n - 1)) in
  go 0 n

let gcd a b =
  let rec go a b = if b = 0 then a else go b (a mod b) in
  abs (go a b)

let power_mod base exponent modulus =
  let rec go acc b e =
    if e = 0 then acc
    else go (if e land 1 = 1 then acc * b mod modulus else acc) (b * b mod modulus) (e lsr 1) in
  go 1 (base mod modulus) exponent

(* A linear congruential generator leans on the exact width of the wrap. *)
let lcg seed n =
  let state = ref seed in
  for _ = 1 to n do
    state := !state * 3935559000370003845 + 2691343689449507681
  done;
  !state

let () =
  List.iteri (fun i n -> show (string_of_int i) n) edges;
  List.iter (fun (name, op) ->
    let fold = List.fold_left (fun acc a ->
      List.fold_left (fun acc b -> (acc * 31) + op a b) acc edges) 7 edges in
    show name fold) operators;
  show "max+1" (max_int + 1);
  show "min-1" (min_int - 1);
  show "max*max" (max_int * max_int);
  show "-min" (- min_int);
  show "abs min" (abs min_int);
  show "lnot" (lnot 0x55);
  div_table ();
  shifts ();
  List.iter (fun n -> Printf.printf "popcount %d = %d\n" n (popcount n)) edges;
  show "gcd" (gcd 123456789012 987654321098);
  show "pow" (power_mod 3 1000003 1000000007);
  show "lcg" (lcg 42 1000);
  Printf.printf "%d %d %d %d\n" (Int.min 3 4) (Int.max 3 4) (Int.compare 3 4) (Int.abs (-5));
  Printf.printf "%b %s %g\n" (Int.equal 3 3) (Int.to_string min_int) (Int.to_float max_int);
  Printf.printf "%d %d %d\n" (Int.of_float 1e18) (truncate (-3.99)) (int_of_float 0x1p61);
  Printf.printf "compare: %d %d %d\n" (compare 1 2) (compare max_int min_int) (compare 5 5);
  Printf.printf "succ/pred: %d %d\n" (succ max_int) (pred min_int);
  Printf.printf "size: %d %d\n" Sys.int_size Sys.word_size
