(* Writes for ever, to a reader that goes away. *)
let () = while true do print_endline "y" done
