(* SPDX-License-Identifier: Apache-2.0
   Tokens of the calculator: numbers, names, strings with escapes, nested comments, positions.
   `as` bindings make ocamllex use its engine with memory (caml_new_lex_engine). *)
{
open Calc_parser
exception Lexical_error of string * int
let comment_depth = ref 0
}
let digit = ['0'-'9']
let ident = ['a'-'z' 'A'-'Z' '_'] ['a'-'z' 'A'-'Z' '0'-'9' '_' '\'']*

rule token = parse
  | [' ' '\t' '\r']+ { token lexbuf }
  | '\n' { Lexing.new_line lexbuf; token lexbuf }
  | "(*" { comment_depth := 1; comment lexbuf; token lexbuf }
  | (digit+ as whole) '.' (digit* as fraction) (['e' 'E'] (['+' '-']? as sign) (digit+ as exponent))?
      { let e = match exponent with None -> "" | Some e -> "e" ^ (match sign with Some s -> s | None -> "") ^ e in
        FLOAT (float_of_string (whole ^ "." ^ fraction ^ e)) }
  | digit+ as n { INT (int_of_string n) }
  | "let" { LET } | "in" { IN } | "if" { IF } | "then" { THEN } | "else" { ELSE } | "fun" { FUN }
  | ident as name { IDENT name }
  | '"' { let b = Buffer.create 16 in str b lexbuf; STRING (Buffer.contents b) }
  | '+' { PLUS } | '-' { MINUS } | '*' { TIMES } | '/' { DIVIDE } | '^' { POWER } | '=' { EQUAL } | '<' { LESS }
  | '(' { LPAREN } | ')' { RPAREN } | ',' { COMMA } | ';' { SEMI } | "->" { ARROW }
  | eof { EOF }
  | _ as c { raise (Lexical_error (Printf.sprintf "unexpected %C" c, Lexing.lexeme_start lexbuf)) }

and comment = parse
  | "(*" { incr comment_depth; comment lexbuf }
  | "*)" { decr comment_depth; if !comment_depth > 0 then comment lexbuf }
  | '\n' { Lexing.new_line lexbuf; comment lexbuf }
  | eof { raise (Lexical_error ("comment not closed", Lexing.lexeme_start lexbuf)) }
  | _ { comment lexbuf }

and str b = parse
  | '"' { () }
  | '\\' (['n' 't' '\\' '"'] as c) { Buffer.add_char b (match c with 'n' -> '\n' | 't' -> '\t' | c -> c); str b lexbuf }
  | '\\' (digit digit digit as n) { Buffer.add_char b (Char.chr (int_of_string n)); str b lexbuf }
  | [^ '"' '\\']+ as s { Buffer.add_string b s; str b lexbuf }
  | eof { raise (Lexical_error ("string not closed", Lexing.lexeme_start lexbuf)) }
