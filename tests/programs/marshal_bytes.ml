(* SPDX-License-Identifier: Apache-2.0
   Marshal's bytes, dumped: they must be OCaml's exactly, small and large forms of every item.
   @versions all *)

type t = A | B | C of int | D of string * t | E of float

let dump name v =
  let s = Marshal.to_string v [] in
  Printf.printf "%s (%d):" name (String.length s);
  String.iteri (fun i c -> if i < 120 then Printf.printf "%s%02x" (if i mod 4 = 0 then " " else "") (Char.code c)) s;
  if String.length s > 120 then Printf.printf " … md5 %s" (Digest.to_hex (Digest.string s));
  print_newline ()

let ints = [0; 1; 63; 64; 127; 128; -1; -128; -129; 32767; 32768; -32768; -32769; 0x3FFFFFFF; 0x40000000; 0x7FFFFFFF; 0x80000000;
            -0x40000000; -0x80000000; -0x80000001; max_int; min_int]

let () =
  List.iter (fun n -> dump (string_of_int n) n) ints;
  dump "empty" "";
  dump "short" "hello";
  dump "31" (String.make 31 'a');
  dump "32" (String.make 32 'b');
  dump "255" (String.make 255 'c');
  dump "256" (String.make 256 'd');
  dump "bytes" (Bytes.of_string "bytes");
  List.iter (fun x -> dump (Printf.sprintf "%h" x) x) [0.0; 1.5; nan; infinity; -0.0];
  dump "float array" [|1.0; 2.0; 3.0|];
  dump "float array 255" (Array.make 255 0.5);
  dump "float array 256" (Array.make 256 0.5);
  dump "float record" Complex.one;
  dump "list" [1; 2; 3];
  dump "tuple" (1, "two", 3.0, '4');
  dump "variants" [A; B; C 1; D ("x", A); E 2.0];
  dump "polymorphic" [`A; `B 1; `Long_name (2, 3)];
  dump "tuple of 8" (1, 2, 3, 4, 5, 6, 7, 8);
  dump "array 40" (Array.init 40 Fun.id);
  dump "array 300" (Array.init 300 (fun i -> i * 1000));
  dump "empty array" [||];
  dump "int32" [5l; -5l];
  dump "int64" [5L; Int64.min_int];
  dump "nativeint" [5n; -5n; 0x7FFFFFFFn; 0x80000000n; Nativeint.min_int];
  let s = "shared" in
  dump "sharing" (s, s, [s; s]);
  let rec cycle = 1 :: 2 :: cycle in
  dump "cycle" cycle;
  let far = Array.init 300 (fun i -> ref i) in
  dump "far sharing" (far, far.(0), far.(299));
  let further = Array.init 70000 (fun i -> if i < 3 then [i] else []) in
  dump "further sharing" (further.(0), Array.map (fun l -> l = []) further, further.(0));
  dump "no sharing" 0;
  let v = (s, s) in
  let t = Marshal.to_string v [Marshal.No_sharing] in
  Printf.printf "no sharing: %d %s\n" (String.length t) (Digest.to_hex (Digest.string t));
  dump "options" [None; Some (Some None); Some (Some (Some ()))];
  dump "tag 244" (let o = Obj.repr (ref 0) in Obj.with_tag 200 o);
  dump "refs" (ref 1, ref (ref 2));
  dump "unit" ();
  dump "constants" (true, false, 'z', []);
  dump "string list" (List.init 30 string_of_int);
  let b = Bytes.create 200 in
  let n = Marshal.to_buffer b 10 150 [1; 2; 3] [] in
  Printf.printf "to_buffer %d %s\n" n (Digest.to_hex (Digest.subbytes b 10 n));
  (match Marshal.to_buffer b 190 10 (List.init 100 Fun.id) [] with
   | _ -> print_endline "unexpected" | exception Failure reason -> print_endline reason);
  Printf.printf "header %d data %d total %d\n" Marshal.header_size (Marshal.data_size b 10) (Marshal.total_size b 10)
