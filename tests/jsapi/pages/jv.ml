(* Bindings in the style of Brr: nothing of js_of_ocaml's library, only its primitives; null, undefined and globalThis as
   expressions, all else by calls. So it must work where a page forbids eval.
   @do click #add
   @do click #add
   @do type #text Zoë
   @do press #text Enter *)

module Jv = struct
  type t

  external expr : string -> 'a = "caml_js_expr"
  external pure_expr : string -> 'a = "caml_pure_js_expr"
  external get : t -> string -> t = "caml_js_get"
  external set : t -> string -> t -> unit = "caml_js_set"
  external delete : t -> string -> unit = "caml_js_delete"
  external at : t -> int -> t = "caml_js_get"
  external put : t -> int -> t -> unit = "caml_js_set"
  external by_symbol : t -> t -> t = "caml_js_get"
  external make : t -> t array -> t = "caml_js_new"
  external obj : (string * t) array -> t = "caml_js_object"
  external call : t -> string -> t array -> 'a = "caml_js_meth_call"
  external apply : t -> t array -> 'a = "caml_js_fun_call"
  external callback : arity:int -> ('a -> 'b) -> t = "caml_js_wrap_callback_strict"
  external equal : t -> t -> bool = "caml_js_equals"
  external typeof : t -> t = "caml_js_typeof"
  external instanceof : t -> cons:t -> bool = "caml_js_instanceof"
  external repr : 'a -> t = "%identity"
  external of_repr : t -> 'a = "%identity"
  external of_int : int -> t = "%identity"
  external to_int : t -> int = "%identity"
  external of_bool : bool -> t = "caml_js_from_bool"
  external to_bool : t -> bool = "caml_js_to_bool"
  external of_float : float -> t = "caml_js_from_float"
  external to_float : t -> float = "caml_js_to_float"
  external of_string : string -> t = "caml_jsstring_of_string"
  external to_string : t -> string = "caml_string_of_jsstring"
  external of_array : t array -> t = "caml_js_from_array"
  external to_array : t -> t array = "caml_js_to_array"
  external of_list : t list -> t = "caml_list_to_js_array"
  external to_list : t -> t list = "caml_list_of_js_array"

  let null : t = pure_expr "null"
  let undefined : t = pure_expr "undefined"
  let global : t = pure_expr "globalThis"
  let yes : t = pure_expr "true"
  let no : t = pure_expr "false"
  let is_null v = v == null
  let is_undefined v = v == undefined
  let is_none v = is_null v || is_undefined v
  let option v = if is_none v then None else Some v
  let str = of_string

  exception Error of t
  let () = Callback.register_exception "jsError" (Error (obj [||]))
  let throw message = (expr "(function (exn) { throw exn })" : t -> 'a) (make (get global "Error") [| str message |])
end

module Fut = struct
  let promise = Jv.get Jv.global "Promise"
  let create f =
    let start resolve reject = f (fun v -> ignore (Jv.apply resolve [| Jv.repr v |])) (fun v -> ignore (Jv.apply reject [| v |])) in
    Jv.make promise [| Jv.callback ~arity:2 start |]
  let return v = Jv.call promise "resolve" [| Jv.repr v |]
  let bind p f = Jv.call p "then" [| Jv.callback ~arity:1 f |]
  let both p ok error = Jv.call p "then" [| Jv.callback ~arity:1 ok; Jv.callback ~arity:1 error |]
  let all ps = Jv.call promise "all" [| Jv.of_list ps |]
  let tick ms = create (fun ok _ -> ignore (Jv.apply (Jv.get Jv.global "setTimeout") [| Jv.callback ~arity:1 (fun _ -> ok ()); Jv.of_int ms |]))
end

let console = Jv.get Jv.global "console"
let p fmt = Printf.ksprintf (fun s -> ignore (Jv.call console "log" [| Jv.str s |])) fmt
let document = Jv.get Jv.global "document"

let element ?(props = []) tag children =
  let e = Jv.call document "createElement" [| Jv.str tag |] in
  List.iter (fun (name, v) -> Jv.set e name v) props;
  List.iter (fun child -> ignore (Jv.call e "append" [| child |])) children;
  e

let listen target event f = ignore (Jv.call target "addEventListener" [| Jv.str event; Jv.callback ~arity:1 f |])

let values () =
  p "%b %b %b %b" (Jv.is_null Jv.null) (Jv.is_undefined Jv.undefined) (Jv.is_null Jv.undefined) (Jv.equal Jv.null Jv.undefined);
  p "%s %s %s" (Jv.to_string (Jv.typeof Jv.global)) (Jv.to_string (Jv.typeof Jv.undefined)) (Jv.to_string (Jv.typeof Jv.yes));
  let o = Jv.obj [| "a", Jv.of_int 1; "b", Jv.of_float 2.5; "c", Jv.no |] in
  p "%d %g %b %b" (Jv.to_int (Jv.get o "a")) (Jv.to_float (Jv.get o "b") +. 0.5) (Jv.to_bool (Jv.get o "c")) (Jv.option (Jv.get o "d") = None);
  Jv.delete o "a";
  p "%s" (Jv.to_string (Jv.call (Jv.get Jv.global "JSON") "stringify" [| o |]));
  let array = Jv.make (Jv.get Jv.global "Array") [| Jv.of_int 3 |] in
  for i = 0 to 2 do Jv.put array i (Jv.of_int (i * i)) done;
  p "%d %d %s" (Jv.to_int (Jv.get array "length")) (Jv.to_int (Jv.at array 2)) (Jv.to_string (Jv.call array "join" [| Jv.str "+" |]));
  p "%b %b" (Jv.to_bool (Jv.call (Jv.get Jv.global "Array") "isArray" [| array |])) (Jv.instanceof array ~cons:(Jv.get Jv.global "Map"));
  p "%d" (List.fold_left (fun sum v -> sum + Jv.to_int v) 0 (Jv.to_list array));
  let parsed s = Jv.to_float (Jv.call (Jv.get Jv.global "Number") "parseFloat" [| Jv.str s |]) in
  p "%g %b" (parsed "2.5e3") (let n = parsed "x" in n = n);
  p "%s" (Jv.to_string (Jv.call (Jv.str "caf\u{e9}") "toUpperCase" [||]));
  p "%d %d" (Jv.to_int (Jv.get (Jv.str "\u{1f42b}") "length")) (Jv.to_int (Jv.call (Jv.str "\u{1f42b}") "codePointAt" [| Jv.of_int 0 |]))

let iterators () =
  let symbol : Jv.t = Jv.pure_expr "Symbol.iterator" in
  let map = Jv.make (Jv.get Jv.global "Map") [||] in
  List.iter (fun (k, v) -> ignore (Jv.call map "set" [| Jv.str k; Jv.of_int v |])) [ "x", 1; "y", 2 ];
  p "%b" (Jv.is_none (Jv.by_symbol (Jv.obj [||]) symbol));
  let rec fold it sum =
    let r = Jv.call it "next" [||] in
    if Jv.to_bool (Jv.get r "done") then sum else fold it (sum ^ Jv.to_string (Jv.at (Jv.get r "value") 0))
  in
  p "%s" (fold (Jv.call map "entries" [||]) "")

let errors () =
  let message e = Jv.to_string (Jv.get e "message") in
  (try Jv.throw "thrown" with Jv.Error e -> p "Error %s" (message e));
  (try ignore (Jv.call (Jv.get Jv.global "JSON") "parse" [| Jv.str "{" |]) with Jv.Error e -> p "%s" (Jv.to_string (Jv.get e "name")));
  (try ignore (Jv.call Jv.undefined "x" [||]) with Jv.Error e -> p "%s" (Jv.to_string (Jv.get e "name")))

type record = { name : string; list : int list }

let promises k =
  let value = { name = "kept"; list = [ 1; 2 ] } in
  ignore (Fut.bind (Fut.return value) (fun got ->
    p "%b %s" (got == value) got.name;
    ignore (Fut.bind (Fut.all [ Fut.tick 5; Fut.return (1, "pair"); Fut.return "text" ]) (fun all ->
      let (n, s) : int * string = Jv.of_repr (Jv.at all 1) in
      p "%d %s %s" n s (Jv.of_repr (Jv.at all 2));
      let rejected = Fut.create (fun _ reject -> reject (Jv.make (Jv.get Jv.global "Error") [| Jv.str "no" |])) in
      ignore (Fut.both rejected (fun _ -> p "fulfilled") (fun e -> p "rejected %s" (Jv.to_string (Jv.get e "message")); k ()))))))

let fetched k =
  ignore (Fut.bind (Jv.apply (Jv.get Jv.global "fetch") [| Jv.str "/json" |]) (fun response ->
    ignore (Fut.bind (Jv.call response "json" [||]) (fun json ->
      p "%d %s" (Jv.to_int (Jv.get json "answer")) (String.concat " " (List.map (fun v -> Jv.to_string (Jv.call v "toString" [||])) (Jv.to_list (Jv.get json "list"))));
      k ()))))

let application () =
  let count = ref 0 in
  let label = element "p" [ Jv.str "0" ] in
  let add = element ~props:[ "id", Jv.str "add" ] "button" [ Jv.str "add" ] in
  let text = element ~props:[ "id", Jv.str "text" ] "input" [] in
  listen add "click" (fun _ ->
    incr count;
    Jv.set label "textContent" (Jv.str (string_of_int !count));
    p "clicked %s" (Jv.to_string (Jv.get label "textContent")));
  listen text "keydown" (fun e ->
    if Jv.to_string (Jv.get e "key") = "Enter" then begin
      p "hello, %s" (Jv.to_string (Jv.get text "value"));
      p "end"
    end);
  ignore (Jv.call (Jv.get document "body") "append" [| label; add; text |]);
  p "ready"

let () =
  values ();
  iterators ();
  errors ();
  promises (fun () -> fetched application)
