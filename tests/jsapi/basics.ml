(* Strings, properties, calls, conversions, identity. *)
open Js_of_ocaml
module U = Js.Unsafe

let p fmt = Printf.printf (fmt ^^ "\n")
let js s = Js.string s
let str v = Js.to_string v

let () =
  let o = U.obj [| "a", U.inject 1; "b", U.inject (js "two"); "c", U.inject 2.5 |] in
  p "%d %s %g" (U.get o "a") (str (U.get o "b")) (U.get o "c");
  U.set o "a" 42;
  U.set o (js "d") (Js.bool true);
  p "%d %b" (U.get o (js "a")) (Js.to_bool (U.get o "d"));
  U.delete o "d";
  p "%b" (Js.Optdef.test (U.get o "d"));
  p "%s" (str (Js._JSON##stringify o));
  p "%s %s %s" (str (Js.typeof o)) (str (Js.typeof (U.get o "zz"))) (str (Js.typeof (js "x")));
  p "%b %b" (Js.typeof o == js "object") (js "same" == js "same");
  p "%b %b" (o == o) (U.obj [||] == U.obj [||]);
  let a = Js.array [| 1; 2; 3 |] in
  p "%d %s" a##.length (str (a##join (js "-")));
  p "%s" (String.concat "," (List.map string_of_int (Array.to_list (Js.to_array a))));
  p "%s" (str (js "h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x90\xab")##toUpperCase);
  p "%d" (js "\xf0\x9f\x90\xab")##.length;
  p "%S" (Js.to_bytestring (Js.bytestring "\x00\xff\x80a"));
  p "%s" (str (U.meth_call (js "a,b,c") "replace" [| U.inject (js ","); U.inject (js ";") |]));
  p "%s" (str (U.new_obj (U.get U.global "String") [| U.inject 12 |]));
  p "%d" (U.fun_call (U.js_expr "(function (a, b) { return a * 10 + b })") [| U.inject 4; U.inject 2 |]);
  p "%d" (U.eval_string "1 + 2");
  let long = String.make 20_000 'x' in
  p "%b" (str (js long) = long);
  let many = Array.init 5000 (fun i -> i) in
  p "%b" (Js.to_array (Js.array many) = many);
  let mixed = Js.to_array (U.js_expr "[1, 2.5, 'x', null]") in
  p "%d" (Array.length mixed);
  p "%s" (str (Js.decodeURIComponent (Js.encodeURIComponent (js "a b&c"))));
  p "%g %g" (Js.math##floor 2.7 +. 0.5) (Js.math##sqrt 16.);
  p "%s" (str (Js.number_of_float 3.)##toString);
  p "%s" (str (U.coerce (Js.number_of_float 0.1))##toString)
