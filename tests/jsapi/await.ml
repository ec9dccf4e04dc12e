(* @own: promises in direct style; not js_of_ocaml's. *)
open Js_of_ocaml
module U = Js.Unsafe
external await : 'a -> 'b = "bactrian_js_await"

let p fmt = Printf.printf (fmt ^^ "\n%!")

let () =
  p "%d" (await (U.eval_string "Promise.resolve(41)") + 1);
  p "%d" (await (U.eval_string "new Promise(function (done) { setTimeout(function () { done(7) }, 20) })"));
  (match await (U.eval_string "Promise.reject(new Error('no'))") with
   | () -> p "nothing"
   | exception Js.Error e -> p "%s" (Js.to_string e##.message));
  p "%d" (await (U.inject 5));
  let f = Js.wrap_callback (fun () -> (await (U.eval_string "new Promise(function () {})") : unit)) in
  (match U.fun_call f [| U.inject 0 |] with
   | () -> p "nothing"
   | exception e -> p "%s" (Printexc.to_string e));
  (* A rejection is an exception: what catches it goes on. *)
  let later text : 'a = U.fun_call (U.eval_string "(function (f) { return new Promise(function (done, fail) { setTimeout(function () { f(done, fail) }, 1) }) })") [| U.eval_string text |] in
  let fails name : int = await (later (Printf.sprintf "(function (done, fail) { fail(new Error('%s')) })" name)) in
  let gives n : int = await (later (Printf.sprintf "(function (done) { done(%d) })" n)) in
  let message e = Js.to_string e##.message in
  let caught f = try f () with Js.Error e -> p "caught %s" (message e); -1 | Exit -> p "Exit"; -2 in
  p "%d" (caught (fun () -> gives 1 + fails "a" + gives 2));
  p "%d" (caught (fun () -> try fails "inner" with Js.Error e -> p "first %s" (message e); gives 3 + fails "outer"));
  p "%d" (caught (fun () -> try ignore (fails "lost"); 0 with Not_found -> 5));
  p "%d" (caught (fun () -> try fails "b" with Js.Error _ when gives 0 = 1 -> 6));
  p "%d" (caught (fun () -> Fun.protect ~finally:(fun () -> p "finally %d" (gives 4)) (fun () -> gives 5 + fails "c")));
  p "%d" (caught (fun () -> Fun.protect ~finally:(fun () -> p "finally") (fun () -> gives 6)));
  p "%d" (caught (fun () -> match fails "d" with n -> n | exception Js.Error _ -> raise Exit));
  let rec deep n = if n = 0 then fails "deep" else try 1 + deep (n - 1) with Js.Error e when n = 7 -> 100 + gives n + String.length (message e) in
  p "%d" (caught (fun () -> deep 20));
  let total = ref 0 in
  for i = 1 to 30 do total := !total + (try if i mod 3 = 0 then fails "turn" else gives i with Js.Error _ -> 1000) done;
  p "%d" !total;
  p "end"
