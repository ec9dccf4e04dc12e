(* SPDX-License-Identifier: Apache-2.0
   Hashtbl: the order of iteration follows from hash values and resizing, so it is compared here.
   @versions all *)

let contents h = Hashtbl.fold (fun k v acc -> Printf.sprintf "%s%s=%d " acc k v) h ""

module Case = Hashtbl.Make (struct
  type t = string
  let equal a b = String.lowercase_ascii a = String.lowercase_ascii b
  let hash s = Hashtbl.hash (String.lowercase_ascii s)
end)

module Seeded = Hashtbl.MakeSeeded (struct
  type t = int
  let equal : int -> int -> bool = ( = )
  let seeded_hash seed n = Hashtbl.seeded_hash seed n
  [@@@warning "-32"]
  let hash = seeded_hash
end)

let stats h =
  let s = Hashtbl.stats h in
  Printf.printf "bindings %d buckets %d longest %d histogram %s\n" s.Hashtbl.num_bindings s.num_buckets s.max_bucket_length
    (String.concat "," (Array.to_list (Array.map string_of_int s.bucket_histogram)))

let () =
  let h = Hashtbl.create 1 in
  String.iteri (fun i c -> Hashtbl.add h (String.make (1 + i mod 3) c) i) "the quick brown fox jumps over the lazy dog";
  print_endline (contents h);
  stats h;
  Hashtbl.replace h "o" 1000;
  Hashtbl.remove h "t";
  Printf.printf "%d %s %b %s\n" (Hashtbl.length h)
    (match Hashtbl.find_opt h "zz" with Some n -> string_of_int n | None -> "-") (Hashtbl.mem h "fff")
    (String.concat "," (List.map string_of_int (Hashtbl.find_all h "o")));
  Hashtbl.filter_map_inplace (fun _ v -> if v mod 2 = 0 then Some (v / 2) else None) h;
  print_endline (contents h);
  let copy = Hashtbl.copy h in
  Hashtbl.reset h;
  Printf.printf "%d %d\n" (Hashtbl.length h) (Hashtbl.length copy);
  (match Hashtbl.find h "x" with _ -> print_endline "unexpected" | exception Not_found -> print_endline "Not_found");
  let n = Hashtbl.create 16 in
  for i = 0 to 400 do Hashtbl.replace n (i * i mod 1009) i done;
  stats n;
  Printf.printf "%d\n" (Hashtbl.fold (fun k v acc -> ((acc * 33) + k + v) land 0xFFFFFFF) n 0);
  let order = Hashtbl.create 8 in
  List.iteri (fun i key -> Hashtbl.add order key i) [Obj.repr 1.5; Obj.repr (Some 2); Obj.repr "k"; Obj.repr [1; 2]; Obj.repr 'c'; Obj.repr 3L];
  Hashtbl.iter (fun _ i -> Printf.printf "%d " i) order;
  print_newline ();
  let c = Case.create 4 in
  List.iter (fun w -> Case.replace c w (String.length w)) ["Hello"; "hELLO"; "World"; "WORLD"; "camel"];
  Case.iter (Printf.printf "%s:%d ") c;
  print_newline ();
  let s = Seeded.create 10 in
  for i = 1 to 20 do Seeded.add s i (i * i) done;
  Seeded.iter (Printf.printf "%d:%d ") s;
  print_newline ();
  let seq = Hashtbl.of_seq (List.to_seq (List.init 15 (fun i -> (i * 7, i)))) in
  Seq.iter (fun (k, v) -> Printf.printf "%d:%d " k v) (Hashtbl.to_seq seq);
  print_newline ();
  Hashtbl.add_seq seq (List.to_seq [7, 100; 14, 200]);
  Hashtbl.replace_seq seq (List.to_seq [0, -1]);
  Seq.iter (Printf.printf "%d ") (Hashtbl.to_seq_keys seq);
  Seq.iter (Printf.printf "%d ") (Hashtbl.to_seq_values seq);
  print_newline ();
  Hashtbl.clear seq;
  stats seq;
  (try
     let shaking = Hashtbl.create 4 in
     for i = 0 to 3 do Hashtbl.add shaking i i done;
     Hashtbl.iter (fun k _ -> Hashtbl.add shaking (k + 1000) k) shaking;
     Printf.printf "at least %b\n" (Hashtbl.length shaking >= 8)
   with Stack_overflow -> print_endline "unexpected")
