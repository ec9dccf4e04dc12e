(* Json.output and unsafe_input. *)
open Js_of_ocaml
type t = { name : string; values : int list; pair : float * bool }

let () =
  let v = { name = "caf\xc3\xa9"; values = [ 1; 2; 3 ]; pair = (2.5, true) } in
  let text = Json.output v in
  print_endline (Js.to_string text);
  print_endline (Js.to_string (Json.output [| 1; 2 |]));
  print_endline (Js.to_string (Json.output (Some 12345678901234L)))
