(* A loop, then a handled effect, in a try in a loop: what follows on the effect is reached
   through the exception handler first. (Found by tests/random.) *)
type _ Effect.t += Ask : int Effect.t

let sum = ref 0
let tick = ref 0
let add n = sum := (!sum * 31) + n

let () =
  for i = 0 to 3000 do
    try
      add
        ((for _ = 1 to 12 do incr tick; if !tick land 1 = 0 then add !tick done);
         match if i land 7 = 0 then raise Exit else i with
         | v -> v
         | effect Ask, k -> Effect.Deep.continue k 0)
    with
    | Exit | Not_found | Division_by_zero -> add i
    | _ -> ()
  done;
  Printf.printf "%d %d\n" !sum !tick
