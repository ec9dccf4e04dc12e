(* SPDX-License-Identifier: Apache-2.0
   Domains, atomics, mutexes, conditions, domain-local storage: results that do not depend on how
   domains interleave, nor on whether they do. *)

let spawn_sum lo hi = Domain.spawn (fun () -> let s = ref 0 in for i = lo to hi do s := !s + i done; !s)

let () =
  let parts = List.init 4 (fun i -> spawn_sum (i * 1000) ((i * 1000) + 999)) in
  Printf.printf "sum %d\n" (List.fold_left (fun acc d -> acc + Domain.join d) 0 parts);
  let counter = Atomic.make 0 in
  let workers = List.init 4 (fun _ -> Domain.spawn (fun () -> for _ = 1 to 500 do Atomic.incr counter done)) in
  List.iter Domain.join workers;
  Printf.printf "counter %d\n" (Atomic.get counter);
  (match Domain.join (Domain.spawn (fun () -> failwith "inside")) with
   | () -> print_endline "unexpected"
   | exception Failure r -> Printf.printf "joined: %s\n" r);
  let d = Domain.spawn (fun () -> Domain.self ()) in
  let id = Domain.get_id d in
  Printf.printf "ids %b %b\n" (Domain.join d = id) (Domain.self () <> id);
  Printf.printf "main %b\n" (Domain.is_main_domain ());
  Printf.printf "not main %b\n" (Domain.join (Domain.spawn Domain.is_main_domain));
  let key = Domain.DLS.new_key (fun () -> ref 100) in
  incr (Domain.DLS.get key);
  let inside = Domain.join (Domain.spawn (fun () -> let r = Domain.DLS.get key in r := !r + 5; !r)) in
  Printf.printf "dls %d %d\n" !(Domain.DLS.get key) inside;
  let inherited = Domain.DLS.new_key ~split_from_parent:(fun n -> n * 2) (fun () -> 1) in
  Domain.DLS.set inherited 21;
  Printf.printf "inherited %d %d\n" (Domain.join (Domain.spawn (fun () -> Domain.DLS.get inherited))) (Domain.DLS.get inherited);
  let lock = Mutex.create () and shared = ref [] in
  let adders = List.init 3 (fun i -> Domain.spawn (fun () ->
    for j = 1 to 10 do Mutex.protect lock (fun () -> shared := ((i * 100) + j) :: !shared) done)) in
  List.iter Domain.join adders;
  Printf.printf "shared %d %d\n" (List.length !shared) (List.fold_left ( + ) 0 !shared);
  (* The main domain waits for a signal from another. *)
  let condition = Condition.create () and ready = ref false in
  let signaller = Domain.spawn (fun () -> Mutex.lock lock; ready := true; Condition.signal condition; Mutex.unlock lock) in
  Mutex.lock lock;
  while not !ready do Condition.wait condition lock done;
  Mutex.unlock lock;
  Domain.join signaller;
  Printf.printf "signalled %b\n" !ready;
  Mutex.lock lock;
  Printf.printf "try_lock %b\n" (Mutex.try_lock lock);
  (match Mutex.lock lock with () -> print_endline "unexpected" | exception Sys_error r -> Printf.printf "%s\n" r);
  Mutex.unlock lock;
  (match Mutex.unlock lock with () -> print_endline "unexpected" | exception Sys_error r -> Printf.printf "%s\n" r);
  let order = Buffer.create 20 in
  Domain.join (Domain.spawn (fun () ->
    Domain.at_exit (fun () -> Buffer.add_string order "exit1 ");
    Domain.at_exit (fun () -> Buffer.add_string order "exit2 ");
    Buffer.add_string order "body "));
  print_endline (Buffer.contents order);
  let nested = Domain.spawn (fun () -> Domain.join (Domain.spawn (fun () -> Domain.join (Domain.spawn (fun () -> 3)) + 2)) + 1) in
  Printf.printf "nested %d\n" (Domain.join nested);
  Printf.printf "joined twice %b\n" (Domain.join nested = 6);
  Printf.printf "%b\n" (Domain.recommended_domain_count () >= 1);
  Domain.cpu_relax ();
  let random = Domain.join (Domain.spawn (fun () -> Random.init 5; Random.int 1000)) in
  Random.init 5;
  Printf.printf "random %b\n" (random = Random.int 1000)
