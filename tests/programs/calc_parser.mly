/* SPDX-License-Identifier: Apache-2.0
   The calculator's grammar: precedences, %prec, mid-rule positions, error recovery by `error`. */
%{
open Calc_ast
let bad = ref 0
%}
%token <int> INT
%token <float> FLOAT
%token <string> IDENT STRING
%token LET IN IF THEN ELSE FUN PLUS MINUS TIMES DIVIDE POWER EQUAL LESS LPAREN RPAREN COMMA SEMI ARROW EOF
%nonassoc IN
%nonassoc ELSE
%right ARROW
%nonassoc EQUAL LESS
%left PLUS MINUS
%left TIMES DIVIDE
%nonassoc UMINUS
%right POWER
%start program expression
%type <Calc_ast.expr list * int> program
%type <Calc_ast.expr> expression
%%
program: phrases EOF { (List.rev $1, !bad) } ;
phrases:
  | { [] }
  | phrases expr SEMI { $2 :: $1 }
  | phrases error SEMI { incr bad; Error (Parsing.symbol_start (), Parsing.symbol_end ()) :: $1 } ;
expression: expr EOF { $1 } ;
expr:
  | LET IDENT EQUAL expr IN expr { Let ($2, $4, $6) }
  | IF expr THEN expr ELSE expr { If ($2, $4, $6) }
  | FUN IDENT ARROW expr { Fun ($2, $4) }
  | expr PLUS expr { Op ('+', $1, $3) }
  | expr MINUS expr { Op ('-', $1, $3) }
  | expr TIMES expr { Op ('*', $1, $3) }
  | expr DIVIDE expr { Op ('/', $1, $3) }
  | expr POWER expr { Op ('^', $1, $3) }
  | expr LESS expr { Op ('<', $1, $3) }
  | expr EQUAL expr { Op ('=', $1, $3) }
  | MINUS expr %prec UMINUS { Neg $2 }
  | application { $1 } ;
application:
  | application atom { App ($1, $2) }
  | atom { $1 } ;
atom:
  | INT { Int $1 }
  | FLOAT { Float $1 }
  | STRING { Str $1 }
  | IDENT { Var ($1, (Parsing.rhs_start_pos 1).Lexing.pos_lnum) }
  | LPAREN expr RPAREN { $2 }
  | LPAREN expr COMMA list RPAREN { Tuple ($2 :: $4) } ;
list:
  | expr { [$1] }
  | expr COMMA list { $1 :: $3 } ;
