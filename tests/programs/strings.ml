(* SPDX-License-Identifier: Apache-2.0
   The String module: searching, splitting, escaping, comparing, mapping, bounds.
   @versions all *)

let guarded name f =
  match f () with
  | text -> Printf.printf "%s: %S\n" name text
  | exception Invalid_argument reason -> Printf.printf "%s: Invalid_argument %s\n" name reason
  | exception Not_found -> Printf.printf "%s: Not_found\n" name

let index name f =
  match f () with
  | n -> Printf.printf "%s: %d\n" name n
  | exception Not_found -> Printf.printf "%s: Not_found\n" name
  | exception Invalid_argument reason -> Printf.printf "%s: %s\n" name reason

let all_bytes = String.init 256 Char.chr

let () =
  guarded "make" (fun () -> String.make 5 'x');
  guarded "make negative" (fun () -> String.make (-1) 'x');
  guarded "make huge" (fun () -> String.make max_int 'x');
  guarded "init" (fun () -> String.init 10 (fun i -> Char.chr (48 + i)));
  guarded "sub" (fun () -> String.sub "hello world" 6 5);
  guarded "sub end" (fun () -> String.sub "hello" 5 0);
  guarded "sub bad" (fun () -> String.sub "hello" 3 3);
  guarded "sub negative" (fun () -> String.sub "hello" (-1) 3);
  guarded "get" (fun () -> String.make 1 "abc".[3]);
  guarded "concat" (fun () -> String.concat ", " ["a"; "b"; "c"]);
  guarded "concat empty" (fun () -> String.concat ", " []);
  guarded "append" (fun () -> "foo" ^ "" ^ "bar");
  guarded "trim" (fun () -> String.trim " \t\n hello \r\n");
  guarded "escaped" (fun () -> String.escaped all_bytes);
  guarded "upper" (fun () -> String.uppercase_ascii "hello, Wörld!");
  guarded "lower" (fun () -> String.lowercase_ascii "HELLO, Wörld!");
  guarded "capitalize" (fun () -> String.capitalize_ascii "hello");
  guarded "uncapitalize" (fun () -> String.uncapitalize_ascii "HELLO");
  guarded "map" (fun () -> String.map (fun c -> Char.chr (Char.code c lxor 1)) "abcdef");
  guarded "mapi" (fun () -> String.mapi (fun i c -> if i mod 2 = 0 then c else '-') "abcdef");
  index "index" (fun () -> String.index "hello" 'l');
  index "rindex" (fun () -> String.rindex "hello" 'l');
  index "index missing" (fun () -> String.index "hello" 'z');
  index "index_from" (fun () -> String.index_from "hello" 3 'l');
  index "index_from bad" (fun () -> String.index_from "hello" 6 'l');
  index "rindex_from" (fun () -> String.rindex_from "hello" 2 'l');
  index "rindex_from -1" (fun () -> String.rindex_from "hello" (-1) 'l');
  Printf.printf "contains: %b %b %b\n" (String.contains "abc" 'b') (String.contains_from "abc" 2 'b') (String.rcontains_from "abc" 1 'b');
  List.iter (fun s -> Printf.printf "%S " s) (String.split_on_char ',' ",a,,b,c,");
  print_newline ();
  List.iter (fun (a, b) ->
    Printf.printf "%S %S: %d %b %b %b\n" a b (compare a b) (a = b) (a < b) (String.equal a b))
    ["", ""; "", "a"; "abc", "abd"; "abc", "abcd"; "\xff", "a"; "abcdefgh", "abcdefgi"; "abcdefg\000", "abcdefg"; "b", "aaaaaaaaaaaaaaaaaaaa"];
  Printf.printf "starts %b %b ends %b %b\n" (String.starts_with ~prefix:"he" "hello") (String.starts_with ~prefix:"hello!" "hello")
    (String.ends_with ~suffix:"lo" "hello") (String.ends_with ~suffix:"" "hello");
  Printf.printf "exists %b for_all %b\n" (String.exists (fun c -> c = 'l') "hello") (String.for_all (fun c -> c > 'a') "hello");
  Printf.printf "fold %d %S\n" (String.fold_left (fun n c -> n * 31 + Char.code c) 7 "hello")
    (String.fold_right (fun c s -> s ^ String.make 1 c) "hello" "");
  String.iteri (fun i c -> Printf.printf "%d%c " i c) "abc";
  String.iter (fun c -> print_char (Char.uppercase_ascii c)) "xyz\n";
  Printf.printf "%S\n" (String.of_seq (Seq.map Char.uppercase_ascii (String.to_seq "sequence")));
  Printf.printf "%S %S\n" "\065\x42\o103\u{e9}\u{1F600}" {|raw \n "string"|};
  Printf.printf "%S\n" {id|nested |} quotes|id};
  Printf.printf "lengths:";
  for n = 0 to 20 do
    let s = String.make n 'q' in
    Printf.printf " %d/%d" (String.length s) (Obj.size (Obj.repr s))
  done;
  print_newline ();
  Printf.printf "%d %d\n" (Hashtbl.hash all_bytes) (compare all_bytes (String.sub all_bytes 0 255));
  Printf.printf "%S %S %C %C\n" (Char.escaped '\n') (Char.escaped '\200') '\'' '\001';
  guarded "chr" (fun () -> String.make 1 (Char.chr 256));
  Printf.printf "max: %d\n" Sys.max_string_length
