(* SPDX-License-Identifier: Apache-2.0
   Random: the exact sequences of OCaml 5's generator for given seeds, ranges of every kind, split
   states and their text form. *)

let line name values = Printf.printf "%s: %s\n" name (String.concat " " values)
let times n f = List.init n (fun _ -> f ())

let sequence state =
  let open Random.State in
  line "bits" (times 8 (fun () -> string_of_int (bits state)));
  line "int 6" (times 20 (fun () -> string_of_int (int state 6)));
  line "int 2^30-1" (times 5 (fun () -> string_of_int (int state 0x3FFFFFFF)));
  line "full_int" (times 5 (fun () -> string_of_int (full_int state max_int)));
  line "int_in_range" (times 8 (fun () -> string_of_int (int_in_range state ~min:(-10) ~max:10)));
  line "int_in_range all" (times 3 (fun () -> string_of_int (int_in_range state ~min:min_int ~max:max_int)));
  line "int32" (times 5 (fun () -> Int32.to_string (int32 state Int32.max_int)));
  line "int32_in_range" (times 5 (fun () -> Int32.to_string (int32_in_range state ~min:Int32.min_int ~max:Int32.max_int)));
  line "int64" (times 5 (fun () -> Int64.to_string (int64 state Int64.max_int)));
  line "int64_in_range" (times 5 (fun () -> Int64.to_string (int64_in_range state ~min:(-5L) ~max:5L)));
  line "nativeint" (times 5 (fun () -> Nativeint.to_string (nativeint state 1000n)));
  line "float" (times 6 (fun () -> Printf.sprintf "%h" (float state 1.0)));
  line "bool" (times 16 (fun () -> string_of_bool (bool state)));
  line "bits32" (times 4 (fun () -> Printf.sprintf "%lx" (bits32 state)));
  line "bits64" (times 4 (fun () -> Printf.sprintf "%Lx" (bits64 state)));
  line "nativebits" (times 4 (fun () -> Printf.sprintf "%nx" (nativebits state)))

let refused f = match f () with (_ : int) -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r

let shuffle state a =
  for i = Array.length a - 1 downto 1 do
    let j = Random.State.int state (i + 1) in
    let t = a.(i) in a.(i) <- a.(j); a.(j) <- t
  done

let () =
  Printf.printf "default: %d %d\n" (Random.bits ()) (Random.int 100);
  Random.init 42;
  Printf.printf "init 42: %d %d %h\n" (Random.bits ()) (Random.int 1000) (Random.float 10.0);
  Random.full_init [|1; 2; 3|];
  Printf.printf "full_init: %d %Ld\n" (Random.bits ()) (Random.int64 1000000L);
  sequence (Random.State.make [|7|]);
  sequence (Random.State.make [||]);
  let a = Random.State.make [|2024; 11|] in
  let b = Random.State.split a in
  line "split" (times 4 (fun () -> Printf.sprintf "%d/%d" (Random.State.bits a) (Random.State.bits b)));
  let c = Random.State.copy a in
  Printf.printf "copy %b\n" (Random.State.bits a = Random.State.bits c);
  let text = Random.State.to_binary_string a in
  Printf.printf "%d %S\n" (String.length text) text;
  let d = Random.State.of_binary_string text in
  Printf.printf "restored %b\n" (Random.State.bits64 a = Random.State.bits64 d);
  let cards = Array.init 52 Fun.id in
  shuffle a cards;
  line "shuffle" (Array.to_list (Array.map string_of_int cards));
  refused (fun () -> Random.int 0);
  refused (fun () -> Random.int (1 lsl 30));
  refused (fun () -> Random.full_int (-1));
  refused (fun () -> Random.int_in_range ~min:1 ~max:0);
  let pi = ref 0 in
  for _ = 1 to 2000 do
    let x = Random.float 1.0 and y = Random.float 1.0 in
    if (x *. x) +. (y *. y) < 1.0 then incr pi
  done;
  Printf.printf "inside %d\n" !pi
