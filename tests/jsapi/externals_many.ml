(* @page: more externals than there were places for once, with each number of arguments, those that wait, also in
   several calls at once, and exceptions that a page raises by name. *)

exception Refused of string
let () = Callback.register_exception "Refused" (Refused "")

external a1 : int -> string = "page_a1"
external a2 : int -> float -> string = "page_a2"
external a3 : int -> int -> string -> string = "page_a3"
external a4 : int -> int -> int -> int -> string = "page_a4"
external a5 : int -> int -> int -> int -> int -> string = "page_a5"
external a6 : int -> int -> int -> int -> int -> int -> string = "page_a6" "page_a6"
external a9 : int -> int -> int -> int -> int -> int -> int -> int -> string -> string = "page_a9" "page_a9"
external wait : string -> int -> string = "page_wait"
external wait_fail : string -> unit = "page_wait_fail"
external refuse : string -> unit = "page_refuse"
external unknown : unit -> unit = "page_unknown"
external n0 : int -> int = "page_n0" external n1 : int -> int = "page_n1" external n2 : int -> int = "page_n2"
external n3 : int -> int = "page_n3" external n4 : int -> int = "page_n4" external n5 : int -> int = "page_n5"
external n6 : int -> int = "page_n6" external n7 : int -> int = "page_n7" external n8 : int -> int = "page_n8"
external n9 : int -> int = "page_n9" external n10 : int -> int = "page_n10" external n11 : int -> int = "page_n11"
external n12 : int -> int = "page_n12" external n13 : int -> int = "page_n13" external n14 : int -> int = "page_n14"
external n15 : int -> int = "page_n15" external n16 : int -> int = "page_n16" external n17 : int -> int = "page_n17"
external n18 : int -> int = "page_n18" external n19 : int -> int = "page_n19" external n20 : int -> int = "page_n20"
external n21 : int -> int = "page_n21" external n22 : int -> int = "page_n22" external n23 : int -> int = "page_n23"
external n24 : int -> int = "page_n24" external n25 : int -> int = "page_n25" external n26 : int -> int = "page_n26"
external n27 : int -> int = "page_n27" external n28 : int -> int = "page_n28" external n29 : int -> int = "page_n29"

(* Whose blocks are copied. *)
type r = { name : string; size : int; on : bool; parts : float array }
external swap : int * string -> string * int = "page_swap"
external describe : r -> string = "page_describe"
external record : string -> r = "page_record"
external reverse : int list -> int list = "page_reverse"
external count : int list -> int = "page_length"
external identity : int array -> int array = "page_identity"
external made : int -> Obj.t = "page_made"
external number_of : Obj.t -> int = "page_number_of"

external joined : string array -> string = "page_joined"
external beside : string -> string array -> string = "page_beside" (* of the first *)
external text : string -> string = "page_text"
external poke : bytes ref -> unit = "page_poke"

let raised f = match f () with () -> "nothing" | exception e -> Printexc.to_string e

let () =
  List.iter print_endline
    [a1 1; a2 1 2.5; a3 1 2 "three"; a4 1 2 3 4; a5 1 2 3 4 5; a6 1 2 3 4 5 6; a9 1 2 3 4 5 6 7 8 "nine"];
  let sum f = f 1 in
  let all = [n0; n1; n2; n3; n4; n5; n6; n7; n8; n9; n10; n11; n12; n13; n14; n15; n16; n17; n18; n19; n20; n21; n22; n23;
             n24; n25; n26; n27; n28; n29] in
  Printf.printf "%d\n" (List.fold_left (fun s f -> s + sum f) 0 all);
  (* Often, so that translated code calls them. *)
  let t = ref 0 in
  for i = 1 to 20_000 do t := !t + n0 i + n29 i done;
  Printf.printf "%d\n" !t;
  print_endline (wait "a" 1 ^ wait "b" 2);
  let length = ref 0 in
  for i = 1 to 200 do length := !length + String.length (wait (string_of_int i) 0) done;
  Printf.printf "%d\n" !length;
  print_endline (raised (fun () -> wait_fail "late"));
  print_endline (raised (fun () -> refuse "not today"));
  print_endline (raised unknown);
  let s, n = swap (3, "caf\xc3\xa9") in
  Printf.printf "%s %d\n" s n;
  print_endline (describe { name = "n"; size = 2; on = true; parts = [| 1.5; 2. |] });
  let r = record "given" in
  Printf.printf "%s %d %b %d\n" r.name r.size r.on (Array.length r.parts);
  Printf.printf "%s\n" (String.concat "," (List.map string_of_int (reverse [1; 2; 3])));
  Printf.printf "%d\n" (count (List.init 100_000 Fun.id));
  let rec endless = 1 :: endless in
  (match count endless with _ -> print_endline "an end" | exception Stack_overflow -> print_endline "no end");
  (* What JavaScript gives back of what it was given is OCaml's to keep: no other value takes its place. *)
  for i = 0 to 50 do ignore (Sys.opaque_identity (identity [| 0; i |])) done;
  Gc.full_major ();
  Gc.full_major ();
  let values = Array.init 200 made in
  Printf.printf "%b\n" (List.for_all (fun i -> number_of values.(i) = i) (List.init 200 Fun.id));
  (* More strings at once than are kept after a call. *)
  let texts = Array.init 30 (fun i -> Printf.sprintf "a text of more than a few characters %d" i) in
  let expected = String.concat "," (Array.to_list texts) in
  for _ = 1 to 3 do let s = joined texts in if s <> expected then print_endline s; Gc.minor () done;
  for n = 1 to 200 do
    let first = Printf.sprintf "a text beside %d others" n in
    assert (beside first (Array.init n (fun i -> Printf.sprintf "text %d of %d that JavaScript has not had" i n)) = first)
  done;
  (* What JavaScript writes into a string's bytes, all see. *)
  let b = Bytes.make 3000 'a' in
  for _ = 1 to 2 do assert (String.length (text (Bytes.unsafe_to_string b)) = 3000) done;
  poke (ref b);
  print_endline (String.sub (text (Bytes.unsafe_to_string b)) 0 5);
  Callback.register "waiting" (fun n -> wait (string_of_int n) n ^ "!")
