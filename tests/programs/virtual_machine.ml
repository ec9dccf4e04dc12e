(* SPDX-License-Identifier: Apache-2.0
   Bigger programs in small: a stack machine with an assembler, a Brainfuck interpreter, big numbers,
   a sudoku solver, a regular-expression matcher by derivatives, Huffman codes.
   @versions all
   @gc-stress smaller *)

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"

type instruction = Push of int | Add | Sub | Mul | Dup | Swap | Over | Drop | Jump of int | Jump_zero of int | Call of int | Return | Print | Halt

let run program =
  let stack = Array.make 200 0 and calls = Stack.create () and sp = ref 0 and pc = ref 0 and steps = ref 0 in
  let push x = stack.(!sp) <- x; incr sp and pop () = decr sp; stack.(!sp) in
  let binary f = let b = pop () in let a = pop () in push (f a b) in
  (try
     while true do
       incr steps;
       let i = program.(!pc) in
       incr pc;
       match i with
       | Push n -> push n | Add -> binary ( + ) | Sub -> binary ( - ) | Mul -> binary ( * )
       | Dup -> let a = pop () in push a; push a
       | Swap -> let b = pop () in let a = pop () in push b; push a
       | Over -> push stack.(!sp - 2)
       | Drop -> ignore (pop ())
       | Jump l -> pc := l
       | Jump_zero l -> if pop () = 0 then pc := l
       | Call l -> Stack.push !pc calls; pc := l
       | Return -> pc := Stack.pop calls
       | Print -> Printf.printf "%d " (pop ())
       | Halt -> raise Exit
     done
   with Exit -> ());
  Printf.printf "(%d steps)\n" !steps

let factorial n = [| Push n; Call 4; Print; Halt; Dup; Jump_zero 11; Dup; Push 1; Sub; Call 4; Jump 13; Drop; Push 1; Over; Over; Jump_zero 17; Jump 17; Swap; Dup; Jump_zero 22; Mul; Return; Drop; Return |]
let countdown n = [| Push n; Dup; Jump_zero 7; Push 1; Sub; Jump 1; Halt; Print; Halt |]

let brainfuck source =
  let tape = Bytes.make 3000 '\000' and p = ref 0 and out = Buffer.create 20 in
  let jumps = Hashtbl.create 20 and open_ = Stack.create () in
  String.iteri (fun i -> function '[' -> Stack.push i open_ | ']' -> let j = Stack.pop open_ in Hashtbl.add jumps i j; Hashtbl.add jumps j i | _ -> ()) source;
  let rec go i =
    if i < String.length source then begin
      let cell () = Char.code (Bytes.get tape !p) in
      let set n = Bytes.set tape !p (Char.chr (n land 255)) in
      let next = match source.[i] with
        | '>' -> incr p; i | '<' -> decr p; i | '+' -> set (cell () + 1); i | '-' -> set (cell () - 1); i
        | '.' -> Buffer.add_char out (Bytes.get tape !p); i
        | '[' -> if cell () = 0 then Hashtbl.find jumps i else i
        | ']' -> if cell () <> 0 then Hashtbl.find jumps i else i
        | _ -> i in
      go (next + 1)
    end in
  go 0;
  Buffer.contents out

(* Natural numbers in base 10^4, least significant first. *)
let rec add_big a b carry = match a, b with
  | [], [] -> if carry = 0 then [] else [carry]
  | x :: a, [] | [], x :: a -> let s = x + carry in (s mod 10_000) :: add_big a [] (s / 10_000)
  | x :: a, y :: b -> let s = x + y + carry in (s mod 10_000) :: add_big a b (s / 10_000)
let rec scale a k carry = match a with
  | [] -> if carry = 0 then [] else (carry mod 10_000) :: scale [] k (carry / 10_000)
  | x :: a -> let s = (x * k) + carry in (s mod 10_000) :: scale a k (s / 10_000)
