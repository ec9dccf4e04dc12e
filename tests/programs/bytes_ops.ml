(* SPDX-License-Identifier: Apache-2.0
   Bytes: overlapping blits, fills, extension, integers of every size and both byte orders, bounds.
   @versions all *)

let guarded name f =
  match f () with
  | () -> Printf.printf "%s: ok\n" name
  | exception Invalid_argument reason -> Printf.printf "%s: %s\n" name reason

let hex b =
  String.concat "" (List.map (fun c -> Printf.sprintf "%02x" (Char.code c)) (List.of_seq (Bytes.to_seq b)))

let blits () =
  for distance = -5 to 5 do
    let b = Bytes.of_string "0123456789ABCDEFGHIJ" in
    Bytes.blit b 6 b (6 + distance) 8;
    Printf.printf "blit %+d: %s\n" distance (Bytes.to_string b)
  done;
  let b = Bytes.of_string "....................." in
  Bytes.blit_string "hello world" 3 b 5 6;
  Bytes.fill b 0 3 '#';
  print_endline (Bytes.to_string b);
  List.iter (fun (o1, o2, n) -> guarded (Printf.sprintf "blit %d %d %d" o1 o2 n) (fun () -> Bytes.blit b o1 b o2 n))
    [0, 0, 21; 0, 1, 21; -1, 0, 1; 0, -1, 1; 0, 0, -1; 21, 21, 0; 22, 0, 0; 20, 20, 1; max_int, 0, 2];
  guarded "fill" (fun () -> Bytes.fill b 20 2 'x')

let integers () =
  let b = Bytes.make 24 '\000' in
  Bytes.set_uint8 b 0 0x1ff;
  Bytes.set_int8 b 1 (-2);
  Bytes.set_uint16_le b 2 0x1234;
  Bytes.set_uint16_be b 4 0x1234;
  Bytes.set_int16_ne b 6 (-3);
  Bytes.set_int32_le b 8 0x12345678l;
  Bytes.set_int32_be b 12 0x12345678l;
  Bytes.set_int64_le b 16 0x0123456789ABCDEFL;
  print_endline (hex b);
  Bytes.set_int64_be b 15 0x0123456789ABCDEFL;
  print_endline (hex b);
  for i = 0 to 16 do
    Printf.printf "%d: %d %d %d %d %d %d %lx %lx %Lx %Lx\n" i (Bytes.get_uint8 b i) (Bytes.get_int8 b i) (Bytes.get_uint16_le b i)
      (Bytes.get_uint16_be b i) (Bytes.get_int16_le b i) (Bytes.get_int16_be b i) (Bytes.get_int32_le b i) (Bytes.get_int32_be b i)
      (Bytes.get_int64_le b i) (Bytes.get_int64_be b i)
  done;
  guarded "get_int64" (fun () -> ignore (Bytes.get_int64_le b 17));
  guarded "get_int32" (fun () -> ignore (Bytes.get_int32_le b 21));
  guarded "get_uint16" (fun () -> ignore (Bytes.get_uint16_le b 23));
  guarded "get_uint16 -1" (fun () -> ignore (Bytes.get_uint16_le b (-1)));
  guarded "set_int64" (fun () -> Bytes.set_int64_be b 17 0L);
  guarded "set_int64 max" (fun () -> Bytes.set_int64_be b max_int 0L);
  guarded "get" (fun () -> ignore (Bytes.get b 24));
  guarded "set" (fun () -> Bytes.set b (-1) 'x');
  let s = Bytes.to_string b in
  Printf.printf "%lx %Lx %d\n" (String.get_int32_be s 2) (String.get_int64_ne s 3) (String.get_uint16_ne s 5)

let () =
  blits ();
  integers ();
  let b = Bytes.of_string "hello" in
  Printf.printf "%s|%s|%s|%s\n" (Bytes.to_string (Bytes.extend b 2 3 |> Bytes.map (fun c -> if c < ' ' || c > '~' then '?' else c) |> fun e -> Bytes.sub e 2 5))
    (Bytes.to_string (Bytes.extend b (-2) 0)) (Bytes.to_string (Bytes.extend b 0 (-1))) (Bytes.sub_string b 1 3);
  Printf.printf "%s %s\n" (Bytes.to_string (Bytes.cat b (Bytes.of_string "!"))) (Bytes.to_string (Bytes.concat (Bytes.of_string "-") [b; b]));
  Printf.printf "%d %b %d\n" (Bytes.compare b (Bytes.of_string "help")) (b = Bytes.copy b) (Bytes.index b 'l');
  List.iter (fun b -> Printf.printf "%S " (Bytes.to_string b)) (Bytes.split_on_char 'l' b);
  Printf.printf "%S %S\n" (Bytes.to_string (Bytes.escaped (Bytes.of_string "\000\n\"a"))) (Bytes.to_string (Bytes.trim (Bytes.of_string "  x ")));
  guarded "create" (fun () -> ignore (Bytes.create (-1)));
  guarded "create max" (fun () -> ignore (Bytes.create (Sys.max_string_length + 1)));
  guarded "extend" (fun () -> ignore (Bytes.extend b (-6) 0));
  let shared = Bytes.unsafe_of_string (Bytes.to_string b) in
  Bytes.unsafe_set shared 0 'J';
  Printf.printf "%s %s\n" (Bytes.unsafe_to_string shared) (Bytes.to_string b);
  Printf.printf "%d %d\n" (Hashtbl.hash b) (Hashtbl.hash "hello")
