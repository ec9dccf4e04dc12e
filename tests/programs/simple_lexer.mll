(* SPDX-License-Identifier: Apache-2.0
   A lexer without bindings, for the plain engine (caml_lex_engine): longest match, first rule
   wins, shortest match, positions, rollback of characters. *)
{
let out = Buffer.create 100
let add kind lexbuf =
  Buffer.add_string out (Printf.sprintf "%s[%s]%d-%d " kind (Lexing.lexeme lexbuf) (Lexing.lexeme_start lexbuf) (Lexing.lexeme_end lexbuf))
}
rule main = parse
  | "begin" | "end" { add "kw" lexbuf; main lexbuf }
  | ['a'-'z']+ { add "id" lexbuf; main lexbuf }
  | '0' 'x' ['0'-'9' 'a'-'f']+ { add "hex" lexbuf; main lexbuf }
  | ['0'-'9']+ { add "int" lexbuf; main lexbuf }
  | "..." { add "dots" lexbuf; main lexbuf }
  | "." { add "dot" lexbuf; main lexbuf }
  | "<!" { skip lexbuf; main lexbuf }
  | "/*" ([^ '*'] | '*' [^ '/'])* "*/" { add "comment" lexbuf; main lexbuf }
  | ['\128'-'\255']+ { add "high" lexbuf; main lexbuf }
  | [' ' '\n']+ { main lexbuf }
  | eof { let s = Buffer.contents out in Buffer.clear out; s }

and skip = shortest
  | _* '>' { add "skipped" lexbuf }
