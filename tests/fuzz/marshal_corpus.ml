(* SPDX-License-Identifier: Apache-2.0
   Writes the seeds of marshal_fuzz: `ocaml marshal_corpus.ml corpus/marshal`. Each is a byte of
   mode (marshal_fuzz.cpp) and a message: one for each code of the format, and some mixtures. *)

let directory = Sys.argv.(1)
let count = ref 0

let save name message =
  let mode = Char.chr (!count land 15) in
  incr count;
  Out_channel.with_open_bin (Filename.concat directory name) (fun oc ->
      output_char oc mode;
      output_string oc message)

let seed ?(flags = []) name v = save name (Marshal.to_string v flags)

type node = { mutable next : node option; label : string }


let () =
  seed "int_small" 5;
  seed "ints" [ 0; 63; 64; -1; 127; 128; -129; 32767; 32768; 1 lsl 29; 1 lsl 30; max_int; min_int ];
  seed "strings" [ ""; "a"; String.make 31 'b'; String.make 32 'c'; String.make 256 'd' ];
  seed "floats" [ 1.5; nan; -0.0; infinity ];
  seed "float_array" [| 1.0; 2.0; 3.0 |];
  seed "float_array_long" (Array.make 300 0.5);
  seed "array" (Array.init 40 (fun i -> i));
  seed "variants" [ `A; `B 3; `C "x" ];
  let s = "shared" in
  seed "shared" (s, s, [ s; s ]);
  seed ~flags:[ Marshal.No_sharing ] "no_sharing" (s, s, [ s; s ]);
  let rec n = { next = Some n; label = "loop" } in
  seed "cycle" n;
  seed "shared_far" (let l = List.init 300 string_of_int in (l, List.hd l, l));
  seed "boxed" (1l, 2L, 3n, [ Int32.min_int ], [ Int64.max_int ], [ Nativeint.min_int ]);
  seed "exception" (Failure "x", Not_found, Exit);
  seed "lazy" (Lazy.from_val 3, Lazy.from_val 1.5);
  let open Bigarray in
  seed "bigarray" (Array1.of_array int c_layout [| 1; 2; 3 |]);
  seed "bigarray_wide" (Array1.of_array int c_layout [| max_int |]);
  seed "bigarrays"
    ( Array1.of_array float64 fortran_layout [| 1.; 2. |],
      Array1.of_array float32 c_layout [| 1.; 2. |],
      Array2.of_array complex64 c_layout [| [| Complex.i; Complex.one |] |],
      Array1.of_array char c_layout [| 'a'; 'b'; 'c' |],
      Array1.of_array int16_signed c_layout [| 1; -2 |],
      Array1.of_array nativeint c_layout [| 1n |],
      Genarray.create int32 c_layout [||] );
  seed "map"
    (let module M = Map.Make (Int) in
     List.fold_left (fun m i -> M.add i (string_of_int i) m) M.empty [ 1; 2; 3; 4; 5 ])

(* Messages that this program cannot write by itself. *)
let be n width = String.init width (fun i -> Char.chr ((n lsr (8 * (width - 1 - i))) land 255))

let message ?(objects = 0) ?(words = 0) data =
  be 0x8495A6BE 4 ^ be (String.length data) 4 ^ be objects 4 ^ be words 4 ^ be words 4 ^ data

let big ?(objects = 0) ?(words = 0) data =
  be 0x8495A6BF 4 ^ be 0 4 ^ be (String.length data) 8 ^ be objects 8 ^ be words 8 ^ data

let () =
  save "big_header" (big ~objects:1 ~words:3 "\xa0\x41\x42");
  save "compressed" "\x84\x95\xa6\xbd\x0a\x01\x01\x00\x00\x00\x40";
  save "codes_wide"
    (message ~objects:6 ~words:20
       ("\xf0" ^ "\x13" ^ be 0x800 8 ^ "\x41\x42" ^ "\x15" ^ be 2 8 ^ "ab" ^ "\x14" ^ be 1 8 ^ "\x06" ^ be 2 4
      ^ "\x0b" ^ be 0x3FF0000000000000 8 ^ "\x0d\x01" ^ be 0x3FF0000000000000 8 ^ "\x17" ^ be 1 8
      ^ String.make 8 '\000'));
  save "custom_len" (message ~objects:1 ~words:3 ("\x18_i\000" ^ be 4 4 ^ be 4 8 ^ be 77 4));
  save "custom_unknown" (message ~objects:1 ~words:3 "\x18_nobody\000");
  save "custom_old" (message ~objects:1 ~words:3 "\x12_i\000");
  save "object" (message ~objects:2 ~words:6 ("\x08" ^ be ((3 lsl 10) lor 248) 4 ^ "\x80\x45\x21x"))

(* Closures over the code of marshal_fuzz.cpp. *)
let code =
  let word n = let b = Bytes.create 4 in Bytes.set_int32_le b 0 (Int32.of_int n); Bytes.to_string b in
  String.concat "" (List.map word [ 43; 0; 7; 44; 2; 0; 3; 5; 143; 40; 1; 40; 1 ])

let pointer offset = "\x10" ^ be offset 4 ^ Digest.string code
let int n = if n >= 0 && n < 64 then String.make 1 (Char.chr (0x40 + n)) else "\x03" ^ be n 8
let closure_header wosize = "\x08" ^ be ((wosize lsl 10) lor 247) 4
let infix offset = int (((offset lsl 10) lor 249) lsr 1)

let () =
  save "closure" (message ~objects:1 ~words:4 (closure_header 3 ^ pointer 36 ^ int 2 ^ int 7));
  let group = closure_header 6 ^ pointer 36 ^ int 5 ^ infix 3 ^ pointer 44 ^ int 2 in
  save "closures" (message ~objects:1 ~words:7 (group ^ int 9));
  save "infix" (message ~objects:2 ~words:10 ("\xa0\x11" ^ be 24 4 ^ group ^ "\x04\x01\x04\x01"));
  save "infix_shared" (message ~objects:2 ~words:10 ("\xa0" ^ group ^ int 3 ^ "\x11" ^ be 24 4 ^ "\x04\x01"));
  save "code_outside" (message (pointer 36))
