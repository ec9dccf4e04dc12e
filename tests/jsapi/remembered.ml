(* @own: strings that have been JavaScript strings before are looked up by their addresses, but are never what they were
   before something wrote into them, or before another string came to lie there. Sharing of bytes and strings as here is
   beyond js_of_ocaml, whose strings are JavaScript's. *)
open Js_of_ocaml

let js_text s = Js.to_bytestring (Js.bytestring s)
let utf8_text s = Js.to_string (Js.string s)

(* Both ways (but Marshal's bytes are no UTF-8), twice, the second time from what is remembered. *)
let same s =
  let is_ascii = not (String.exists (fun c -> c > '\127') s) in
  for _ = 1 to 2 do
    if js_text s <> s || is_ascii && utf8_text s <> s then failwith ("other text for " ^ String.escaped (String.sub s 0 (min 24 (String.length s))))
  done

external set16 : bytes -> int -> int -> unit = "%caml_bytes_set16u"
external set32 : bytes -> int -> int32 -> unit = "%caml_bytes_set32"
external set64 : bytes -> int -> int64 -> unit = "%caml_bytes_set64"
external set_raw_field : Obj.t -> int -> nativeint -> unit = "caml_obj_set_raw_field"
external input : in_channel -> bytes -> int -> int -> int = "caml_ml_input"

let letter i = Char.unsafe_chr (65 + (7 * i) mod 26)
let word i = Int64.mul 0x0101010101010101L (Int64.of_int (65 + (7 * i) mod 26))
let file = "/static/remembered.txt"
let big = Bigstringaf.of_string ~off:0 ~len:26 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

let writers = [
  "set", (fun b i -> Bytes.set b (i mod 20) (letter i));
  "unsafe_set", (fun b i -> Bytes.unsafe_set b (i mod 20) (letter i));
  "set16", (fun b i -> set16 b (i mod 20) (Int64.to_int (word i) land 0xFFFF));
  "set32", (fun b i -> set32 b (i mod 16) (Int64.to_int32 (word i)));
  "set64", (fun b i -> set64 b (i mod 12) (word i));
  "blit", (fun b i -> Bytes.blit_string (String.make 5 (letter i)) 0 b (i mod 15) 5);
  "blit in itself", (fun b i -> Bytes.set b 19 (letter i); same (Bytes.unsafe_to_string b); Bytes.blit b 9 b 4 11);
  "fill", (fun b i -> Bytes.fill b (i mod 15) 5 (letter i));
  "raw field", (fun b i -> set_raw_field (Obj.repr b) (i mod 2) (Int64.to_nativeint (word i)));
  "bigstring", (fun b i -> Bigstringaf.blit_to_bytes big ~src_off:(i mod 20) b ~dst_off:(i mod 15) ~len:5);
  "unsafe bigstring", (fun b i -> Bigstringaf.unsafe_blit_to_bytes big ~src_off:(i mod 20) b ~dst_off:(i mod 15) ~len:5);
  "to_buffer", (fun b i -> ignore (Marshal.to_buffer b 0 40 (97 + i mod 26) []));
  "input", (fun b i ->
    let channel = open_in_bin file in
    seek_in channel (i mod 20);
    if input channel b 0 5 <> 5 then failwith "input";
    close_in channel);
]

let old_bytes length =
  let b = Bytes.make length (Char.lowercase_ascii (letter length)) in
  Gc.minor ();
  b

let () =
  Sys_js.create_file ~name:file ~content:"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  List.iter (fun length ->
    List.iter (fun (name, write) ->
      let b = old_bytes length in
      let s = Bytes.unsafe_to_string b in
      let once i =
        same s;
        let before = Bytes.to_string b in
        write b i;
        if i < 15 && Bytes.to_string b = before then failwith "nothing written";
        same s
      in
      match for i = 1 to 60 do once i done with
      | () -> Printf.printf "%s, %d bytes\n" name length
      | exception Failure what -> Printf.printf "%s, %d bytes: %s\n" name length what) writers)
    [40; 3000]

(* Obj.truncate: the same block, shorter. *)
let () =
  let b = old_bytes 100 in
  let s = Bytes.unsafe_to_string b in
  same s;
  Obj.truncate (Obj.repr b) 8;
  Bytes.unsafe_set b 63 '\000';
  assert (String.length s = 63);
  same s;
  print_endline "truncated"

(* Short ones are remembered too. *)
let () =
  for length = 1 to 30 do
    let b = old_bytes length in
    same (Bytes.unsafe_to_string b);
    Bytes.unsafe_set b (length - 1) 'Z';
    same (Bytes.unsafe_to_string b)
  done;
  print_endline "short"

(* Others come to lie where they were, after collections and while one goes on. *)
let round length n =
  let texts = Array.init 300 (fun i -> Printf.sprintf "%d %0*d" n length i) in
  Gc.minor ();
  Array.iter same texts

let () =
  List.iter (fun length -> for n = 1 to 6 do round length n; Gc.full_major () done) [1; 20; 60];
  print_endline "collected"

let () =
  let strings = Array.init 2000 string_of_int and random = Random.State.make [| 1 |] in
  for i = 1 to 200_000 do
    strings.(Random.State.int random 2000) <- Printf.sprintf "%040d" i;
    let s = strings.(Random.State.int random 2000) in
    if utf8_text s <> s then failwith s
  done;
  print_endline "collected meanwhile"

(* As UTF-8 and as bytes. *)
let () =
  let s = Printf.sprintf "caf\xC3\xA9 %030d" 1 in
  Gc.minor ();
  for _ = 1 to 3 do
    assert ((Js.string s)##.length = 35 && (Js.bytestring s)##.length = 36);
    assert (utf8_text s = s && js_text s = s)
  done;
  print_endline "both ways"

(* The lowest and the highest of some, and one below all. *)
let () =
  let blocks = Array.init 9 (fun _ -> old_bytes 40) in
  let convert i = Js.to_string (Js.string (Bytes.unsafe_to_string blocks.(i))) in
  for round = 0 to 80 do
    let order = Array.init 8 (fun i -> (i * 3 + round) mod 8 + 1) in
    Array.iter (fun i -> ignore (convert i)) order;
    let at = round mod 9 in
    Bytes.set blocks.(at) (round mod 40) 'X';
    Array.iteri (fun i b -> if convert i <> Bytes.to_string b then Printf.printf "other text: %d of round %d\n" i round) blocks
  done;
  print_endline "in a range"

(* Forgotten by much else that is written: few, and more than are listed one by one. *)
let () =
  let blocks = Array.init 600 (fun _ -> old_bytes 40) in
  let text b = Js.to_string (Js.string (Bytes.unsafe_to_string b)) in
  List.iter (fun count ->
    for round = 1 to 3 do
      for i = 0 to count - 1 do ignore (text blocks.(i)) done;
      for _ = 1 to 100 do Bytes.set blocks.(count / 2) 0 'x' done;
      for i = 0 to count - 1 do Bytes.set blocks.(i) 1 (Char.chr (65 + round)) done;
      for i = count - 1 downto 0 do if text blocks.(i) <> Bytes.to_string blocks.(i) then Printf.printf "stale: %d of %d\n" i count done
    done)
    [1; 3; 255; 257; 600];
  print_endline "forgotten"

(* Many of them at many addresses are one JavaScript string, which stays while one is remembered. *)
let () =
  let copies = Array.init 1000 (fun _ -> String.make 12 'c') in
  Gc.minor ();
  let js = Js.string copies.(0) in
  for _ = 1 to 3 do Array.iter (fun s -> assert (Js.string s == js)) copies done;
  let other = old_bytes 5000 in
  same (Bytes.unsafe_to_string other);
  for i = 0 to 4999 do Bytes.set other i 'x' done;
  same (Bytes.unsafe_to_string other);
  Array.iter (fun s -> assert (Js.string s == js)) copies;
  assert (Js.to_string js = "cccccccccccc");
  (* Without a handle nothing else keeps it. *)
  let copies = Array.init 1000 (fun _ -> String.make 13 'd') in
  Gc.minor ();
  Array.iter (fun s -> ignore (Js.string s)) copies;
  Gc.full_major ();
  same (Bytes.unsafe_to_string other);
  let others = Array.init 1000 (fun i -> Js.string (Printf.sprintf "other %d" i)) in
  Array.iter (fun s -> assert (utf8_text s = s)) copies;
  assert (Js.to_string others.(7) = "other 7");
  print_endline "copies"

(* More than there are places for, at first and in the end; more bytes than are kept. *)
let () =
  let texts = Array.init 100_000 (fun i -> Printf.sprintf "%08d" i) in
  Gc.minor ();
  for _ = 1 to 2 do Array.iter (fun s -> if Js.to_string (Js.string s) <> s then failwith s) texts done;
  let long = Array.init 12 (fun i -> String.make 1_000_000 (letter i)) in
  for _ = 1 to 2 do Array.iter same long done;
  same (String.make 5_000_000 'l');
  print_endline "many"
