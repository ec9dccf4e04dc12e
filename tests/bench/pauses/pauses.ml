(* Keeps about 200 MB live, of the shape its argument names, while as much again is replaced and new garbage is made,
   for several major cycles. *)
let live_bytes = 200_000_000

module Numbers = Map.Make (Int)

(* Small blocks: a map's nodes (6 words) and what they hold (4 words). *)
let map () =
  let count = live_bytes / 80 in
  let entry i = Some (string_of_int i) in
  let map = ref Numbers.empty in
  for i = 1 to count do map := Numbers.add i (entry i) !map done;
  for i = 1 to count / 2 do map := Numbers.add (1 + (i * 7919 mod count)) (entry i) !map done;
  Numbers.cardinal !map

(* One large block, half of whose fields point to young blocks in turn. *)
let array () =
  let count = live_bytes / 40 in
  let table = Array.make (count * 2) [] in
  for round = 1 to 2 do
    for i = 0 to count - 1 do table.(2 * i) <- [ i + round ] done
  done;
  Array.length table / 2

(* Strings of all sizes. *)
let strings () =
  let count = 100_000 in
  let table = Array.make count "" in
  for i = 0 to (count * 6) - 1 do table.(i mod count) <- String.make (i * 7919 mod 4001) 'x' done;
  Array.length table

let () =
  let work = match Sys.argv.(1) with "map" -> map | "array" -> array | _ -> strings in
  let before = (Gc.quick_stat ()).major_collections in
  let count = work () in
  let { Gc.heap_words; top_heap_words; major_collections; _ } = Gc.quick_stat () in
  Printf.printf "%d entries, heap %d MB, at most %d MB, %d major cycles\n" count (heap_words / 125_000)
    (top_heap_words / 125_000) (major_collections - before)
