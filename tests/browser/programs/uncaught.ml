let rec deep n = if n = 0 then failwith "no water" else 1 + deep (n - 1)
let () = print_endline "before"; print_int (deep 2)
