(* SPDX-License-Identifier: Apache-2.0
   Printf: every conversion, stars, format values, continuation forms, to buffers and channels.
   @versions all *)

let () =
  Printf.printf "%s|%10s|%-10s|%S|%10S|%c|%C|%C\n" "a" "b" "c" "d\n\"" "e" 'f' 'g' '\n';
  Printf.printf "%d|%i|%u|%x|%X|%#x|%o|%ld|%Ld|%nd\n" 1 2 (-3) 255 255 255 8 4l 5L 6n;
  Printf.printf "%b|%B|%10B|%-7b|\n" true false true false;
  Printf.printf "%f|%F|%e|%E|%g|%G|%h|%H|%.2f|%8.3f|%-8.1f|%08.2f|%+.1f|% .1f\n" 1.5 2.5 3.5 4.5 5.5 6.5 7.5 8.5 1.005 3.14159 2.25 3.14159 1.0 1.0;
  Printf.printf "%*d|%-*d|%.*f|%*.*f|%0*d\n" 5 42 5 42 2 3.14159 9 3 2.71828 6 7;
  Printf.printf "%%|%@|%!\n";
  Printf.printf "%a|%t\n" (fun oc x -> output_string oc (string_of_int (x * 2))) 21 (fun oc -> output_string oc "t");
  Printf.printf "%(%d%)|%{%d%s%}\n" "<%d>" 5 "[%d,%s]";
  print_string (Printf.sprintf "%s-%d-%c\n" "x" 1 'y');
  print_string (Printf.sprintf "%a" (fun () x -> String.make x '*') 5 ^ "\n");
  let b = Buffer.create 10 in
  Printf.bprintf b "%d%s" 1 "two";
  Printf.bprintf b "%a" (fun b x -> Buffer.add_string b (String.uppercase_ascii x)) "three";
  print_endline (Buffer.contents b);
  print_endline (Printf.ksprintf (fun s -> "<" ^ s ^ ">") "%d %d" 1 2);
  Printf.kfprintf (fun oc -> output_string oc "done\n") stdout "%s " "before";
  Printf.kbprintf (fun b -> print_endline (Buffer.contents b)) (Buffer.create 5) "%d" 99;
  Printf.ifprintf stdout "%d nothing\n" 5;
  print_endline (Printf.ikfprintf (fun () -> "ikf") () "%s" "x");
  let f : _ format6 = "%d and %s\n" in
  Printf.printf f 1 "format";
  Printf.printf ("%d and %s" ^^ " %c\n") 2 "joined" (Char.chr 122);
  print_endline (string_of_format f);
  let g = Scanf.format_from_string "%d,%d\n" "%d%d" in
  Printf.printf g 3 4;
  let partial = Printf.sprintf "%d-%d-%d" in
  let p1 = partial 1 in
  Printf.printf "%s %s\n" (p1 2 3) (p1 5 6);
  List.iter (Printf.printf "%3d") [1; 22; 333; 4444];
  print_newline ();
  Printf.printf "%5s|%-5s|%5s|\n" "toolong" "ab" "\xc3\xa9";
  Printf.printf "%S %S\n" "\000\001\127\128\255" "tab\tcr\rbs\b";
  Printf.printf "%d %d %d\n" max_int min_int (-0);
  Printf.printf "%x %o %X\n" (-1) (-1) min_int;
  Printf.printf "%+d %+d % d % d\n" 5 (-5) 5 (-5);
  Printf.printf "%05d|%-5d|%+05d|%#06x\n" 42 42 42 42
