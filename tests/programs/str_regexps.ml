(* The library Str: matching, searching both ways, groups, replacement, splitting; then many
   expressions and texts made from a generator, so that any difference in backtracking shows.
   @libs str
   @versions all
   @gc-stress smaller *)

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"

let groups text =
  let group n = match Str.matched_group n text with
    | s -> Printf.sprintf "%d-%d=%S" (Str.group_beginning n) (Str.group_end n) s
    | exception Not_found -> "-"
    | exception Invalid_argument _ -> "" in
  String.concat " " (List.filter (( <> ) "") (List.init 12 group))

let attempt f = match f () with
  | exception Not_found -> "Not_found"
  | exception Failure m -> "Failure " ^ m
  | exception Invalid_argument m -> "Invalid_argument " ^ m
  | s -> s

let show what f = Printf.printf "%s: %s\n" what (attempt f)

let all_ways ?(fold = false) pattern text =
  let re = if fold then Str.regexp_case_fold pattern else Str.regexp pattern in
  Printf.printf "%S on %S\n" pattern text;
  show "  match" (fun () -> if Str.string_match re text 0 then groups text else "no");
  show "  partial" (fun () -> if Str.string_partial_match re text 0 then groups text else "no");
  show "  forward" (fun () -> ignore (Str.search_forward re text 0); groups text);
  show "  backward" (fun () -> ignore (Str.search_backward re text (String.length text)); groups text)

let () =
  all_ways "a\\(b*\\)\\(c?\\)" "xxabbbcab";
  all_ways "\\(a\\|ab\\)\\(c\\|bcd\\)\\(d*\\)" "abcd";
  all_ways "\\(a*\\)*b" "aaac";
  all_ways "\\(a*\\)+" "b";
  all_ways "\\(\\(a\\)\\|b\\)*" "ab";
  all_ways "\\([a-z]+\\) \\1\\b" "the the cat cat";
  all_ways ~fold:true "h[e-h]LLO\\(WORLD\\|world\\)?" "say HellOWorlD";
  all_ways ~fold:true "stra\xdfe\\|\xc9t\xe9" "\xe9T\xc9";
  all_ways "^b.*$" "a\nbcd\nef";
  all_ways "\\bfoo\\b" "a foo, \xe9foo";
  all_ways "\\b\xe9\\w*" "x \xe9t\xe9_1";
  all_ways "\\b" "";
  all_ways "" "abc";
  all_ways "[]^-]+" "a]^-b";
  all_ways "[^a-z\n]+" "abcDEF\nG";
  all_ways "long literal" "a long litera";
  all_ways "a.c" "a\nc";
  all_ways "x\000y" "wx\000y";
  all_ways "\\(\\(\\(\\(\\(\\(\\(\\(\\(a\\)b\\)c\\)d\\)e\\)f\\)g\\)h\\)\\(i\\)\\)" "abcdefghi";
  all_ways "\\(x\\)\\(x\\)\\(x\\)\\(x\\)\\(x\\)\\(x\\)\\(x\\)\\(x\\)\\(x\\)\\(x\\)\\(y\\)" "xxxxxxxxxxxy";
  all_ways (Str.quote "a.*[b]$^\\+?") "za.*[b]$^\\+?"

let () =
  let re = Str.regexp "b+" in
  List.iter (fun pos ->
      show (Printf.sprintf "at %d" pos) (fun () ->
          string_of_bool (Str.string_match re "abb" pos));
      show "forward" (fun () -> string_of_int (Str.search_forward re "abb" pos));
      show "backward" (fun () -> string_of_int (Str.search_backward re "abb" pos));
      show "partial" (fun () -> string_of_bool (Str.string_partial_match re "abb" pos)))
    [-1; 0; 1; 3; 4; max_int; min_int]

