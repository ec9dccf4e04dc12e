(* SPDX-License-Identifier: Apache-2.0
   First-class modules: packed in lists and tables, unpacked locally, with type sharing, plug-ins,
   existential values, modules made at run time.
   @versions all *)

module type DEVICE = sig
  type t
  val name : string
  val create : int -> t
  val step : t -> t
  val show : t -> string
end

module Counter : DEVICE = struct type t = int let name = "counter" let create n = n let step = succ let show = string_of_int end
module Doubler : DEVICE = struct type t = float let name = "doubler" let create = float_of_int let step x = x *. 2.0 let show = Printf.sprintf "%g" end
module Text : DEVICE = struct type t = string let name = "text" let create n = String.make n '*' let step s = s ^ "+" let show s = s end

module type RUNNING = sig module D : DEVICE val state : D.t end

let start (module D : DEVICE) n : (module RUNNING) = (module struct module D = D let state = D.create n end)
let step (module R : RUNNING) : (module RUNNING) = (module struct module D = R.D let state = D.step R.state end)
let show (module R : RUNNING) = R.D.name ^ ":" ^ R.D.show R.state

let sort (type a) (module O : Set.OrderedType with type t = a) l =
  let module S = Set.Make (O) in
  S.elements (S.of_list l)

let group (type k) (module K : Map.OrderedType with type t = k) (key : 'v -> k) values =
  let module M = Map.Make (K) in
  M.bindings (List.fold_left (fun m v -> M.update (key v) (fun l -> Some (v :: Option.value l ~default:[])) m) M.empty values)

let registry : (string, (module DEVICE)) Hashtbl.t = Hashtbl.create 8
let register (module D : DEVICE) = Hashtbl.replace registry D.name (module D : DEVICE)

module type NUMBER = sig type t val of_int : int -> t val add : t -> t -> t val mul : t -> t -> t val to_string : t -> string end

let polynomial (module N : NUMBER) coefficients x =
  let x = N.of_int x in
  N.to_string (List.fold_left (fun acc c -> N.add (N.mul acc x) (N.of_int c)) (N.of_int 0) coefficients)

let modular n : (module NUMBER) =
  (module struct
    type t = int
    let of_int k = ((k mod n) + n) mod n
    let add a b = (a + b) mod n
    let mul a b = a * b mod n
    let to_string k = Printf.sprintf "%d (mod %d)" k n
  end)

type any = Any : (module DEVICE with type t = 'a) * 'a -> any
let step_any (Any ((module D), v)) = Any ((module D), D.step v)
let show_any (Any ((module D), v)) = D.show v

let () =
  let devices : (module DEVICE) list = [(module Counter); (module Doubler); (module Text)] in
  let running = List.map (fun d -> start d 3) devices in
  let rec repeat n f x = if n = 0 then x else repeat (n - 1) f (f x) in
  List.iter (fun r -> print_endline (show (repeat 5 step r))) running;
  Printf.printf "%s\n" (String.concat " " (List.map string_of_int (sort (module Int) [3; 1; 2; 3])));
  Printf.printf "%s\n" (String.concat " " (sort (module String) ["b"; "a"; "b"]));
  List.iter (fun (k, vs) -> Printf.printf "%d:%s " k (String.concat "," vs)) (group (module Int) String.length ["a"; "bb"; "c"; "dd"; "eee"]);
  print_newline ();
  List.iter register devices;
  List.iter (fun name ->
    match Hashtbl.find_opt registry name with
    | Some (module D) -> Printf.printf "%s -> %s\n" name D.(show (step (create 1)))
    | None -> Printf.printf "%s -> none\n" name) ["text"; "doubler"; "absent"];
  let module Plain = struct include Int let of_int n = n end in
  print_endline (polynomial (module Plain) [1; 2; 3] 10);
  print_endline (polynomial (modular 7) [1; 2; 3] 10);
  print_endline (polynomial (modular 97) [5; -4; 3] 50);
  let anys = [Any ((module Counter), Counter.create 1); Any ((module Text), Text.create 2)] in
  List.iter (fun a -> print_endline (show_any (step_any (step_any a)))) anys;
  let chosen = if Sys.opaque_identity true then (module Counter : DEVICE) else (module Text) in
  let (module D) = chosen in
  print_endline D.name