let show_big a = match List.rev a with [] -> "0" | x :: rest -> String.concat "" (string_of_int x :: List.map (Printf.sprintf "%04d") rest)

let sudoku grid =
  let cells = Array.init 81 (fun i -> Char.code grid.[i] - 48) and tried = ref 0 in
  let fits i d =
    let r = i / 9 and c = i mod 9 in
    let ok = ref true in
    for k = 0 to 8 do
      if cells.((r * 9) + k) = d || cells.((k * 9) + c) = d || cells.((((r / 3 * 3) + (k / 3)) * 9) + (c / 3 * 3) + (k mod 3)) = d then ok := false
    done;
    !ok in
  let rec solve i =
    if i = 81 then true
    else if cells.(i) <> 0 then solve (i + 1)
    else
      let rec attempt d = d <= 9 && ((incr tried; fits i d && (cells.(i) <- d; solve (i + 1) || (cells.(i) <- 0; false))) || attempt (d + 1)) in
      attempt 1 in
  let solved = solve 0 in
  Printf.printf "%b %d %s\n" solved !tried (String.concat "" (Array.to_list (Array.map string_of_int cells)))

type regex = Empty | Eps | Chr of char | Seq of regex * regex | Alt of regex * regex | Star of regex
let rec nullable = function Empty | Chr _ -> false | Eps | Star _ -> true | Seq (a, b) -> nullable a && nullable b | Alt (a, b) -> nullable a || nullable b
let seq a b = match a, b with Empty, _ | _, Empty -> Empty | Eps, r | r, Eps -> r | _ -> Seq (a, b)
let alt a b = match a, b with Empty, r | r, Empty -> r | _ -> if a = b then a else Alt (a, b)
let rec derive c = function
  | Empty | Eps -> Empty | Chr d -> if c = d then Eps else Empty
  | Seq (a, b) -> let d = seq (derive c a) b in if nullable a then alt d (derive c b) else d
  | Alt (a, b) -> alt (derive c a) (derive c b)
  | Star r as s -> seq (derive c r) s
let matches r s = nullable (String.fold_left (fun r c -> derive c r) r s)

type huffman = Leaf of char | Node of huffman * huffman
let huffman s =
  let counts = Array.make 256 0 in
  String.iter (fun c -> counts.(Char.code c) <- counts.(Char.code c) + 1) s;
  let start = List.concat (List.init 256 (fun i -> if counts.(i) = 0 then [] else [(counts.(i), i), Leaf (Char.chr i)])) in
  let rec build = function
    | [] -> Leaf '?' | [_, t] -> t
    | ((n, i), a) :: ((m, _), b) :: rest -> build (List.sort (fun (k, _) (l, _) -> compare k l) (((n + m, i), Node (a, b)) :: rest)) in
  let rec codes prefix = function Leaf c -> [c, prefix] | Node (a, b) -> codes (prefix ^ "0") a @ codes (prefix ^ "1") b in
  codes "" (build (List.sort (fun (k, _) (l, _) -> compare k l) start))

let () =
  run (factorial 10);
  run (countdown (if small then 50 else 100_000));
  print_string (brainfuck "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++.");
  let rec fact n acc = if n = 0 then acc else fact (n - 1) (scale acc n 0) in
  print_endline (show_big (fact (if small then 30 else 100) [1]));
  let rec fib n a b = if n = 0 then a else fib (n - 1) b (add_big a b 0) in
  print_endline (show_big (fib (if small then 50 else 500) [] [1]));
  if not small then sudoku "530070000600195000098000060800060003400803001700020006060000280000419005000080079";
  let r = Star (Alt (Seq (Chr 'a', Chr 'b'), Seq (Chr 'c', Star (Chr 'd')))) in
  List.iter (fun s -> Printf.printf "%b " (matches r s)) [""; "ab"; "abcddab"; "abcda"; "cccc"; "dab"];
  print_newline ();
  List.iter (fun (c, code) -> Printf.printf "%C=%s " c code) (huffman "abracadabra, alakazam");
  print_newline ()
