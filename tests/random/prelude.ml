(* What every random program has at its head: checksums, fuel, and operations that keep values small. *)
let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"

(* Every call and every turn of a loop costs a tick; without fuel they return at once. *)
let fuel = ref 0
let refuel n = fuel := if small then n / 20 else n
let tick () = decr fuel; !fuel >= 0

let sum = ref 0
let mix n = sum := (!sum * 1000003) lxor n
(* The sign of a nan is the engine's own affair. *)
let bits x = if x <> x then 0x7FF8 else Int64.to_int (Int64.bits_of_float x) lxor Int64.to_int (Int64.shift_right_logical (Int64.bits_of_float x) 63)
let out tag n = mix n; Printf.printf "%s %d %x\n" tag n !sum
let outf tag x = mix (bits x); if x <> x then Printf.printf "%s nan\n" tag else Printf.printf "%s %h\n" tag x
let sum_string s = String.fold_left (fun a c -> (a * 31) + Char.code c) (String.length s) s
let sum_list l = List.fold_left (fun a x -> (a * 31) + x) 7 l
let sum_floats l = List.fold_left (fun a x -> (a * 31) + bits x) 11 l

exception E0
exception E1 of int
exception E2 of string * int
exception E3 of float

type _ Effect.t += Ask : int -> int Effect.t
type _ Effect.t += AskF : float -> float Effect.t
type _ Effect.t += Note : string -> unit Effect.t

let exn_code = function
  | E0 -> 1 | E1 n -> n lxor 2 | E2 (s, n) -> sum_string s + n | E3 x -> bits x
  | Division_by_zero -> 3 | Not_found -> 4 | Exit -> 5
  | Invalid_argument s -> sum_string s | Failure s -> 1 + sum_string s
  | Match_failure (_, l, c) -> l + c | Assert_failure (_, l, c) -> l + c + 1
  | Effect.Unhandled (Ask n) -> n lxor 6 | Effect.Unhandled (AskF x) -> bits x + 1 | Effect.Unhandled (Note s) -> sum_string s + 2
  | Effect.Continuation_already_resumed -> 7 | CamlinternalLazy.Undefined -> 8
  | Stack_overflow -> 9 | Out_of_memory -> 10
  | _ -> 11

(* One line for each statement, whether it ends or raises. *)
let run tag units f =
  refuel units;
  match f () with
  | n -> out tag n
  | exception e -> out (tag ^ " raised") (exn_code e)

type frec = { x : float; mutable y : float; z : float }
type mrec = { a : int; mutable b : float; mutable c : string; mutable d : int list }
let sum_frec r = (bits r.x * 31 * 31) + (bits r.y * 31) + bits r.z
let sum_mrec r = r.a + (bits r.b * 31) + sum_string r.c + sum_list r.d

let cat a b = if List.compare_length_with a 100 > 0 || List.compare_length_with b 100 > 0 then b else a @ b
let scat a b = if String.length a + String.length b > 200 then b else a ^ b
let acat a b = if Array.length a + Array.length b > 200 then b else Array.append a b
let small_int n = (n land max_int) mod 17

module Ints = Map.Make (Int)
let table : (int, int) Hashtbl.t = Hashtbl.create 8
let names : (string, float) Hashtbl.t = Hashtbl.create 8
let buffer = Buffer.create 16
let add_text s = if Buffer.length buffer < 500 then Buffer.add_string buffer s
let map = ref Ints.empty
