(* SPDX-License-Identifier: Apache-2.0
   Ephemerons: data lives while its keys do, even when the data points to the key; tables keyed
   by them. *)

let[@inline never] fresh n = Sys.opaque_identity (ref n)

module K1 = Ephemeron.K1
module K2 = Ephemeron.K2
module Kn = Ephemeron.Kn

module Table = K1.Make (struct
  type t = int ref
  let equal a b = !a = !b
  let hash a = Hashtbl.hash !a
end)

let opt = function None -> "none" | Some r -> string_of_int !r

let[@inline never] dead_keys () = List.init 5 (fun i -> let k = fresh i in K1.make k (fresh (i * 10)))

(* The data of each refers to the next key: a chain that lives only through its first key. *)
let[@inline never] chain n =
  let first = fresh 0 in
  let rec go k i acc = if i > n then acc else let next = fresh i in go next (i + 1) (K1.make k next :: acc) in
  (first, go first 1 [])

let () =
  let key = fresh 1 in
  let e = K1.make key (fresh 2) in
  Gc.full_major ();
  Printf.printf "alive %s\n" (opt (K1.query e key));
  Printf.printf "other key %s\n" (opt (K1.query e (fresh 1)));
  let dead = dead_keys () in
  Gc.full_major ();
  let probe = fresh 0 in
  Printf.printf "dead %s\n" (String.concat " " (List.map (fun e -> opt (K1.query e probe)) dead));
  let self = fresh 5 in
  let loop = K1.make self self in
  Gc.full_major ();
  Printf.printf "self %s\n" (opt (K1.query loop self));
  let first, links = chain 20 in
  Gc.full_major ();
  let rec follow k n = match List.find_map (fun e -> K1.query e k) links with Some k -> follow k (n + 1) | None -> n in
  Printf.printf "chain %d\n" (follow first 0);
  let a = fresh 1 and b = fresh 2 in
  let two = K2.make a b "both" in
  Gc.full_major ();
  Printf.printf "%s %b\n" (match K2.query two a b with Some s -> s | None -> "none") (K2.query two b a = None);
  let keys = Array.init 4 fresh in
  let several = Kn.make keys 99 in
  Gc.full_major ();
  Printf.printf "%s\n" (match Kn.query several keys with Some n -> string_of_int n | None -> "none");
  let t = Table.create 8 in
  Table.add t key "kept";
  let[@inline never] temporary () = for i = 100 to 150 do Table.replace t (fresh i) (string_of_int i) done in
  temporary ();
  Printf.printf "length %d\n" (Table.length t);
  Gc.full_major ();
  Table.clean t;
  Printf.printf "after %d %s %b\n" (Table.length t) (Table.find t (ref 1)) (Table.mem t (ref 120));
  Printf.printf "%d bindings\n" (Table.stats_alive t).num_bindings;
  let o = Obj.Ephemeron.create 3 in
  Obj.Ephemeron.set_key o 0 (Obj.repr key);
  let doomed = ref [fresh 9] in
  Obj.Ephemeron.set_key o 2 (Obj.repr (List.hd !doomed));
  Obj.Ephemeron.set_data o (Obj.repr (fresh 10));
  Printf.printf "%b %b %b %b\n" (Obj.Ephemeron.check_key o 0) (Obj.Ephemeron.check_key o 1) (Obj.Ephemeron.check_key o 2) (Obj.Ephemeron.check_data o);
  doomed := [];
  Gc.full_major ();
  Printf.printf "%b %b %b %b\n" (Obj.Ephemeron.check_key o 0) (Obj.Ephemeron.check_key o 1) (Obj.Ephemeron.check_key o 2) (Obj.Ephemeron.check_data o);
  let p = Obj.Ephemeron.create 3 in
  Obj.Ephemeron.blit_key o 0 p 1 2;
  Printf.printf "%b %b %b\n" (Obj.Ephemeron.check_key p 0) (Obj.Ephemeron.check_key p 1) (Obj.Ephemeron.check_key p 2);
  Obj.Ephemeron.unset_key p 1;
  Printf.printf "%b %b\n" (Obj.Ephemeron.check_key p 1) (Obj.Ephemeron.check_data p);
  (match Obj.Ephemeron.get_key p 3 with _ -> print_endline "unexpected" | exception Invalid_argument r -> print_endline r);
  Printf.printf "%d %d %d %d %d %d\n" !(Sys.opaque_identity key) !(Sys.opaque_identity self) !(Sys.opaque_identity first)
    !(Sys.opaque_identity a) !(Sys.opaque_identity b) (Array.length (Sys.opaque_identity keys))
