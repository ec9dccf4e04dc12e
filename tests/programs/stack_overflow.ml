(* SPDX-License-Identifier: Apache-2.0
   Stack_overflow at the limit that OCAMLRUNPARAM sets: caught, and the program goes on; in fibers
   and with handlers on the stack as well.
   @env OCAMLRUNPARAM=l=100k *)

open Effect.Deep
type _ Effect.t += Deep : int Effect.t

let rec forever n = 1 + forever (n + 1)
let rec depth_reached n = try depth_reached (n + 1) with Not_found -> n
let rec many_arguments a b c d e f g = a + many_arguments (b + 1) c d e f g a
let rec build n = n :: build (n + 1)
let rec ping n = 1 + pong n and pong n = 1 + ping n

let overflows name f =
  match f () with
  | _ -> Printf.printf "%s: no overflow\n" name
  | exception Stack_overflow -> Printf.printf "%s: Stack_overflow\n" name

let rec safe n = if n = 0 then 0 else 1 + safe (n - 1)

let () =
  overflows "forever" (fun () -> forever 0);
  overflows "handlers" (fun () -> depth_reached 0);
  overflows "many arguments" (fun () -> many_arguments 1 2 3 4 5 6 7);
  overflows "list" (fun () -> List.length (build 0));
  overflows "mutual" (fun () -> ping 0);
  Printf.printf "still works %d\n" (safe 10_000);
  for i = 1 to 3 do overflows (string_of_int i) (fun () -> forever i) done;
  overflows "in a fiber" (fun () -> match_with forever 0 { retc = Fun.id; exnc = raise; effc = fun _ -> None });
  let inside = match_with (fun () -> try forever 0 with Stack_overflow -> 5) () { retc = (fun n -> n * 2); exnc = (fun _ -> -1); effc = fun _ -> None } in
  Printf.printf "inside %d\n" inside;
  let handled = match_with (fun () -> forever 0) () { retc = Fun.id; exnc = (function Stack_overflow -> 77 | e -> raise e); effc = fun _ -> None } in
  Printf.printf "handled %d\n" handled;
  overflows "in finally" (fun () -> Fun.protect ~finally:(fun () -> print_endline "cleaned") (fun () -> forever 0));
  let limited = let rec go n = match safe n with _ -> go (n * 2) | exception Stack_overflow -> n in go 1000 in
  Printf.printf "between %b\n" (limited > 10_000 && limited < 200_000);
  Printf.printf "%d\n" (safe 5_000)
