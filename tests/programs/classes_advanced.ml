(* SPDX-License-Identifier: Apache-2.0
   Multiple inheritance, class lets, constraints, class types, recursive classes, virtual fields,
   the order of initializers, classes defined locally, observers, visitors.
   @versions all *)

let trace s = print_string (s ^ " ")

class a = object initializer trace "init-a" method who = "a" method a = 1 end
class b = object initializer trace "init-b" method who = "b" method b = 2 end
class ab = object inherit a as a inherit b as b initializer trace "init-ab" method both = a#who ^ b#who end
class ba = object inherit b inherit a end

class counted =
  let count = ref 0 in
  fun name ->
    let id = incr count; !count in
    object method id = id method name : string = name end

class virtual ['a] comparable = object (self : 'self)
  method virtual key : 'a
  method compare (o : 'self) = compare self#key o#key
end

class person name age = object
  inherit [string * int] comparable
  method key = (name, age)
  method name : string = name
end

class virtual virtual_field = object
  val virtual limit : int
  val mutable virtual used : int
  method left = limit - used
  method use n = used <- used + n
end

class concrete = object inherit virtual_field val limit = 10 val mutable used = 0 end

class ['event] subject = object (self)
  val mutable observers : ('event -> unit) list = []
  method attach f = observers <- f :: observers
  method notify e = List.iter (fun f -> f e) (List.rev observers)
  method twice e = self#notify e; self#notify e
end

class virtual visitor = object
  method virtual number : int -> unit
  method virtual sum : expr -> expr -> unit
  method virtual product : expr -> expr -> unit
end
and virtual expr = object method virtual accept : visitor -> unit end

class number n = object inherit expr method accept v = v#number n end
class sum l r = object inherit expr method accept v = v#sum l r end
class product l r = object inherit expr method accept v = v#product l r end

class evaluate = object (self)
  inherit visitor
  val mutable stack = []
  method private push n = stack <- n :: stack
  method private apply f = match stack with a :: b :: rest -> stack <- f b a :: rest | _ -> assert false
  method number n = self#push n
  method sum l r = l#accept (self :> visitor); r#accept (self :> visitor); self#apply ( + )
  method product l r = l#accept (self :> visitor); r#accept (self :> visitor); self#apply ( * )
  method result = List.hd stack
end

class show = object (self)
  inherit visitor
  val buffer = Buffer.create 20
  method number n = Buffer.add_string buffer (string_of_int n)
  method private between l op r =
    Buffer.add_char buffer '('; l#accept (self :> visitor); Buffer.add_char buffer op; r#accept (self :> visitor); Buffer.add_char buffer ')'
  method sum l r = self#between l '+' r
  method product l r = self#between l '*' r
  method result = Buffer.contents buffer
end

class even_class = object method test n = n = 0 || (new odd_class)#test (n - 1) end
and odd_class = object method test n = n <> 0 && (new even_class)#test (n - 1) end

let make_local (n : int) =
  let module M = struct
    class local = object val n = n method get = n method set m = {< n = m >} end
  end in
  (new M.local)#set (n * 2)

let () =
  let ab = new ab in
  Printf.printf "\n%s %s %d\n" ab#who ab#both (ab#a + ab#b);
  let ba = new ba in
  Printf.printf "\n%s\n" ba#who;
  let c1 = new counted "x" in
  let c2 = new counted "y" in
  Printf.printf "%d%s %d%s\n" c1#id c1#name c2#id c2#name;
  let people = [new person "bob" 30; new person "alice" 25; new person "bob" 20] in
  List.iter (fun p -> Printf.printf "%s%d " p#name (snd p#key)) (List.sort (fun p q -> p#compare q) people);
  print_newline ();
  let v = new concrete in
  v#use 3; v#use 4;
  Printf.printf "left %d\n" v#left;
  let s = new subject in
  let seen = ref [] in
  s#attach (fun e -> seen := ("first " ^ e) :: !seen);
  s#attach (fun e -> seen := ("second " ^ e) :: !seen);
  s#twice "event";
  print_endline (String.concat ", " (List.rev !seen));
  let n k = new number k in
  let e = new product (new sum (n 2) (n 3)) (new sum (n 4) (new product (n 5) (n 6))) in
  let show = new show and evaluate = new evaluate in
  e#accept (show :> visitor);
  e#accept (evaluate :> visitor);
  Printf.printf "%s = %d\n" show#result evaluate#result;
  Printf.printf "%b %b\n" ((new even_class)#test 20) ((new odd_class)#test 20);
  Printf.printf "%d\n" (make_local 21)#get;
  (match (Obj.magic (object method m = 1 end) : < missing : int >) with
   | o -> Printf.printf "%b\n" (Obj.tag (Obj.repr o) = Obj.object_tag))
