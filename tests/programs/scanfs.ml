(* SPDX-License-Identifier: Apache-2.0
   Scanf: conversions, widths, sets, skips, failures with their messages, reading from strings,
   functions and files, scanning formats.
   @versions all *)

open Scanf

let attempt name f =
  match f () with
  | s -> Printf.printf "%s: %s\n" name s
  | exception Scan_failure reason -> Printf.printf "%s: Scan_failure %s\n" name reason
  | exception Failure reason -> Printf.printf "%s: Failure %s\n" name reason
  | exception End_of_file -> Printf.printf "%s: End_of_file\n" name

let int = Printf.sprintf "%d"

let () =
  attempt "int" (fun () -> sscanf "42" "%d" int);
  attempt "ints" (fun () -> sscanf "1 -2 +3" "%d %d %d" (fun a b c -> int (a + b + c)));
  attempt "spaces" (fun () -> sscanf "  7\n\t8" " %d %d" (fun a b -> int (a * b)));
  attempt "hex" (fun () -> sscanf "ff 0x1F 17 0o17 0b11" "%x %i %o %i %i" (fun a b c d e -> Printf.sprintf "%d %d %d %d %d" a b c d e));
  attempt "width" (fun () -> sscanf "123456" "%3d%2d%d" (fun a b c -> Printf.sprintf "%d,%d,%d" a b c));
  attempt "float" (fun () -> sscanf "1.5 -2e3 .25 7 nan" "%f %f %f %f %f" (fun a b c d e -> Printf.sprintf "%g %g %g %g %g" a b c d e));
  attempt "hex float" (fun () -> sscanf "0x1.8p3 -0x1p-2" "%h %h" (fun a b -> Printf.sprintf "%g %g" a b));
  attempt "string" (fun () -> sscanf "hello world" "%s %s" (fun a b -> b ^ a));
  attempt "string stop" (fun () -> sscanf "key=value;rest" "%s@=%s@;%s" (fun a b c -> String.concat "|" [a; b; c]));
  attempt "quoted" (fun () -> sscanf {|"a\tb\065\"" 'x' '\n'|} "%S %C %C" (fun s c d -> Printf.sprintf "%S %C %C" s c d));
  attempt "char" (fun () -> sscanf "abc" "%c%c%c" (fun a b c -> Printf.sprintf "%c%c%c" c b a));
  attempt "bool" (fun () -> sscanf "true false" "%B %b" (fun a b -> Printf.sprintf "%b %b" a b));
  attempt "sets" (fun () -> sscanf "abc123xyz" "%[a-z]%[0-9]%[^0-9]" (fun a b c -> String.concat "|" [a; b; c]));
  attempt "set ]" (fun () -> sscanf "]x]" "%[]x]" (fun a -> a));
  attempt "empty set" (fun () -> sscanf "xyz" "%[0-9]%s" (fun a b -> Printf.sprintf "%S %S" a b));
  attempt "skip" (fun () -> sscanf "1 2 3" "%d %_d %d" (fun a b -> int (a + b)));
  attempt "literal" (fun () -> sscanf "(1,2)" "(%d,%d)" (fun a b -> int (a + b)));
  attempt "percent" (fun () -> sscanf "50%" "%d%%" int);
  attempt "position" (fun () -> sscanf "ab\ncd 5" "%s\n%s %d%l%n%N" (fun a b c l n k -> Printf.sprintf "%s%s%d %d %d %d" a b c l n k));
  attempt "int32" (fun () -> sscanf "5 6 7" "%ld %Ld %nd" (fun a b c -> Printf.sprintf "%ld %Ld %nd" a b c));
  attempt "end" (fun () -> sscanf "5" "%d%!" int);
  attempt "not end" (fun () -> sscanf "5x" "%d%!" int);
  attempt "bad int" (fun () -> sscanf "x" "%d" int);
  attempt "bad literal" (fun () -> sscanf "(1;2)" "(%d,%d)" (fun a b -> int (a + b)));
  attempt "bad char" (fun () -> sscanf "''" "%C" (Printf.sprintf "%c"));
  attempt "bad bool" (fun () -> sscanf "maybe" "%B" string_of_bool);
  attempt "too big" (fun () -> sscanf "99999999999999999999" "%d" int);
  attempt "empty" (fun () -> sscanf "" "%d" int);
  attempt "premature" (fun () -> sscanf "1 " "%d %d" (fun a b -> int (a + b)));
  attempt "in function" (fun () -> sscanf "5" "%d" (fun _ -> failwith "from the function"));
  attempt "reader" (fun () -> sscanf "a:b:c" "%r" (fun ib -> bscanf ib "%s@:" String.uppercase_ascii) (fun s -> s));
  attempt "format" (fun () -> sscanf "\"%d;%d\" 1;2" "%{%d%d%}" (fun f -> string_of_format f));
  attempt "kscanf" (fun () -> ksscanf "zz" (fun _ e -> "handled " ^ (match e with Scan_failure _ -> "failure" | _ -> "other")) "%d" int);
  attempt "unescaped" (fun () -> unescaped {|a\nb\\|});
  let ib = Scanning.from_string "10 20 30 stop" in
  let rec sum acc = match bscanf ib " %d" Fun.id with n -> sum (acc + n) | exception Scan_failure _ -> acc in
  Printf.printf "%d %s\n" (sum 0) (bscanf ib "%s" Fun.id);
  let text = ref (List.init 30 (fun i -> if i mod 3 = 2 then ' ' else Char.chr (48 + (i mod 10)))) in
  let ib = Scanning.from_function (fun () -> match !text with [] -> raise End_of_file | c :: rest -> text := rest; c) in
  let rec all acc = match bscanf ib " %d" Fun.id with n -> all (n :: acc) | exception (Scan_failure _ | End_of_file | Failure _) -> List.rev acc in
  List.iter (Printf.printf "%d ") (all []);
  print_newline ();
  let name = Filename.temp_file "scan" ".txt" in
  let oc = open_out name in
  for i = 1 to 500 do Printf.fprintf oc "line %d value %g\n" i (float_of_int i /. 4.0) done;
  close_out oc;
  let ic = Scanning.open_in name in
  let total = ref 0.0 in
  for _ = 1 to 500 do bscanf ic "line %d value %f\n" (fun i f -> total := !total +. f +. float_of_int i) done;
  Printf.printf "%g %b\n" !total (Scanning.end_of_input ic);
  Scanning.close_in ic;
  Sys.remove name
