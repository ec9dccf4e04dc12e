(* Type a size: the first placement is drawn, and all are counted
   by backtracking over bit sets. *)

let rec count all columns left right =
  if columns = all then 1
  else
    let free = all land lnot (columns lor left lor right) in
    let rec each free total =
      if free = 0 then total
      else
        let queen = free land -free in
        each (free - queen)
          (total
          + count all (columns lor queen)
              ((left lor queen) lsl 1)
              ((right lor queen) lsr 1))
    in
    each free 0

exception Found of int list

let first n =
  let safe rows =
    match rows with
    | [] -> true
    | q :: others ->
        let free i c = c <> q && abs (c - q) <> i + 1 in
        List.for_all Fun.id (List.mapi free others)
  in
  let rec place k rows =
    if k = 0 then raise (Found rows);
    for c = 0 to n - 1 do
      if safe (c :: rows) then place (k - 1) (c :: rows)
    done
  in
  match place n [] with
  | () -> None
  | exception Found rows -> Some rows

let draw n rows =
  List.iteri
    (fun y q ->
      print_string "  ";
      for x = 0 to n - 1 do
        Printf.printf "\027[48;5;%dm\027[30m%s"
          (if (x + y) land 1 = 0 then 180 else 94)
          (if x = q then " \xe2\x99\x9b " else "   ")
      done;
      print_endline "\027[0m")
    rows

let () =
  print_endline "How many queens? (1 to 14; nothing ends)";
  let rec ask () =
    print_string "n = ";
    match int_of_string_opt (String.trim (read_line ())) with
    | Some n when n >= 1 && n <= 14 ->
        Option.iter (draw n) (first n);
        let start = Sys.time () in
        let solutions = count ((1 lsl n) - 1) 0 0 0 in
        Printf.printf "\027[1m%d\027[0m solution%s, counted in %.2f s\n" solutions
          (if solutions = 1 then "" else "s")
          (Sys.time () -. start);
        ask ()
    | Some _ -> print_endline "Between 1 and 14, please."; ask ()
    | None -> print_endline "Bye."
    | exception End_of_file -> print_endline "\nBye."
  in
  ask ()
