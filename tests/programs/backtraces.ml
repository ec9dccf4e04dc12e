(* SPDX-License-Identifier: Apache-2.0
   Exceptions as text, backtraces of many shapes, slots and locations, registered printers.
   @env OCAMLRUNPARAM=b *)

exception Plain
exception Args of int * string
exception Record of { code : int; why : string }
exception Nested of exn
exception Float_arg of float
exception Poly of int list

let texts () =
  List.iter (fun e -> print_endline (Printexc.to_string e))
    [ Not_found; Exit; End_of_file; Division_by_zero; Stack_overflow; Out_of_memory; Sys_blocked_io; Failure "reason";
      Invalid_argument "bad"; Sys_error "no"; Match_failure ("f.ml", 3, 4); Assert_failure ("g.ml", 5, 6);
      Undefined_recursive_module ("h.ml", 7, 8); Plain; Args (1, "two"); Record { code = 3; why = "r" }; Nested Plain;
      Nested (Args (0, "")); Float_arg 1.5; Poly [1]; Stdlib.Scanf.Scan_failure "s"; Lazy.Undefined ];
  Printexc.register_printer (function Args (n, s) -> Some (Printf.sprintf "<%d %s>" n s) | _ -> None);
  Printexc.register_printer (function Plain -> failwith "printer fails" | _ -> None);
  print_endline (Printexc.to_string (Args (7, "x")));
  print_endline (Printexc.to_string Plain);
  print_endline (Printexc.to_string_default (Args (7, "x")));
  Printf.printf "%s %b\n" (Printexc.exn_slot_name (Args (1, ""))) (Printexc.exn_slot_id Plain = Printexc.exn_slot_id Plain)

let[@inline never] leaf n = if n > 3 then raise (Args (n, "deep")) else n
let[@inline never] rec middle n = if n = 0 then leaf 10 else 1 + middle (n - 1)
let[@inline never] through_map () = List.map (fun n -> leaf n) [1; 2; 3; 4]
let[@inline never] reraise () = try ignore (middle 2) with Args _ as e -> raise e
let[@inline never] wrapped () = try ignore (middle 1) with e -> raise (Nested e)
let[@inline never] notrace () = raise_notrace Plain
let[@inline never] with_backtrace () =
  try ignore (middle 1) with e ->
    let bt = Printexc.get_raw_backtrace () in
    (try ignore (int_of_string "x") with Failure _ -> ());
    Printexc.raise_with_backtrace e bt
let[@inline never] primitive () = ignore (String.sub "abc" 2 5)
let[@inline never] bounds a = a.(Sys.opaque_identity 10)
let[@inline never] division n = 10 / n
let[@inline never] finally () = Fun.protect ~finally:(fun () -> ignore (try leaf 9 with _ -> 0)) (fun () -> ignore (middle 1))

let show name f =
  Printf.printf "--- %s\n" name;
  match f () with
  | _ -> print_endline "no exception"
  | exception e ->
    let bt = Printexc.get_backtrace () in
    Printf.printf "%s\n%s" (Printexc.to_string e) bt

let slots () =
  match middle 2 with
  | _ -> ()
  | exception _ ->
    match Printexc.backtrace_slots (Printexc.get_raw_backtrace ()) with
    | None -> print_endline "no slots"
    | Some slots ->
      Array.iteri (fun i slot ->
        let open Printexc.Slot in
        Printf.printf "%b %b %s" (is_raise slot) (is_inline slot) (match name slot with Some n -> n | None -> "?");
        (match location slot with
         | Some l -> Printf.printf " %s:%d:%d-%d" l.filename l.line_number l.start_char l.end_char
         | None -> ());
        Printf.printf " %s\n" (match format i slot with Some s -> s | None -> "-")) slots

let () =
  texts ();
  Printf.printf "recording %b\n" (Printexc.backtrace_status ());
  show "middle" (fun () -> ignore (middle 3));
  show "map" (fun () -> ignore (through_map ()));
  show "reraise" reraise;
  show "wrapped" wrapped;
  show "notrace" notrace;
  show "with backtrace" with_backtrace;
  show "primitive" primitive;
  show "bounds" (fun () -> ignore (bounds [|1|]));
  show "division" (fun () -> ignore (division (Sys.opaque_identity 0)));
  show "finally" finally;
  show "assert" (fun () -> assert (Sys.opaque_identity false));
  show "match" (fun () -> ignore (match Sys.opaque_identity 3 with 1 -> 2));
  slots ();
  Printf.printf "callstack %d\n" (Printexc.raw_backtrace_length (Printexc.get_callstack 2));
  print_string (Printexc.raw_backtrace_to_string (Printexc.get_callstack 3));
  Printexc.record_backtrace false;
  show "not recorded" (fun () -> ignore (middle 1));
  Printexc.set_uncaught_exception_handler (fun e _ -> Printf.eprintf "handler: %s\n" (Printexc.to_string e));
  Printexc.record_backtrace true;
  (try Printexc.catch (fun () -> 0) () |> ignore with _ -> ())
