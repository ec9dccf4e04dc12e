(* Weak references keep what they refer to, as in js_of_ocaml 4.0: its tyxml builds reactive pages of signals that nothing
   else keeps. *)

let p fmt = Printf.printf (fmt ^^ "\n%!")
let fresh n = ref (Sys.opaque_identity n)

module Cache = Weak.Make (struct
  type t = int ref
  let equal a b = !a = !b
  let hash a = !a
end)

(* As signals do: a value that only refers, weakly, to those that depend on it. *)
type signal = { mutable value : int; mutable dependents : (int -> unit) Weak.t }

let map signal f =
  let old = signal.dependents in
  let n = Weak.length old in
  signal.dependents <- Weak.create (n + 1);
  Weak.blit old 0 signal.dependents 0 n;
  Weak.set signal.dependents n (Some f)

let update signal value =
  signal.value <- value;
  for i = 0 to Weak.length signal.dependents - 1 do
    match Weak.get signal.dependents i with Some f -> f value | None -> ()
  done

let churn () = for i = 1 to 100_000 do ignore (Sys.opaque_identity (List.init 5 (fun j -> i + j))) done

let () =
  ignore (Js_of_ocaml.Js.string "uses JavaScript");
  let w = Weak.create 3 in
  Weak.set w 0 (Some (fresh 1));
  Weak.set w 1 (Some (fresh 2));
  Gc.full_major ();
  Weak.set w 1 None;
  Gc.full_major ();
  p "%b %b %b" (Weak.check w 0) (Weak.check w 1) (Weak.check w 2);
  let s = { value = 0; dependents = Weak.create 0 } in
  let sum = ref 0 in
  for i = 1 to 200 do
    map s (fun v -> sum := !sum + (i * v));
    if i mod 20 = 0 then churn ()
  done;
  update s 1;
  Gc.full_major ();
  update s 1;
  p "%d" !sum;
  let cache = Cache.create 10 in
  for i = 1 to 1000 do Cache.add cache (fresh i) done;
  churn ();
  Gc.full_major ();
  p "%d" (Cache.count cache)
