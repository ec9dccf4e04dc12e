(* Lwt threads over timers, after the main part has ended. *)
open Js_of_ocaml
open Js_of_ocaml_lwt

let ( let* ) = Lwt.bind

let () =
  Lwt.async (fun () ->
    let* () = Lwt_js.sleep 0.02 in
    print_endline "slept";
    let* a = Lwt.both (Lwt_js.sleep 0.01) (Lwt_js.yield ()) in
    ignore a;
    print_endline "both";
    let* r = Lwt.catch (fun () -> let* () = Lwt_js.sleep 0.001 in Lwt.fail_with "failed") (fun e -> Lwt.return (ignore e)) in
    ignore r;
    print_endline "caught";
    let n = ref 0 in
    let rec tick () =
      incr n;
      if !n < 5 then ignore (Js.Unsafe.fun_call (Js.Unsafe.get Js.Unsafe.global "setTimeout") [| Js.Unsafe.inject (Js.wrap_callback tick); Js.Unsafe.inject 1 |])
      else print_endline "ticked"
    in
    tick ();
    Lwt.return ());
  print_endline "main ends"
