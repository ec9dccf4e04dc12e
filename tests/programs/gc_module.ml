(* SPDX-License-Identifier: Apache-2.0
   Gc: parameters read back, counters that only the program's own allocation determines, alarms,
   collections on demand that keep live data intact. *)

type tree = Leaf | Node of tree * tree

let rec make d = if d = 0 then Leaf else Node (make (d - 1), make (d - 1))
let rec size = function Leaf -> 1 | Node (l, r) -> size l + size r

let minor_words f =
  let before = Gc.minor_words () in
  ignore (Sys.opaque_identity (f ()));
  Gc.minor_words () -. before

let () =
  let baseline = minor_words (fun () -> 0) in
  let cost name f = Printf.printf "%s: %g words\n" name (minor_words f -. baseline) in
  cost "nothing" (fun () -> 1);
  cost "ref" (fun () -> Obj.repr (ref 1));
  cost "list of 10" (fun () -> List.init 10 Fun.id);
  cost "array of 10" (fun () -> Array.make 10 0);
  cost "string of 20" (fun () -> String.make 20 'x');
  cost "tree of depth 8" (fun () -> make 8);
  cost "float" (fun () -> Sys.opaque_identity 1.5 +. 1.0);
  cost "int64" (fun () -> Int64.add (Sys.opaque_identity 1L) 1L);
  let control = Gc.get () in
  Printf.printf "overhead %d, minor heap %d, policy %d\n" control.space_overhead control.minor_heap_size control.allocation_policy;
  Gc.set { control with space_overhead = 200 };
  Printf.printf "overhead %d\n" (Gc.get ()).space_overhead;
  Gc.set control;
  let before = Gc.quick_stat () in
  let keep = make 12 in
  Gc.minor ();
  Gc.major ();
  Gc.full_major ();
  Gc.compact ();
  let after = Gc.quick_stat () in
  Printf.printf "collections grew: %b %b\n" (after.minor_collections > before.minor_collections) (after.major_collections > before.major_collections);
  Printf.printf "promoted %b heap %b\n" (after.promoted_words > before.promoted_words) (after.heap_words > 0);
  Printf.printf "alive %d\n" (size keep);
  let live = (Gc.stat ()).live_words in
  let big = Sys.opaque_identity (Array.make 100_000 0) in
  let live' = (Gc.stat ()).live_words in
  Printf.printf "live grew by 100k: %b\n" (live' - live >= 100_000 && live' - live < 110_000);
  Printf.printf "%d\n" (Array.length (Sys.opaque_identity big));
  let minor, promoted, major = Gc.counters () in
  Printf.printf "counters %b %b %b\n" (minor > 0.0) (promoted > 0.0) (major >= promoted);
  Printf.printf "allocated %b\n" (Gc.allocated_bytes () > 800_000.0);
  let rang = ref 0 in
  let alarm = Gc.create_alarm (fun () -> incr rang) in
  Gc.full_major ();
  Gc.full_major ();
  Printf.printf "alarm %b\n" (!rang >= 2);
  Gc.delete_alarm alarm;
  let so_far = !rang in
  Gc.full_major ();
  Printf.printf "deleted %b\n" (!rang = so_far);
  let sum = ref 0 in
  for i = 1 to 30 do
    let t = make 6 in
    if i mod 10 = 0 then Gc.minor ();
    ignore (Gc.major_slice 1000);
    sum := !sum + size t
  done;
  Printf.printf "sum %d\n" !sum
