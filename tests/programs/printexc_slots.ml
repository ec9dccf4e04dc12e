(* SPDX-License-Identifier: Apache-2.0
   Raw backtraces and their slots; the place that each kind of raise shows: primitives, array bounds,
   match failures, objects, functors, calls whose arguments are being evaluated.
   @env OCAMLRUNPARAM=b
   @exit 7 *)

open Printexc

let opaque = Sys.opaque_identity

let show_slots backtrace =
  match backtrace_slots backtrace with
  | None -> print_endline "no slots"
  | Some slots ->
    Array.iteri (fun i slot ->
      print_endline (Option.value (Slot.format i slot) ~default:"no text");
      (match Slot.location slot with
       | None -> print_endline "no location"
       | Some l ->
         Printf.printf "  %s %d %d %d %b %b\n" l.filename l.line_number l.start_char l.end_char
           (Slot.is_raise slot) (Slot.is_inline slot));
      print_endline ("  " ^ Option.value (Slot.name slot) ~default:"no name")) slots

let guarded name f =
  print_endline name;
  try ignore (f ()) with _ -> print_backtrace stdout

let find x =
  if x = 0 then
    raise
      Not_found else x
let rec deep n = if n = 0 then find 0 else n + deep (n - 1)

let () =
  try ignore (deep 3) with _ ->
    let backtrace = get_raw_backtrace () in
    Printf.printf "%d\n" (raw_backtrace_length backtrace);
    show_slots backtrace;
    let slot = get_raw_backtrace_slot backtrace 0 in
    print_endline (if get_raw_backtrace_next_slot slot = None then "none" else "some");
    (try ignore (get_raw_backtrace_slot backtrace 1000) with Invalid_argument s -> print_endline s);
    (try raise_with_backtrace Exit backtrace with Exit -> print_backtrace stdout)

let rec callstack n =
  if n = 0 then get_callstack 5 else let stack = callstack (n - 1) in opaque stack
let () = show_slots (callstack 10)

let () =
  record_backtrace false;
  guarded "not recorded" (fun () -> deep 2);
  Printf.printf "%b\n" (backtrace_status ());
  record_backtrace true

(* An integer that looks like a code address beside a closure and a small number is none. *)
let rec integers n f k = if n = 0 then failwith "done" else 1 + integers (n - 4) f k
let () = guarded "integers" (fun () -> integers 400 print_endline 3)

let () = guarded "Array.make" (fun () -> Array.make (opaque (-1)) 0)
let () = guarded "Hashtbl.find" (fun () -> Hashtbl.find (Hashtbl.create 3) 1)
let () = guarded "String.sub" (fun () -> String.sub "abc" 2 5)
let () = guarded "Bytes.get" (fun () -> Bytes.get (Bytes.create 3) 7)
let () = guarded "array bound" (fun () -> (opaque [| 1 |]).(5))
let () = guarded "division" (fun () -> 1 / opaque 0)
let () = guarded "mod" (fun () -> 1 mod opaque 0)
let () = guarded "int_of_string" (fun () -> int_of_string "z")
let () = guarded "List.sort" (fun () -> List.sort (fun _ _ -> failwith "order") [ 3; 1; 2 ])
let () = guarded "lazy" (fun () -> Lazy.force (lazy (raise Exit)))
let () = guarded "raise_notrace" (fun () -> raise_notrace Exit)
let () = guarded "assert" (fun () -> assert (opaque false))
let () = guarded "match" (fun () -> match opaque 3 with 1 -> () | _ when opaque false -> ()) [@@warning "-8"]
let () = guarded "compare" (fun () -> compare print_int print_int)
let () = guarded "Marshal" (fun () -> Marshal.from_string "abc" 0)

class c = object method m x = if x then raise Exit end
let () = guarded "method" (fun () -> (new c)#m true)

module F (X : sig val v : int end) = struct
  let g () = raise (Failure (string_of_int X.v))
end
module G = F (struct let v = 3 end)
let () = guarded "functor" (fun () -> G.g ())

let five a b c d e = a + b + c + d + e + raise Exit
let () = guarded "in an argument" (fun () -> five 1 2 3 4 (deep 0))
let () = guarded "in the call" (fun () -> five 1 2 3 4 5)

let () = guarded "reraise" (fun () -> try deep 1 with e -> raise e)
let () = guarded "other exception" (fun () -> try deep 1 with _ -> raise Exit)
let () = guarded "finally" (fun () -> Fun.protect ~finally:(fun () -> ignore (opaque 1)) (fun () -> deep 1))

let () =
  set_uncaught_exception_handler (fun e backtrace ->
    Printf.printf "uncaught %s\n%s%!" (to_string e) (raw_backtrace_to_string backtrace);
    exit 7)
let () = ignore (deep 1)
