(* What else a browser has: storage, history, dates, regular expressions, typed arrays, observers, promises. *)
open Js_of_ocaml
module Html = Dom_html

let p fmt = Printf.ksprintf print_endline fmt
let js = Js.string
let str = Js.to_string
let window = Html.window

let storage () =
  Js.Optdef.iter window##.localStorage (fun s ->
    s##clear;
    s##setItem (js "k") (js "caf\xc3\xa9");
    p "%d %s %b" s##.length (Js.Opt.case (s##getItem (js "k")) (fun () -> "none") str) (Js.Opt.test (s##getItem (js "no")));
    s##removeItem (js "k");
    p "%d" s##.length)

let history () =
  window##.history##pushState (Js.some (Json.unsafe_input (js "[1,2]"))) (js "") (Js.some (js "?pushed=1"));
  p "%s" (str window##.location##.search);
  p "%s" (String.concat "," (List.map (fun (a, b) -> a ^ "=" ^ b) Url.Current.arguments));
  window##.history##replaceState Js.null (js "") (Js.some (js "?"))

let dates () =
  let d = new%js Js.date_fromTimeValue 86_400_000. in
  p "%s %g" (str d##toISOString) (d##getTime /. 1000.);
  p "%d %d %d" d##getUTCFullYear d##getUTCMonth d##getUTCDate;
  p "%g" (Js.date##_UTC_month 2000 1 -. Js.date##_UTC_month 2000 0)

let regexps () =
  let r = Regexp.regexp "(\\w+)@(\\w+)" in
  (match Regexp.search r "to: me@here, you@there" 0 with
   | Some (at, m) -> p "%d %s %s" at (Regexp.matched_string m) (Option.value (Regexp.matched_group m 2) ~default:"")
   | None -> p "none");
  p "%s" (Regexp.global_replace r "to: me@here, you@there" "$2");
  p "%s" (String.concat "|" (Regexp.split (Regexp.regexp ",\\s*") "a, b,c"));
  p "%s" (Regexp.quote "a.b*");
  let re = new%js Js.regExp_withFlags (js "b+") (js "gi") in
  p "%s" (str ((js "abBbc")##replace re (js "-")))

let arrays () =
  let b = new%js Typed_array.arrayBuffer 8 in
  let u8 = new%js Typed_array.uint8Array_fromBuffer b and i16 = new%js Typed_array.int16Array_fromBuffer b in
  let view = new%js Typed_array.dataView b in
  Typed_array.set i16 0 (-2);
  p "%d %d" (Typed_array.unsafe_get u8 0) (Typed_array.unsafe_get u8 1);
  view##setFloat32 4 1.5;
  p "%g %d" (view##getFloat32 4) u8##.length;
  p "%s" (str (Js.Unsafe.meth_call u8 "toString" [||]));
  let a = Js.array [| 5; 3; 9 |] in
  ignore (a##push 1);
  p "%s %d" (str (a##join (js " "))) a##.length;
  p "%s" (String.concat " " (List.map string_of_int (Array.to_list (Js.to_array (Js.array_map (fun x -> x * 2) a)))));
  let t = Jstable.create () in
  Jstable.add t (js "a") 1;
  Jstable.add t (js "b") 2;
  p "%d %d" (List.length (Jstable.keys t)) (Js.Optdef.get (Jstable.find t (js "b")) (fun () -> 0))

let objects () =
  let o = object%js (self)
    val mutable n = 3
    val name = js "obj"
    method twice = self##.n * 2
    method add k = self##.n := self##.n + k
  end in
  o##add 4;
  p "%d %d %s" o##.n o##twice (str o##.name);
  p "%s" (str (Js.Unsafe.fun_call (Js.Unsafe.get (Js.Unsafe.get Js.Unsafe.global "Object") "keys") [| Js.Unsafe.inject o |])##toString);
  p "%s" (str (Json.output [| 1.5; 2. |]))

let observers k =
  let box = Html.createDiv Html.document in
  Dom.appendChild Html.document##.body box;
  let seen (records : MutationObserver.mutationRecord Js.t Js.js_array Js.t) (observer : MutationObserver.mutationObserver Js.t) =
    observer##disconnect;
    p "%s" (String.concat " " (List.map (fun r -> str r##._type) (Array.to_list (Js.to_array records))));
    k ()
  in
  ignore (MutationObserver.observe ~node:box ~f:seen ~child_list:true ~attributes:true ());
  Dom.appendChild box (Html.createP Html.document);
  box##setAttribute (js "class") (js "c")

let promises k =
  let resolve = Js.Unsafe.meth_call (Js.Unsafe.get Js.Unsafe.global "Promise") "resolve" [| Js.Unsafe.inject 20 |] in
  let next = Js.Unsafe.meth_call resolve "then" [| Js.Unsafe.inject (Js.wrap_callback (fun n -> n + 1)) |] in
  let failing = Js.Unsafe.meth_call next "then" [| Js.Unsafe.inject (Js.wrap_callback (fun n -> p "%d" n; if n > 0 then failwith "rejected" else n)) |] in
  ignore (Js.Unsafe.meth_call failing "catch" [| Js.Unsafe.inject (Js.wrap_callback (fun _ -> p "caught"; k ())) |])

let () =
  storage ();
  history ();
  dates ();
  regexps ();
  arrays ();
  objects ();
  observers (fun () -> promises (fun () -> p "end"))
