(* OCaml functions as JavaScript functions. *)
open Js_of_ocaml
module U = Js.Unsafe

let p fmt = Printf.printf (fmt ^^ "\n")
let expr = U.js_expr
let inj = U.inject

let () =
  let call f args : int = U.fun_call f args in
  let add = Js.wrap_callback (fun a b -> a + b) in
  p "%d" (call add [| inj 1; inj 2 |]);
  p "%d" (call add [| inj 1; inj 2; inj 3; inj 4 |]);
  let partial = U.fun_call add [| inj 5 |] in
  p "%d" (call partial [| inj 6 |]);
  let opt = Js.wrap_callback (fun (x : int Js.optdef) -> if Js.Optdef.test x then 1 else 0) in
  p "%d %d" (call opt [||]) (call opt [| inj 3 |]);
  let strict = U.callback_with_arity 3 (fun a b (c : int Js.optdef) -> a + b + if Js.Optdef.test c then 100 else 0) in
  p "%d %d" (call strict [| inj 1; inj 2 |]) (call strict [| inj 1; inj 2; inj 3; inj 4 |]);
  let arguments = U.callback_with_arguments (fun args -> (Js.to_array (Obj.magic args : int Js.js_array Js.t)) |> Array.fold_left (+) 0) in
  p "%d" (call arguments [| inj 1; inj 2; inj 3 |]);
  let o = U.obj [| "n", inj 7 |] in
  U.set o "m" (Js.wrap_meth_callback (fun self x -> (U.get self "n" : int) + x));
  p "%d" (U.meth_call o "m" [| inj 1 |]);
  U.set o "m2" (U.meth_callback_with_arity 1 (fun self x -> (U.get self "n" : int) * x));
  p "%d" (U.meth_call o "m2" [| inj 3 |]);
  (* A bare closure is a function there. *)
  p "%d" (U.fun_call (expr "(function (f) { return f(20, 1) })") [| inj (fun a b -> a + b) |]);
  let f = fun x -> x + 1 in
  p "%b" (Js.to_bool (U.fun_call (expr "(function (a, b) { return a === b })") [| inj f; inj f |]));
  U.set o "f" f;
  p "%d" ((U.get o "f" : int -> int) 41);
  let sorted = (Js.array [| 3; 1; 2 |])##sort (Js.wrap_callback (fun a b -> float (a - b))) in
  p "%s" (Js.to_string (sorted##join (Js.string ",")));
  (* OCaml values there and back. *)
  let v = Some [ 1; 2 ] in
  U.set o "v" v;
  p "%b %b" (U.get o "v" == v) (U.get o "v" = Some [ 1; 2 ]);
  (* In each other's calls. *)
  let rec fact n = if n = 0 then 1 else n * U.fun_call (expr "(function (f, n) { return f(n) })") [| inj (Js.wrap_callback fact); inj (n - 1) |] in
  p "%d" (fact 10);
  let total = ref 0 in
  for i = 1 to 20_000 do
    ignore (U.fun_call (Js.wrap_callback (fun x -> total := !total + x)) [| inj i |])
  done;
  p "%d" !total;
  let rec deep n = if n = 0 then 0 else 1 + U.fun_call (Js.wrap_callback deep) [| inj (n - 1) |] in
  p "%d" (deep 100)

(* A closure whose one variable is a JavaScript value is no JavaScript function. *)
let () =
  let o = U.obj [| "n", inj 4 |] in
  let f x = (U.get o "n" : int) + x in
  p "%d" (U.fun_call (expr "(function (f) { return f(1) })") [| inj f |]);
  (* JavaScript functions called as OCaml ones, also with too few arguments. *)
  let g : int -> int -> int = expr "(function (a, b) { return a * b })" in
  p "%d %s" (g 6 7) (String.concat "," (List.map string_of_int (List.map (g 2) [ 1; 2; 3 ])));
  let h : int -> int -> int -> int -> int -> int = expr "(function (a, b, c, d, e) { return arguments.length * 10000 + a * b * c * d * e })" in
  p "%d %d" (h 1 2 3 4 5) (List.hd (List.map (h 1 1 1 1) [ 6 ]));
  let partial = h 1 2 3 in
  p "%d %d" (partial 1 1) (partial 2 2);
  let ten : int -> int -> int -> int -> int -> int -> int -> int -> int -> int -> int =
    expr "(function (a, b, c, d, e, f, g, h, i, j) { return arguments.length * 1000 + a + b + c + d + e + f + g + h + i + j })" in
  p "%d" (ten 1 2 3 4 5 6 7 8 9 10)
