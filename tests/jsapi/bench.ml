(* Border costs, in nanoseconds each: run by bench.mjs, here and as JavaScript. What a loop computes goes to [keep], and
   differs from one turn to the next, so that no compiler leaves it out. *)
open Js_of_ocaml
module U = Js.Unsafe

let keep = ref (Obj.repr 0)
let rounds = if Array.length Sys.argv > 1 then int_of_string Sys.argv.(1) else 5

(* The thread's own time, where Node tells it: the machine may be busy. Its grain is some milliseconds. *)
let now : unit -> float =
  let clock = U.js_expr "(function () { if (!process.threadCpuUsage) return performance.now(); var u = process.threadCpuUsage(); return (u.user + u.system) / 1000 })" in
  fun () -> Js.to_float (U.fun_call clock [||])

let time name f =
  let took n = let start = now () in f n; now () -. start in
  let rec enough n = if n >= 100_000_000 || took n >= 40. then n else enough (2 * n) in
  let n = enough 1000 in
  let best = ref infinity in
  for _ = 1 to rounds do best := min !best (took n) done;
  Printf.printf "%-32s %8.1f\n%!" name (!best *. 1e6 /. float n)

let each name f = time name (fun n -> for i = 1 to n do keep := Obj.repr (f i) done)

let () =
  let make () = U.obj [| "p", U.inject 3; "o", U.inject (U.obj [||]); "f", U.inject 2.5 |] in
  let pair = [| make (); make () |] in
  let o = pair.(0) in
  each "empty loop" (fun i -> pair.(i land 1));
  each "get, an integer" (fun i -> (U.get pair.(i land 1) "p" : int));
  each "get, an object" (fun i -> U.get pair.(i land 1) "o");
  each "get, a float" (fun i -> (U.get pair.(i land 1) "f" : float));
  each "set" (fun i -> U.set pair.(i land 1) "p" i);
  let add = U.js_expr "(function (x) { return x + 1 })" in
  Array.iter (fun o -> U.set o "m" add) pair;
  each "method call" (fun i -> (U.meth_call pair.(i land 1) "m" [| U.inject i |] : int));
  each "function call" (fun i -> (U.fun_call add [| U.inject i |] : int));
  let loop = U.js_expr "(function (f, n) { for (var i = 0, s = 0; i < n; i++) s += f(i); return s })" in
  let f = Js.wrap_callback (fun x -> x + 1) in
  time "callback" (fun n -> keep := Obj.repr (U.fun_call loop [| U.inject f; U.inject n |] : int));
  let strings count length = Array.init count (fun i -> Printf.sprintf "%0*d" length i) in
  let same = strings 2 10 and some = strings 1000 10 and many = strings 50_000 10 in
  each "string of 10 to JS: 2" (fun i -> Js.string same.(i land 1));
  each "string of 10 to JS: 1000" (fun i -> Js.string some.(i mod 1000));
  each "string of 10 to JS: 50,000" (fun i -> Js.string many.(i mod 50_000));
  let texts = Array.map Js.string some in
  each "string of 10 from JS" (fun i -> Js.to_string texts.(i mod 1000));
  let long = strings 2 10_000 in
  each "string of 10,000 to JS" (fun i -> Js.string long.(i land 1));
  let texts = Array.map Js.string long in
  each "string of 10,000 from JS" (fun i -> Js.to_string texts.(i land 1));
  (* Of strings that the program has just put together; JavaScript looks at them. *)
  let look = U.js_expr "(function (s) { return s.charCodeAt(s.length - 1) })" in
  let b = Buffer.create 100 in
  let made length i =
    Buffer.clear b;
    while Buffer.length b < length do
      Buffer.add_string b "abcdefghi";
      Buffer.add_char b (Char.unsafe_chr (97 + i land 15))
    done;
    Buffer.contents b
  in
  let seen s = (U.fun_call look [| U.inject (Js.string s) |] : int) in
  each "string of 10 made, to JS" (fun i -> seen (made 10 i));
  each "string of 10,000 made, to JS" (fun i -> seen (made 10_000 i));
  each "integer's text to JS" (fun i -> seen (string_of_int (i + 1_000_000)));
  let thrower = U.js_expr "(function () { throw new Error('x') })" in
  each "exception caught" (fun _ -> try U.fun_call thrower [||] with e -> Obj.magic e)
