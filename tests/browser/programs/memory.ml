(* Allocates until it cannot. *)
let () =
  let rec fill acc = fill (Bytes.create 1_000_000 :: acc) in
  match fill [] with _ -> () | exception Out_of_memory -> Gc.full_major (); print_endline "Out_of_memory, and still here"; raise Out_of_memory