let () =
  let re = Str.regexp "\\([a-z]\\)\\([0-9]\\)?" in
  List.iter (fun template ->
      show (Printf.sprintf "%S" template) (fun () ->
          Str.global_replace re template "a1-b2-c"))
    ["<\\0>"; "\\1\\1"; "\\\\\\1"; "\\x\\n"; "\\"; "\\3"; "\\2"; ""; "plain"];
  show "first" (fun () -> Str.replace_first re "[\\2\\1]" "--a1b2");
  show "matched" (fun () ->
      ignore (Str.search_forward re "..z9" 0);
      Str.replace_matched "\\2\\1" "..z9");
  show "substitute" (fun () ->
      Str.global_substitute re (fun s -> String.uppercase_ascii (Str.matched_string s)) "ab1 c");
  let list l = String.concat "|" l in
  let piece = function Str.Text s -> "T" ^ s | Str.Delim s -> "D" ^ s in
  let space = Str.regexp "[ \t]+" in
  show "split" (fun () -> list (Str.split space "  some words  here "));
  show "bounded" (fun () -> list (Str.bounded_split space "a b c d" 2));
  show "delim" (fun () -> list (Str.split_delim space " a b "));
  show "full" (fun () -> list (List.map piece (Str.full_split space " a  b")));
  show "empty" (fun () -> list (Str.split (Str.regexp "") "abc"))

(* Long texts: backtracking must not recurse. *)
let () =
  let n = if small then 2_000 else 300_000 in
  let text = String.make n 'a' ^ "b" in
  List.iter (fun pattern ->
      show pattern (fun () ->
          let ok = Str.string_match (Str.regexp pattern) text 0 in
          if ok then string_of_int (Str.match_end ()) else "no"))
    ["\\(aa\\|a\\)*b"; "\\(a\\|b\\)*c"; "\\(.*\\)b"; "\\(a?\\)+b"; "[ab]*\\|x"]

let seed = ref 42
let random n =
  seed := (!seed * 1103515245 + 12345) land 0x3fffffff;
  (!seed lsr 8) mod n

let pick choices = choices.(random (Array.length choices))

(* Characters, classes and references, under repetition, alternation and grouping. *)
let rec pattern depth groups =
  if depth = 0 then pick [| "a"; "b"; "ab"; "."; "[ab]"; "[^b]"; "^"; "$"; "\\b"; "c"; "\n" |]
  else
    match random 8 with
    | 0 | 1 -> pattern (depth - 1) groups ^ pattern (depth - 1) groups
    | 2 -> group depth groups
    | 3 -> group depth groups ^ pick [| "*"; "+"; "?" |]
    | 4 -> pick [| "a"; "[bc]"; "." |] ^ pick [| "*"; "+"; "?" |]
    | 5 when !groups > 0 -> Printf.sprintf "\\%d" (1 + random (min 9 !groups))
    | _ -> pattern (depth - 1) groups

and group depth groups =
  let body = pattern (depth - 1) groups in
  let body = if random 2 = 0 then body else body ^ "\\|" ^ pattern (depth - 1) groups in
  incr groups;
  "\\(" ^ body ^ "\\)"

let () =
  let all = Buffer.create 10_000 in
  let rounds = if small then 20 else 600 in
  for round = 1 to rounds do
    let p = pattern (1 + random 5) (ref 0) in
    (match (if random 3 = 0 then Str.regexp_case_fold p else Str.regexp p) with
     | exception Failure _ -> Buffer.add_string all "bad "
     | re ->
       for _ = 1 to 8 do
         let text = String.init (random 12) (fun _ -> pick [| 'a'; 'b'; 'c'; 'A'; '\n' |]) in
         let at = random (String.length text + 1) in
         let add f = Buffer.add_string all (attempt f ^ ";") in
         add (fun () -> if Str.string_match re text at then groups text else "no");
         add (fun () -> if Str.string_partial_match re text at then groups text else "no");
         add (fun () -> ignore (Str.search_forward re text at); groups text);
         add (fun () -> ignore (Str.search_backward re text at); groups text);
         add (fun () -> Str.global_replace re "<\\1>" text)
       done);
    if round mod 20 = 0 then begin
      Printf.printf "%d: %s\n" round (Digest.to_hex (Digest.string (Buffer.contents all)));
      Buffer.clear all
    end
  done
