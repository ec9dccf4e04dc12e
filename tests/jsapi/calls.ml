(* @own: OCaml functions that JavaScript calls and that wait: it gets promises. *)
open Js_of_ocaml
module U = Js.Unsafe
external await : 'a -> 'b = "bactrian_js_await"

(* In no order that would depend on the machine's speed: sorted, when all has been said. *)
let said = ref [] and expected = ref 0
let say line =
  said := line :: !said;
  if List.length !said = !expected then List.iter print_endline (List.sort compare !said)
let p fmt = Printf.ksprintf say fmt
let after ms v : 'a = U.fun_call (U.js_expr "(function (ms, v) { return new Promise(function (done) { setTimeout(function () { done(v) }, ms) }) })") [| U.inject ms; U.inject v |]
let print = U.inject (Js.wrap_callback (fun s -> p "%s" (Js.to_string s)))

(* f(arg), from an event; what it gives, and what becomes of that. *)
let call ?(lines = 2) name f arg =
  expected := !expected + lines;
  ignore (U.fun_call (U.js_expr {|(function (name, f, arg, print) {
    setTimeout(function () {
      var r;
      try { r = f(arg) } catch (e) { r = 'raised ' + e }
      print(name + ': ' + (r instanceof Promise ? 'a promise' : r));
      if (r instanceof Promise) r.then(function (v) { print(name + ': ' + v) }, function (e) { print(name + ': raised ' + e) });
    }, 0)
  })|}) [| U.inject (Js.string name); U.inject (Js.wrap_callback f); U.inject arg; print |])

let rec sum n = if n = 0 then 0 else n + sum (n - 1)
let keep = ref []

let () =
  expected := 3;
  call ~lines:1 "at once" (fun x -> x + 1) 1;
  call "waits" (fun x -> let y = await (after 20 (x * 2)) in y + 1) 4;
  call "waits twice" (fun x -> let l = List.init 100 string_of_int in let y = await (after 1 x) in let z = await (after 60 y) in y + z + List.length l) 5;
  call "raises" (fun x -> ignore (await (after 40 x)); failwith "late") 6;
  call "rejected" (fun _ -> match await (U.eval_string "Promise.reject(new Error('no'))") with
    | () -> "nothing" | exception Js.Error e -> "caught " ^ Js.to_string e##.message) 0;
  call ~lines:1 "nested" (fun x ->
    let inner = Js.wrap_callback (fun x -> (await (after 1 x) : int)) in
    match U.fun_call (U.js_expr "(function (f) { return f(1) })") [| U.inject inner |] with
    | n -> string_of_int n | exception e -> Printexc.to_string e) 0;
  (* The main part waits as well: neither's end is the other's. *)
  p "main %d" (await (after 10 1));
  call "deep" (fun x -> let y = sum 20_000 in keep := List.init 1000 (fun i -> i, y); let z = await (after 90 y) in Gc.full_major (); z + List.length !keep) 7;
  p "main %d" (await (after 30 2));
  call "after main" (fun x -> await (after 100 (x + 1))) 1;
  p "main ends"
