(* SPDX-License-Identifier: Apache-2.0
   Weak arrays and weak hash sets: what is alive stays, what is dead goes at a full collection. *)

let[@inline never] fresh n = Sys.opaque_identity (ref n)
let show w = String.concat "" (List.init (Weak.length w) (fun i -> if Weak.check w i then "x" else "."))

module Strings = Weak.Make (struct
  type t = string ref
  let equal a b = !a = !b
  let hash a = Hashtbl.hash !a
end)

let[@inline never] fill w = for i = 0 to Weak.length w - 1 do Weak.set w i (Some (fresh i)) done

let keep = Array.init 5 (fun i -> ref (i * 100))

let () =
  let w = Weak.create 10 in
  Printf.printf "%s %d\n" (show w) (Weak.length w);
  fill w;
  Array.iteri (fun i r -> Weak.set w (2 * i) (Some r)) keep;
  Printf.printf "before %s\n" (show w);
  Gc.full_major ();
  Printf.printf "after %s\n" (show w);
  Printf.printf "%b\n" (match Weak.get w 4 with Some r -> r == keep.(2) | None -> false);
  (match Weak.get_copy w 4 with Some r -> Printf.printf "copy %d %b\n" !r (r == keep.(2)) | None -> print_endline "none");
  Weak.set w 4 None;
  Weak.blit w 0 w 1 3;
  Printf.printf "blit %s\n" (show w);
  Weak.fill w 5 5 (Some keep.(0));
  Printf.printf "fill %s\n" (show w);
  List.iter (fun f -> match f () with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r)
    [ (fun () -> Weak.set w 10 None); (fun () -> ignore (Weak.get w (-1))); (fun () -> Weak.blit w 5 w 8 3); (fun () -> Weak.fill w 9 2 None);
      (fun () -> ignore (Weak.create (-1) : int ref Weak.t)) ];
  let set = Strings.create 4 in
  let a = ref "alpha" and b = ref "beta" in
  Strings.add set a;
  Strings.add set b;
  let[@inline never] temporary () = for i = 1 to 50 do Strings.add set (ref (string_of_int i)) done in
  temporary ();
  Printf.printf "count %d\n" (Strings.count set);
  Gc.full_major ();
  Printf.printf "count after %d\n" (Strings.count set);
  Printf.printf "merge %b %b\n" (Strings.merge set (ref "alpha") == a) (Strings.mem set (ref "beta"));
  Printf.printf "find %b\n" (match Strings.find_opt set (ref "gamma") with None -> true | Some _ -> false);
  Strings.remove set (ref "alpha");
  Strings.iter (fun s -> Printf.printf "left %s\n" !s) set;
  Printf.printf "%d\n" (Strings.fold (fun s n -> n + String.length !s) set 0);
  (* A weak pointer to an old value from a young array and the reverse. *)
  let old = fresh 7 in
  Gc.full_major ();
  let young = Weak.create 1 in
  Weak.set young 0 (Some old);
  Gc.minor ();
  Printf.printf "%s %d\n" (show young) !(Sys.opaque_identity old);
  let old_weak = Weak.create 1 in
  Gc.full_major ();
  let r = fresh 8 in
  Weak.set old_weak 0 (Some r);
  Gc.minor ();
  Printf.printf "%s %d\n" (show old_weak) !(Sys.opaque_identity r);
  let count = ref 0 in
  let w = Weak.create 300 in
  for i = 0 to 299 do Weak.set w i (Some (fresh i)); if i mod 100 = 99 then Gc.full_major () done;
  for i = 0 to 299 do if Weak.check w i then incr count done;
  Printf.printf "left of 300: %b\n" (!count <= 1);
  Printf.printf "%d\n" (Array.length (Sys.opaque_identity keep))
