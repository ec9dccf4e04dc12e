(* SPDX-License-Identifier: Apache-2.0
   Classes: inheritance, virtual methods, self, private methods, initializers, super calls, fields,
   class parameters, coercions, objects in containers.
   @versions all *)

class virtual shape (name : string) = object (self)
  val mutable scale = 1.0
  method name = name
  method virtual area : float
  method virtual private corners : int
  method scale_by f = scale <- scale *. f; self
  method describe = Printf.sprintf "%s: area %g, %d corners%s" self#name self#area self#corners (if self#is_big then ", big" else "")
  method private is_big = self#area > 50.0
  initializer Printf.printf "new %s\n" name
end

class rectangle w h = object (self)
  inherit shape "rectangle"
  method area = w *. h *. scale *. scale
  method private corners = 4
  method width = w *. scale
  initializer if w = h then Printf.printf "(a square, area %g)\n" self#area
end

class circle r = object
  inherit shape "circle" as super
  method area = 3.0 *. r *. r *. scale *. scale
  method private corners = 0
  method! describe = "round " ^ super#describe
  method! name = String.uppercase_ascii super#name
end

class counter start = object
  val mutable n = start
  method get = n
  method bump = n <- n + 1
end

class logged_counter start = object
  inherit counter start as super
  val mutable log = []
  method! bump = log <- n :: log; super#bump
  method log = List.rev log
end

class step_counter step start = object
  inherit logged_counter start as super
  method! bump = for _ = 1 to step do super#bump done
end

class ['a] stack = object (self : 'self)
  val mutable items : 'a list = []
  method push x = items <- x :: items
  method pop = match items with [] -> None | x :: rest -> items <- rest; Some x
  method iter f = List.iter f items
  method size = List.length items
  method push_all l = List.iter self#push l
  method map : 'b. ('a -> 'b) -> 'b list = fun f -> List.map f items
end

class type printable = object method print : unit end

class node v = object (self)
  val mutable next : node option = None
  method value : int = v
  method link (n : node) = next <- Some n
  method sum : int = self#value + (match next with None -> 0 | Some n -> n#sum)
end

let () =
  let shapes = [(new rectangle 3.0 4.0 :> shape); (new circle 2.0 :> shape); (new rectangle 5.0 5.0 :> shape)] in
  List.iter (fun s -> print_endline s#describe) shapes;
  List.iter (fun s -> ignore ((s#scale_by 2.0)#scale_by 1.5)) shapes;
  List.iter (fun s -> print_endline s#describe) shapes;
  Printf.printf "%g\n" (new rectangle 2.0 7.0)#width;
  let c = new step_counter 3 10 in
  c#bump; c#bump;
  Printf.printf "%d [%s]\n" c#get (String.concat ";" (List.map string_of_int c#log));
  let counters = [(c :> counter); new counter 0; (new logged_counter 5 :> counter)] in
  List.iter (fun c -> c#bump) counters;
  List.iter (fun c -> Printf.printf "%d " c#get) counters;
  print_newline ();
  let s = new stack in
  s#push_all [1; 2; 3];
  Printf.printf "%d %s %s\n" s#size (match s#pop with Some n -> string_of_int n | None -> "-") (String.concat "," (s#map string_of_int));
  let printables : printable list =
    [ object method print = print_string "immediate " end;
      (object val x = 5 method print = Printf.printf "with field %d " x method other = () end :> printable) ] in
  List.iter (fun p -> p#print) printables;
  print_newline ();
  let a = new node 1 and b = new node 20 and d = new node 300 in
  a#link b; b#link d;
  Printf.printf "%d\n" a#sum;
  Printf.printf "%b %b %b\n" (a = a) (a = new node 1) (compare a b < 0);
  let o = object (self) method even n = n = 0 || self#odd (n - 1) method odd n = n <> 0 && self#even (n - 1) end in
  Printf.printf "%b %b\n" (o#even 100) (o#odd 100);
  Printf.printf "%d\n" (Oo.id b - Oo.id a)
