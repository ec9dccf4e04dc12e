(* SPDX-License-Identifier: Apache-2.0
   Expressions of the calculator that the lexing and parsing tests share. *)
type expr =
  | Int of int | Float of float | Str of string | Var of string * int | Neg of expr | Op of char * expr * expr
  | Let of string * expr * expr | If of expr * expr * expr | Fun of string * expr | App of expr * expr | Tuple of expr list
  | Error of int * int
