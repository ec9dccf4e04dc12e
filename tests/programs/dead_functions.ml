(* Functions whose closure is never made: what follows a raise is dead, and ocamlc drops its instructions up to the
   next label, the CLOSURE among them, but not the functions' own code (found by tests/random). *)
let several f = f (fun x y z -> x + y + z) (raise Exit)
let one f = f (fun x -> x + 1) (raise Exit)
let recursive f =
  let fail () = raise Exit in
  f (let rec loop n acc = if n = 0 then acc else loop (n - 1) (acc * n) in loop) (raise Not_found) (fail ())
let handler () = (match 1. with v -> v | effect _, _ -> 0.) *. (raise (Failure "first"))

let show name f =
  match f () with
  | _ -> print_endline (name ^ ": a value")
  | exception e -> print_endline (name ^ ": " ^ Printexc.to_string e)

let () =
  show "several" (fun () -> several (fun f () -> f 1 2 3));
  show "one" (fun () -> one (fun f () -> f 1));
  show "recursive" (fun () -> recursive (fun f () () -> f 5 1));
  show "handler" (fun () -> int_of_float (handler ()))
