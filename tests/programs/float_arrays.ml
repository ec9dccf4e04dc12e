(* SPDX-License-Identifier: Apache-2.0
   Flat float arrays behind the generic array primitives, float records, and Float.Array.
   @versions all *)

type point = { mutable x : float; mutable y : float; z : float }
type mixed = { name : string; mutable weight : float }

let tag v = Obj.tag (Obj.repr v)
let show a = String.concat " " (List.map (Printf.sprintf "%g") (Array.to_list a))

(* Polymorphic code cannot know that the array is flat: it asks at run time. *)
let generic_swap a i j = let t = a.(i) in a.(i) <- a.(j); a.(j) <- t
let generic_reverse a = Array.init (Array.length a) (fun i -> a.(Array.length a - 1 - i))
let generic_fill a v = for i = 0 to Array.length a - 1 do a.(i) <- v done

let floatarray () =
  let module F = Float.Array in
  let a = F.init 8 (fun i -> float_of_int (i * i)) in
  let print name a = Printf.printf "%s:" name; F.iter (Printf.printf " %g") a; print_newline () in
  print "init" a;
  F.blit a 0 a 2 5; print "blit right" a;
  F.blit a 3 a 1 4; print "blit left" a;
  F.fill a 2 3 (-1.0); print "fill" a;
  print "sub" (F.sub a 1 4);
  print "append" (F.append (F.make 2 0.5) (F.make 1 1.5));
  print "concat" (F.concat [F.make 1 1.0; F.create 0; F.make 2 2.0]);
  F.sort (fun x y -> compare y x) a; print "sort" a;
  print "map" (F.map (fun x -> x *. 2.0) a);
  Printf.printf "%g %b %b %d\n" (F.fold_left ( +. ) 0.0 a) (F.mem 4.0 a) (F.exists Float.is_nan a) (F.length a);
  (match F.get a 8 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match F.set a (-1) 0.0 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match F.sub a 7 2 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match F.create (-1) with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Printf.printf "%d %d\n" (tag a) (Obj.size (Obj.repr a))

let () =
  let a = Array.init 6 (fun i -> float_of_int i /. 2.0) in
  Printf.printf "tags %d %d %d %d\n" (tag a) (tag [|1|]) (tag [|"s"|]) (tag ([||] : float array));
  generic_swap a 0 5;
  print_endline (show a);
  print_endline (show (generic_reverse a));
  let b = Array.make 3 1.5 in
  generic_fill b nan;
  print_endline (show b);
  Array.blit a 0 a 1 4;
  print_endline (show a);
  print_endline (show (Array.append a b));
  print_endline (show (Array.concat [a; [||]; [|9.0|]]));
  print_endline (show (Array.sub a 2 3));
  Array.fill a 1 2 0.25;
  print_endline (show a);
  Array.sort compare a;
  print_endline (show a);
  let s = [|"x"; "y"; "z"|] in
  generic_swap s 0 2;
  print_endline (String.concat "" (Array.to_list s));
  let p = { x = 1.0; y = 2.0; z = 3.0 } in
  p.x <- p.y +. p.z;
  let q = { p with y = -1.0 } in
  Printf.printf "%g %g %g / %g, tag %d size %d\n" q.x q.y q.z p.y (tag p) (Obj.size (Obj.repr p));
  let m = { name = "camel"; weight = 600.5 } in
  m.weight <- m.weight +. 1.0;
  Printf.printf "%s %g tag %d\n" m.name m.weight (tag m);
  Printf.printf "%b %b %d %d\n" (p = q) ([|1.0; nan|] = [|1.0; nan|]) (compare [|1.0; nan|] [|1.0; nan|]) (compare [|1.0|] [|0.5; 2.0|]);
  let values : Obj.t array = [| Obj.repr 1; Obj.repr "two" |] in
  values.(0) <- Obj.repr "one";
  Printf.printf "%d %s\n" (tag values) (Obj.obj values.(0) : string);
  Printf.printf "%d\n" (Hashtbl.hash [|1.0; 2.0; 3.0|]);
  (match Array.make 2 (Sys.opaque_identity 0.5) with a -> Printf.printf "%d %g\n" (tag a) a.(1));
  (match a.(Sys.opaque_identity 6) with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  (match a.(Sys.opaque_identity 6) <- 1.0 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  floatarray ()
