(* SPDX-License-Identifier: Apache-2.0
   A calculator through ocamllex and ocamlyacc: both engines, positions, errors and recovery.
   @with calc_ast.ml calc_parser.mly calc_lexer.mll
   @versions all *)

open Calc_ast

type value = N of int | F of float | S of string | B of bool | C of (value -> value) | T of value list

exception Type_error of string

let rec show = function
  | N n -> string_of_int n | F f -> Printf.sprintf "%g" f | S s -> Printf.sprintf "%S" s | B b -> string_of_bool b
  | C _ -> "<fun>" | T l -> "(" ^ String.concat ", " (List.map show l) ^ ")"

let rec power b e = if e = 0 then 1 else b * power b (e - 1)

let rec eval env = function
  | Int n -> N n
  | Float f -> F f
  | Str s -> S s
  | Var (x, line) -> (try List.assoc x env with Not_found -> raise (Type_error (Printf.sprintf "line %d: unbound %s" line x)))
  | Neg e -> (match eval env e with N n -> N (-n) | F f -> F (-.f) | _ -> raise (Type_error "neg"))
  | Let (x, e, body) ->
    let rec v = lazy (eval ((x, C (fun a -> match Lazy.force v with C f -> f a | _ -> raise (Type_error "rec"))) :: env) e) in
    eval ((x, Lazy.force v) :: env) body
  | If (c, a, b) -> (match eval env c with B true -> eval env a | B false -> eval env b | _ -> raise (Type_error "if"))
  | Fun (x, e) -> C (fun v -> eval ((x, v) :: env) e)
  | App (f, a) -> (match eval env f with C f -> f (eval env a) | _ -> raise (Type_error "not a function"))
  | Tuple l -> T (List.map (eval env) l)
  | Error (a, b) -> S (Printf.sprintf "syntax error %d-%d" a b)
  | Op (op, a, b) ->
    (match op, eval env a, eval env b with
     | '+', N a, N b -> N (a + b) | '-', N a, N b -> N (a - b) | '*', N a, N b -> N (a * b) | '/', N a, N b -> N (a / b)
     | '^', N a, N b -> N (power a b) | '<', a, b -> B (compare a b < 0) | '=', a, b -> B (a = b)
     | '+', F a, F b -> F (a +. b) | '*', F a, F b -> F (a *. b) | '+', S a, S b -> S (a ^ b)
     | _ -> raise (Type_error (String.make 1 op)))

let run text =
  let lexbuf = Lexing.from_string text in
  match Calc_parser.program Calc_lexer.token lexbuf with
  | phrases, bad ->
    List.iter (fun e ->
      match eval [] e with
      | v -> Printf.printf "  %s\n" (show v)
      | exception Type_error r -> Printf.printf "  type error: %s\n" r
      | exception Division_by_zero -> print_endline "  division by zero") phrases;
    Printf.printf "bad so far: %d\n" bad
  | exception Parsing.Parse_error ->
    let p = Lexing.lexeme_start_p lexbuf in
    Printf.printf "parse error at line %d column %d, token %S\n" p.pos_lnum (p.pos_cnum - p.pos_bol) (Lexing.lexeme lexbuf)
  | exception Calc_lexer.Lexical_error (reason, at) -> Printf.printf "lexical error at %d: %s\n" at reason

let () =
  run "1 + 2 * 3; (1 + 2) * 3; 2 ^ 3 ^ 2; -2 ^ 2; 10 - 4 - 3;";
  run "1.5 + 2.25e1; 1. * 3.0e-2; \"a\\n\\065\" + \"b\";";
  run "let f = fun n -> if n < 2 then n else f (n - 1) + f (n - 2) in f 15;";
  run "let twice = fun f -> fun x -> f (f x) in twice (fun x -> x * x) 7;";
  run "(* a (* nested *) comment *) (1, \"two\", (3, 4));\nlet x = 1 in\n  y;";
  run "1 + ; 2; ) ( ; 3 4; 5;";
  run "1 / 0; 1 = 1; \"a\" < \"b\";";
  run "1 + 2";
  run "let x = 3 in x ? 2;";
  run "(* never closed";
  run "\"never closed";
  let long = String.concat " + " (List.init 300 string_of_int) ^ ";" in
  run long;
  let nested = String.concat "" (List.init 60 (fun _ -> "(")) ^ "7" ^ String.concat "" (List.init 60 (fun _ -> ")")) ^ ";" in
  run nested;
  (* A refill function that hands over three bytes at a time makes the lexer's buffer move. *)
  let source = "let alpha = 12345 in alpha * 2; \"some longer string literal\";" in
  let position = ref 0 in
  let lexbuf = Lexing.from_function (fun buffer n ->
    let n = min 3 (min n (String.length source - !position)) in
    Bytes.blit_string source !position buffer 0 n;
    position := !position + n;
    n) in
  let phrases, _ = Calc_parser.program Calc_lexer.token lexbuf in
  List.iter (fun e -> print_endline (show (eval [] e))) phrases;
  (match Calc_parser.expression Calc_lexer.token (Lexing.from_string "2 *") with
   | _ -> print_endline "unexpected" | exception Parsing.Parse_error -> print_endline "Parse_error")
