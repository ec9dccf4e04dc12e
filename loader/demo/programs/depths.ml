(* The answers of a 64-bit machine, and recursion that is as deep as
   memory. Compilers from OCaml to JavaScript or WasmGC have integers of
   32 or 31 bits, and the browser's own stack. *)

let check what ok shown =
  let mark =
    if ok then "\027[32m\xe2\x9c\x93\027[0m"
    else "\027[31m\xe2\x9c\x97\027[0m"
  in
  Printf.printf "%s %-40s %s\n%!" mark what shown

let int what value expected =
  check what (value = expected) (string_of_int value)

(* Not a tail call: ten million frames wait for their turn. *)
let rec sum n = if n = 0 then 0 else n + sum (n - 1)

let rec lcg seed n =
  if n = 0 then seed
  else lcg ((seed * 2862933555777941757) + 3037000493) (n - 1)

let rec fib a b n = if n = 0 then a else fib b (a + b) (n - 1)

let rec forever n = 1 + forever (n + 1)

let () =
  print_endline "\027[1mIntegers have 63 bits\027[0m";
  int "max_int" max_int 4611686018427387903;
  int "1 lsl 40" (1 lsl 40) 1099511627776;
  int "int_of_string \"1099511627776\""
    (int_of_string "1099511627776")
    1099511627776;
  int "max_int + 1 (wraps to min_int)" (max_int + 1) min_int;
  int "fib 90" (fib 0 1 90) 2880067194370816120;
  int "a 63-bit generator, 1000 steps" (lcg 42 1000) (-1200899136505526718);
  int "Hashtbl.hash (1 lsl 40)" (Hashtbl.hash (1 lsl 40)) 268849449;
  int "Sys.word_size" Sys.word_size 64;
  let hex = Printf.sprintf "%x" (-1) in
  check "sprintf \"%x\" (-1)" (hex = "7fffffffffffffff") hex;
  print_endline "\n\027[1mRecursion is as deep as memory\027[0m";
  int "sum 10_000_000, not a tail call" (sum 10_000_000) 50000005000000;
  int "List.fold_right over 1_000_000"
    (List.fold_right ( + ) (List.init 1_000_000 Fun.id) 0)
    499999500000;
  check "without end: Stack_overflow, an exception"
    (match forever 0 with _ -> false | exception Stack_overflow -> true)
    "caught";
  print_endline "\n\027[1mThe heap is the page's, up to 4 GB\027[0m";
  let lists =
    Array.init 200_000 (fun i -> List.init 10 (fun j -> i + j))
  in
  Gc.full_major ();
  let live = (Gc.stat ()).Gc.live_words in
  check "live words after Gc.full_major"
    (live > 6_000_000 && Array.length lists > 0)
    (string_of_int live)
