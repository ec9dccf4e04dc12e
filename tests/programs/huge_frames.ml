(* SPDX-License-Identifier: Apache-2.0
   Deep recursion of functions whose native frames are huge once they are translated: many values
   wait on the wasm stack, or live across the call.
   @gc-stress smaller *)

type r = { a : int; b : int; c : int; d : int }

let rec nested n r = if n = 0 then 0 else
  let s =
  (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c -
  (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b -
  (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a -
  (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d -
  (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c -
  (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b -
  (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a -
  (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d -
  (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c -
  (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b -
  (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a -
  (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d -
  (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c -
  (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b -
  (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a -
  (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d -
  (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - (r.c - (r.d - (r.a - (r.b - n)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))) in
  s + nested (n - 1) r

let rec many n a = if n = 0 then 0 else
  let x0 = a.(0) + n in let x1 = a.(1) + n in let x2 = a.(2) + n in let x3 = a.(3) + n in
  let x4 = a.(4) + n in let x5 = a.(5) + n in let x6 = a.(6) + n in let x7 = a.(7) + n in
  let x8 = a.(8) + n in let x9 = a.(9) + n in let x10 = a.(10) + n in let x11 = a.(11) + n in
  let x12 = a.(12) + n in let x13 = a.(13) + n in let x14 = a.(14) + n in let x15 = a.(15) + n in
  let x16 = a.(16) + n in let x17 = a.(17) + n in let x18 = a.(18) + n in let x19 = a.(19) + n in
  let x20 = a.(20) + n in let x21 = a.(21) + n in let x22 = a.(22) + n in let x23 = a.(23) + n in
  let x24 = a.(24) + n in let x25 = a.(25) + n in let x26 = a.(26) + n in let x27 = a.(27) + n in
  let x28 = a.(28) + n in let x29 = a.(29) + n in let x30 = a.(30) + n in let x31 = a.(31) + n in
  let x32 = a.(32) + n in let x33 = a.(33) + n in let x34 = a.(34) + n in let x35 = a.(35) + n in
  let x36 = a.(36) + n in let x37 = a.(37) + n in let x38 = a.(38) + n in let x39 = a.(39) + n in
  let x40 = a.(40) + n in let x41 = a.(41) + n in let x42 = a.(42) + n in let x43 = a.(43) + n in
  let x44 = a.(44) + n in let x45 = a.(45) + n in let x46 = a.(46) + n in let x47 = a.(47) + n in
  let x48 = a.(48) + n in let x49 = a.(49) + n in let x50 = a.(50) + n in let x51 = a.(51) + n in
  let x52 = a.(52) + n in let x53 = a.(53) + n in let x54 = a.(54) + n in let x55 = a.(55) + n in
  let x56 = a.(56) + n in let x57 = a.(57) + n in let x58 = a.(58) + n in let x59 = a.(59) + n in
  let x60 = a.(60) + n in let x61 = a.(61) + n in let x62 = a.(62) + n in let x63 = a.(63) + n in
  let x64 = a.(64) + n in let x65 = a.(65) + n in let x66 = a.(66) + n in let x67 = a.(67) + n in
  let x68 = a.(68) + n in let x69 = a.(69) + n in let x70 = a.(70) + n in let x71 = a.(71) + n in
  let x72 = a.(72) + n in let x73 = a.(73) + n in let x74 = a.(74) + n in let x75 = a.(75) + n in
  let x76 = a.(76) + n in let x77 = a.(77) + n in let x78 = a.(78) + n in let x79 = a.(79) + n in
  let x80 = a.(80) + n in let x81 = a.(81) + n in let x82 = a.(82) + n in let x83 = a.(83) + n in
  let x84 = a.(84) + n in let x85 = a.(85) + n in let x86 = a.(86) + n in let x87 = a.(87) + n in
  let x88 = a.(88) + n in let x89 = a.(89) + n in let x90 = a.(90) + n in let x91 = a.(91) + n in
  let x92 = a.(92) + n in let x93 = a.(93) + n in let x94 = a.(94) + n in let x95 = a.(95) + n in
  let x96 = a.(96) + n in let x97 = a.(97) + n in let x98 = a.(98) + n in let x99 = a.(99) + n in
  let rest = many (n - 1) a in rest + x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11 + x12 + x13
    + x14 + x15 + x16 + x17 + x18 + x19 + x20 + x21 + x22 + x23 + x24 + x25 + x26 + x27 + x28 + x29 + x30
    + x31 + x32 + x33 + x34 + x35 + x36 + x37 + x38 + x39 + x40 + x41 + x42 + x43 + x44 + x45 + x46 + x47
    + x48 + x49 + x50 + x51 + x52 + x53 + x54 + x55 + x56 + x57 + x58 + x59 + x60 + x61 + x62 + x63 + x64
    + x65 + x66 + x67 + x68 + x69 + x70 + x71 + x72 + x73 + x74 + x75 + x76 + x77 + x78 + x79 + x80 + x81
    + x82 + x83 + x84 + x85 + x86 + x87 + x88 + x89 + x90 + x91 + x92 + x93 + x94 + x95 + x96 + x97 + x98
    + x99

let deep = if Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small" then 1_000 else 100_000

let () =
  Printf.printf "%d\n" (nested deep { a = 1; b = 2; c = 3; d = 4 });
  Printf.printf "%d\n" (many deep (Array.init 100 Fun.id))
