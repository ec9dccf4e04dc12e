(* SPDX-License-Identifier: Apache-2.0
   Small text programs without Str: word counts, wrapping, CSV, KMP search, edit distance, LZ77,
   base64, run lengths, roman numerals, a glob matcher.
   @versions all *)

let text = "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity"

let words s = String.split_on_char ' ' (String.map (fun c -> if c = ',' then ' ' else Char.lowercase_ascii c) s) |> List.filter (fun w -> w <> "")

let count_words s =
  let h = Hashtbl.create 16 in
  List.iter (fun w -> Hashtbl.replace h w (1 + Option.value (Hashtbl.find_opt h w) ~default:0)) (words s);
  List.sort (fun (a, n) (b, m) -> if n <> m then compare m n else compare a b) (Hashtbl.fold (fun w n l -> (w, n) :: l) h [])

let wrap width s =
  let b = Buffer.create 100 and column = ref 0 in
  List.iter (fun w ->
    if !column + String.length w + 1 > width && !column > 0 then (Buffer.add_char b '\n'; column := 0);
    if !column > 0 then (Buffer.add_char b ' '; incr column);
    Buffer.add_string b w;
    column := !column + String.length w) (String.split_on_char ' ' s);
  Buffer.contents b

let parse_csv line =
  let n = String.length line in
  let rec field i acc =
    if i < n && line.[i] = '"' then quoted (i + 1) (Buffer.create 10) acc
    else
      let j = match String.index_from_opt line i ',' with Some j -> j | None -> n in
      next j (String.sub line i (j - i) :: acc)
  and quoted i b acc =
    if i >= n then failwith "quote"
    else if line.[i] <> '"' then (Buffer.add_char b line.[i]; quoted (i + 1) b acc)
    else if i + 1 < n && line.[i + 1] = '"' then (Buffer.add_char b '"'; quoted (i + 2) b acc)
    else next (i + 1) (Buffer.contents b :: acc)
  and next i acc = if i >= n then List.rev acc else field (i + 1) acc in
  field 0 []

let kmp pattern text =
  let m = String.length pattern in
  let fail = Array.make m 0 in
  let k = ref 0 in
  for i = 1 to m - 1 do
    while !k > 0 && pattern.[!k] <> pattern.[i] do k := fail.(!k - 1) done;
    if pattern.[!k] = pattern.[i] then incr k;
    fail.(i) <- !k
  done;
  let found = ref [] in
  k := 0;
  String.iteri (fun i c ->
    while !k > 0 && (!k = m || pattern.[!k] <> c) do k := fail.(!k - 1) done;
    if pattern.[!k] = c then incr k;
    if !k = m then (found := (i - m + 1) :: !found; k := fail.(m - 1))) text;
  List.rev !found

let distance a b =
  let n = String.length b in
  let row = Array.init (n + 1) Fun.id in
  String.iteri (fun i c ->
    let previous = ref row.(0) in
    row.(0) <- i + 1;
    for j = 1 to n do
      let cost = min (min (row.(j) + 1) (row.(j - 1) + 1)) (!previous + if c = b.[j - 1] then 0 else 1) in
      previous := row.(j);
      row.(j) <- cost
    done) a;
  row.(n)

let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
let base64 s =
  let n = String.length s in
  let byte i = if i < n then Char.code s.[i] else 0 in
  String.concat "" (List.init ((n + 2) / 3) (fun g ->
    let v = (byte (3 * g) lsl 16) lor (byte ((3 * g) + 1) lsl 8) lor byte ((3 * g) + 2) in
    String.init 4 (fun k -> if (3 * g) + k > n then '=' else alphabet.[(v lsr (18 - (6 * k))) land 63])))

let lz s =
  let n = String.length s and out = Buffer.create 50 in
  let rec length i j k = if k < 255 && j + k < n && s.[i + k] = s.[j + k] then length i j (k + 1) else k in
  let rec go j =
    if j < n then begin
      let best = ref 0 and at = ref 0 in
      for i = max 0 (j - 1000) to j - 1 do let l = length i j 0 in if l > !best then (best := l; at := i) done;
      if !best > 3 then (Buffer.add_string out (Printf.sprintf "<%d,%d>" (j - !at) !best); go (j + !best))
      else (Buffer.add_char out s.[j]; go (j + 1))
    end in
  go 0;
  Buffer.contents out

let roman n =
  let rec go n = function (v, s) :: rest as all -> if n >= v then s ^ go (n - v) all else go n rest | [] -> "" in
  go n [1000, "M"; 900, "CM"; 500, "D"; 400, "CD"; 100, "C"; 90, "XC"; 50, "L"; 40, "XL"; 10, "X"; 9, "IX"; 5, "V"; 4, "IV"; 1, "I"]

let rec glob p i s j =
  if i = String.length p then j = String.length s
  else match p.[i] with
    | '*' -> glob p (i + 1) s j || (j < String.length s && glob p i s (j + 1))
    | '?' -> j < String.length s && glob p (i + 1) s (j + 1)
    | c -> j < String.length s && s.[j] = c && glob p (i + 1) s (j + 1)

let () =
  List.iter (fun (w, n) -> Printf.printf "%s:%d " w n) (count_words text);
  print_newline ();
  print_endline (wrap 30 text);
  List.iter (fun f -> Printf.printf "[%s]" f) (parse_csv "a,\"b,\"\"c\"\"\",,d e,\"\"");
  print_newline ();
  Printf.printf "%s\n" (String.concat " " (List.map string_of_int (kmp "it was" (String.lowercase_ascii text) @ kmp "aaa" "aaaaa")));
  Printf.printf "%d %d %d\n" (distance "kitten" "sitting") (distance "" "abc") (distance "intention" "execution");
  List.iter (fun s -> Printf.printf "%s " (base64 s)) [""; "f"; "fo"; "foo"; "foob"; "\255\254\253"];
  print_newline ();
  print_endline (lz text);
  List.iter (fun n -> Printf.printf "%s " (roman n)) [1; 4; 9; 14; 40; 90; 400; 1994; 2026; 3999];
  print_newline ();
  List.iter (fun (p, s) -> Printf.printf "%b " (glob p 0 s 0)) ["*.ml", "a.ml"; "a?c*", "abcdef"; "a*b*c", "aXXbYYc"; "*a", "b"; "", ""; "**", ""];
  print_newline ()
