(* Border costs, in nanoseconds each: run by bench.mjs, here and as JavaScript. *)
open Js_of_ocaml
module U = Js.Unsafe

let time name n f =
  let now () = (new%js Js.date_now)##getTime in
  f (n / 10);
  let best = ref infinity in
  for _ = 1 to 5 do
    let start = now () in
    f n;
    best := min !best (now () -. start)
  done;
  Printf.printf "%-28s %8.1f\n%!" name (!best *. 1e6 /. float n)

let () =
  let o = U.obj [| "p", U.inject 3; "o", U.inject (U.obj [||]); "f", U.inject 2.5 |] in
  time "empty loop" 10_000_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity o) done);
  time "get, an integer" 2_000_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity (U.get o "p" : int)) done);
  time "get, an object" 2_000_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity (U.get o "o")) done);
  time "get, a float" 2_000_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity (U.get o "f" : float)) done);
  time "set" 2_000_000 (fun n -> for i = 1 to n do U.set o "p" i done);
  U.set o "m" (U.js_expr "(function (x) { return x + 1 })");
  time "method call" 1_000_000 (fun n -> for i = 1 to n do ignore (Sys.opaque_identity (U.meth_call o "m" [| U.inject i |] : int)) done);
  let f = Js.wrap_callback (fun x -> x + 1) in
  let loop = U.js_expr "(function (f, n) { for (var i = 0, s = 0; i < n; i++) s += f(i); return s })" in
  time "callback" 1_000_000 (fun n -> ignore (U.fun_call loop [| U.inject f; U.inject n |]));
  let s10 = "0123456789" and s10k = String.make 10_000 'a' in
  time "string of 10 to JS" 1_000_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity (Js.string s10)) done);
  let strings = Array.init 1000 (fun i -> Printf.sprintf "%010d" i) in
  time "1000 strings of 10 to JS" 1_000_000 (fun n -> for i = 1 to n do ignore (Sys.opaque_identity (Js.string strings.(i mod 1000))) done);
  let j10 = Js.string s10 and j10k = Js.string s10k in
  time "string of 10 from JS" 1_000_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity (Js.to_string j10)) done);
  time "string of 10,000 to JS" 2_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity (Js.string s10k)) done);
  time "string of 10,000 from JS" 2_000 (fun n -> for _ = 1 to n do ignore (Sys.opaque_identity (Js.to_string j10k)) done);
  let thrower = U.js_expr "(function () { throw new Error('x') })" in
  time "exception caught" 50_000 (fun n -> for _ = 1 to n do try U.fun_call thrower [||] with _ -> () done)
