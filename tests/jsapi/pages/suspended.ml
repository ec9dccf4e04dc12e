(* @own: while the main part waits for a promise, events call the program's functions.
   @do click #button
   @do click #button *)
open Js_of_ocaml
module U = Js.Unsafe
external await : 'a -> 'b = "bactrian_js_await"

let p fmt = Printf.ksprintf print_endline fmt

let () =
  let resolve = ref ignore in
  let start f _ = resolve := (fun (n : int) -> U.fun_call f [| U.inject n |]) in
  let promise = U.new_obj (U.get U.global "Promise") [| U.inject (Js.wrap_callback start) |] in
  let button = Dom_html.createButton Dom_html.document in
  button##.id := Js.string "button";
  button##.textContent := Js.some (Js.string "button");
  Dom.appendChild Dom_html.document##.body button;
  let clicks = ref 0 in
  button##.onclick := Dom_html.handler (fun _ ->
    incr clicks;
    p "click %d" !clicks;
    if !clicks = 2 then !resolve 42;
    Js._true);
  ignore (Dom_html.window##setTimeout (Js.wrap_callback (fun () -> p "ready")) 1.);
  p "waiting";
  let n : int = await promise in
  p "%d after %d clicks" n !clicks;
  let deep = List.map (fun n -> n + (await (U.meth_call (U.get U.global "Promise") "resolve" [| U.inject (10 * n) |]) : int)) [ 1; 2; 3 ] in
  p "%s" (String.concat " " (List.map string_of_int deep));
  p "end"
