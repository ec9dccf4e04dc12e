(* SPDX-License-Identifier: Apache-2.0
   Arrays: creation, overlapping blits, fills, sorting (stable too), bounds, generic access.
   @versions all *)

let show a = String.concat " " (Array.to_list (Array.map string_of_int a))
let guarded name f =
  match f () with
  | a -> Printf.printf "%s: [%s]\n" name (show a)
  | exception Invalid_argument reason -> Printf.printf "%s: %s\n" name reason

let blits () =
  for distance = -4 to 4 do
    let a = Array.init 14 (fun i -> i) in
    Array.blit a 4 a (4 + distance) 6;
    Printf.printf "%+d: %s\n" distance (show a);
    let b = Array.init 14 (fun i -> string_of_int i) in
    Array.blit b 4 b (4 + distance) 6;
    Printf.printf "%+d: %s\n" distance (String.concat " " (Array.to_list b))
  done;
  let a = Array.init 5 succ in
  List.iter (fun (i, j, n) -> guarded (Printf.sprintf "blit %d %d %d" i j n) (fun () -> Array.blit a i a j n; a))
    [0, 0, 5; 0, 1, 5; -1, 0, 1; 5, 5, 0; 0, 6, 0; 0, 0, -1]

(* Blits between old and young arrays: the write barrier must see each moved pointer. *)
let barrier () =
  let old = Array.make 600 [0] in
  Gc.full_major ();
  for i = 0 to 599 do old.(i) <- [i; i + 1] done;
  Array.blit old 100 old 300 200;
  Array.fill old 0 50 [7; 7; 7];
  Gc.minor ();
  let young = Array.sub old 250 100 in
  Array.blit young 0 old 500 100;
  Gc.full_major ();
  Array.fold_left (fun acc l -> acc * 3 + List.fold_left ( + ) 0 l) 0 old

let lcg = let s = ref 12345 in fun () -> s := (!s * 1103515245 + 12345) land 0x3FFFFFFF; !s

let sorting () =
  List.iter (fun n ->
    let a = Array.init n (fun _ -> lcg () mod 1000) in
    let b = Array.copy a and c = Array.copy a in
    Array.sort compare a;
    Array.stable_sort (fun x y -> compare (x / 10) (y / 10)) b;
    Array.fast_sort (fun x y -> compare y x) c;
    let checksum = Array.fold_left (fun acc x -> (acc * 31 + x) land 0xFFFFFF) 0 in
    Printf.printf "sort %d: %d %d %d\n" n (checksum a) (checksum b) (checksum c)) [0; 1; 2; 3; 10; 100; 500]

let () =
  guarded "make" (fun () -> Array.make 3 7);
  guarded "make 0" (fun () -> Array.make 0 7);
  guarded "make -1" (fun () -> Array.make (-1) 7);
  guarded "make huge" (fun () -> Array.make (Sys.max_array_length + 1) 7);
  guarded "init" (fun () -> Array.init 5 (fun i -> i * i));
  guarded "append" (fun () -> Array.append [|1; 2|] [|3|]);
  guarded "concat" (fun () -> Array.concat [[|1|]; [||]; [|2; 3|]; [|4|]]);
  guarded "sub" (fun () -> Array.sub [|1; 2; 3; 4|] 1 2);
  guarded "sub bad" (fun () -> Array.sub [|1; 2; 3; 4|] 3 2);
  guarded "fill bad" (fun () -> let a = [|1; 2|] in Array.fill a 1 2 0; a);
  guarded "get" (fun () -> [| [|1|].(Sys.opaque_identity 1) |]);
  guarded "get -1" (fun () -> [| [|1|].(Sys.opaque_identity (-1)) |]);
  guarded "set" (fun () -> let a = [|1|] in a.(Sys.opaque_identity 5) <- 1; a);
  guarded "map2" (fun () -> Array.map2 ( * ) [|1; 2; 3|] [|4; 5; 6|]);
  guarded "map2 bad" (fun () -> Array.map2 ( * ) [|1; 2; 3|] [|4; 5|]);
  guarded "mapi" (fun () -> Array.mapi ( + ) [|10; 20; 30|]);
  guarded "of_list" (fun () -> Array.of_list [3; 2; 1]);
  guarded "of_seq" (fun () -> Array.of_seq (Seq.map succ (Array.to_seq [|1; 2|])));
  guarded "matrix" (fun () -> let m = Array.make_matrix 2 3 1 in m.(0).(1) <- 5; Array.concat (Array.to_list m));
  blits ();
  Printf.printf "barrier %d\n" (barrier ());
  sorting ();
  Printf.printf "%d %d %b %b %b\n" (Array.fold_left ( - ) 10 [|1; 2; 3|]) (Array.fold_right ( - ) [|1; 2; 3|] 10)
    (Array.exists (fun x -> x = 2) [|1; 2|]) (Array.for_all (fun x -> x > 0) [|1; 2|]) (Array.mem 3 [|1; 2|]);
  let a, b = Array.split [|1, "a"; 2, "b"|] in
  Printf.printf "%s %s\n" (show a) (String.concat "" (Array.to_list b));
  Printf.printf "%b %b\n" ([|1; 2|] = [|1; 2|]) ([||] == [||]);
  Array.iter2 (fun a b -> Printf.printf "%d%s " a b) [|1; 2|] [|"x"; "y"|];
  Array.iteri (fun i f -> Printf.printf "%d:%g " i f) [|1.5; 2.5|];
  print_newline ()
