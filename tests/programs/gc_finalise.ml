(* SPDX-License-Identifier: Apache-2.0
   Finalisers: Gc.finalise and finalise_last, several on one value, resurrection, order, values
   that cannot be finalised, finalisers that allocate and that attach others. *)

let[@inline never] make n = Sys.opaque_identity (ref n)
let log fmt = Printf.printf fmt

let[@inline never] first () =
  let r = make 1 in
  Gc.finalise (fun r -> log "finalised %d\n" !r) r;
  Gc.finalise (fun r -> log "also finalised %d\n" !r; incr r) r;
  Gc.full_major ();
  log "still alive %d\n" !(Sys.opaque_identity r)

let saved = ref None

let[@inline never] resurrect () =
  let r = make 10 in
  Gc.finalise (fun r -> log "saved %d\n" !r; saved := Some r) r

let[@inline never] last () =
  let r = make 20 in
  Gc.finalise_last (fun () -> log "last\n") r;
  Gc.finalise (fun _ -> log "not last\n") r

let[@inline never] chain () =
  let rec attach n = 
    let r = make n in
    Gc.finalise (fun r -> log "chain %d\n" !r; if !r > 0 then attach (!r - 1)) r in
  attach 3

let[@inline never] many () =
  let sum = ref 0 in
  for i = 1 to 300 do
    Gc.finalise (fun r -> sum := !sum + !r; ignore (String.make 100 'x')) (make i)
  done;
  sum

let[@inline never] young () =
  let count = ref 0 in
  for _ = 1 to 50 do Gc.finalise_last (fun () -> incr count) (make 0) done;
  count

let refused name v =
  match Gc.finalise ignore v with
  | () -> log "%s accepted\n" name
  | exception Invalid_argument r -> log "%s: %s\n" name r

let () =
  first ();
  Gc.full_major ();
  resurrect ();
  Gc.full_major ();
  (match !saved with Some r -> log "resurrected %d\n" !r | None -> log "lost\n");
  saved := None;
  Gc.full_major ();
  last ();
  Gc.full_major ();
  Gc.full_major ();
  chain ();
  for _ = 1 to 5 do Gc.full_major () done;
  let sum = many () in
  Gc.full_major ();
  log "sum %d\n" !sum;
  let count = young () in
  Gc.full_major ();
  log "young %d\n" !count;
  refused "immediate" (Obj.magic 5);
  refused "string" (Obj.magic (String.make 3 'x'));
  (match Gc.finalise (fun _ -> raise Exit) (make 0) with () -> ());
  (match Gc.full_major () with () -> log "no exception\n" | exception Exit -> log "Exit from a finaliser\n");
  Gc.finalise_release ();
  log "done\n"
