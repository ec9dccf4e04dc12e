(* A closure that is given other code, as the toplevel's #trace does it.
   @with patched_support.ml
*)
open Patched_support

(* Has no environment of its own: it sees that of the patched closure. *)
let hook = Obj.raw_field (Obj.repr (fun arg -> on_call (current_environment ()) arg)) 0

let patch name f =
  let closure = Obj.repr f in
  patched := (closure, Obj.raw_field closure 0, name) :: !patched;
  Obj.set_raw_field closure 0 hook

let unpatch f =
  let closure = Obj.repr f in
  let _, code, _ = List.find (fun (c, _, _) -> c == closure) !patched in
  Obj.set_raw_field closure 0 code

let rec fold f acc = function [] -> acc | x :: rest -> fold f (f acc x) rest
let rec count n = if n = 0 then 0 else 1 + count (n - 1)
let checked x y = if y = 0 then invalid_arg "checked" else x / y
let call f x = f x [@@inline never]
let apply f x y = f x y [@@inline never]
let sum () = apply (fold ( + )) 0 [ 1; 2; 3 ] + call (call (call fold ( + )) 10) [ 4; 5 ]

let all () =
  Printf.printf "%d %d %d\n" (sum ()) (count 3) (apply checked 7 2);
  match apply checked 7 0 with
  | n -> Printf.printf "%d\n" n
  | exception Invalid_argument s -> Printf.printf "Invalid_argument %s\n" s

let () =
  let before = call fold ( + ) in
  for _ = 1 to 3 do all () done;
  patch "fold" fold;
  patch "count" count;
  patch "checked" checked;
  for _ = 1 to 3 do all () done;
  let during = call fold ( + ) in
  Printf.printf "%d %d\n" (apply before 1 [ 2; 3 ]) (apply during 1 [ 2; 3 ]);
  unpatch fold;
  unpatch count;
  unpatch checked;
  for _ = 1 to 3 do all () done;
  Printf.printf "%d %d\n" (apply before 1 [ 2; 3 ]) (apply during 1 [ 2; 3 ])
