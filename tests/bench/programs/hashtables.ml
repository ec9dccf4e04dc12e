(* SPDX-License-Identifier: Apache-2.0
   Hashtbl with ints and with strings: hashing in the runtime, buckets, resizing. *)
let () = for _ = 1 to 4 do
  let h = Hashtbl.create 16 in
  for i = 1 to 400_000 do Hashtbl.replace h (i * 7919 land 0xFFFFF) i done;
  let sum = ref 0 in
  for i = 0 to 1_000_000 do match Hashtbl.find_opt h i with Some v -> sum := !sum + v | None -> () done;
  let s = Hashtbl.create 16 in
  for i = 1 to 150_000 do
    let key = "key" ^ string_of_int (i land 0x3FFF) in
    Hashtbl.replace s key (1 + (try Hashtbl.find s key with Not_found -> 0))
  done;
  Printf.printf "%d %d %d\n" (Hashtbl.length h) !sum (Hashtbl.fold (fun _ v acc -> acc + v) s 0) done
