(* SPDX-License-Identifier: Apache-2.0
   Functional updates, method caches at call sites that see many classes, many methods, copies,
   binary methods, dynamic dispatch by row polymorphism, objects from functors.
   @versions all *)

class point x y = object (self : 'self)
  val x : int = x
  val y : int = y
  method x = x
  method y = y
  method move dx dy = {< x = x + dx; y = y + dy >}
  method equal (other : 'self) = other#x = x && other#y = y
  method show = Printf.sprintf "(%d,%d)" self#x self#y
end

class point3 x y z = object
  inherit point x y as super
  val z : int = z
  method z = z
  method up = {< z = z + 1 >}
  method! show = super#show ^ "@" ^ string_of_int z
end

class register = object
  val mutable total = 0
  val history = []
  method add n = total <- total + n; {< history = n :: history >}
  method total = total
  method history = history
end

(* One call site, objects of many classes: the cache of method positions must miss properly. *)
let site o = o#value + o#extra

let objects = [|
  object method value = 1 method extra = 10 end;
  object method extra = 20 method value = 2 end;
  object method private a = 0 method value = 3 method extra = 30 end;
  object val v = 4 method value = v method zzz = () method extra = 40 end |> (fun o -> (o :> < value : int; extra : int >));
  object method aaa = 1 method bbb = 2 method ccc = 3 method value = 5 method extra = 50 end |> (fun o -> (o :> < value : int; extra : int >));
|]

class wide = object (self)
  method m00 = 0 method m01 = 1 method m02 = 2 method m03 = 3 method m04 = 4 method m05 = 5 method m06 = 6 method m07 = 7
  method m08 = 8 method m09 = 9 method m10 = 10 method m11 = 11 method m12 = 12 method m13 = 13 method m14 = 14 method m15 = 15
  method m16 = 16 method m17 = 17 method m18 = 18 method m19 = 19 method m20 = 20 method m21 = 21 method m22 = 22 method m23 = 23
  method sum = self#m00 + self#m05 + self#m10 + self#m15 + self#m20 + self#m23
end

class wider = object inherit wide method! m10 = 100 method m24 = 24 method! m00 = 1000 end

module Make (M : sig val name : string val factor : int end) = struct
  class t = object
    method name = M.name
    method scale n = n * M.factor
    method self_scale n = let o = new inner n in o#get * M.factor
  end
  and inner n = object method get = n + 1 end
end

module A = Make (struct let name = "double" let factor = 2 end)
module B = Make (struct let name = "triple" let factor = 3 end)

let measure (o : < length : int; .. >) = o#length

let () =
  let p = new point 1 2 in
  let q = p#move 10 20 in
  Printf.printf "%s %s %b %b\n" p#show q#show (p#equal q) (q#equal (p#move 10 20));
  let r = ((new point3 1 2 3)#move 5 5)#up#up in
  Printf.printf "%s %d\n" r#show r#z;
  let reg = new register in
  let reg2 = (reg#add 5)#add 6 in
  Printf.printf "%d %d %d %d\n" reg#total reg2#total (List.length reg2#history) (List.length reg#history);
  let sum = ref 0 in
  for i = 0 to 99 do sum := !sum + site objects.(i * 7 mod 5) done;
  Printf.printf "sites %d\n" !sum;
  Printf.printf "%d %d\n" (new wide)#sum (new wider)#sum;
  Printf.printf "%s %d %s %d %d\n" (new A.t)#name ((new A.t)#scale 21) (new B.t)#name ((new B.t)#scale 21) ((new B.t)#self_scale 4);
  let c = Oo.copy reg in
  ignore (c#add 100);
  Printf.printf "%d %d\n" reg#total c#total;
  Printf.printf "%d\n" (measure (object method length = 3 method width = 4 end) + measure (object method length = 5 end));
  let rec chain n (o : point) = if n = 0 then o else chain (n - 1) (o#move 1 n) in
  print_endline (chain 1000 p)#show;
  let handlers = Hashtbl.create 8 in
  List.iter (fun (name, h) -> Hashtbl.add handlers name h)
    [ "add", (object val mutable n = 0 method call x = n <- n + x; n end); "mul", (object val mutable n = 1 method call x = n <- n * x; n end) ];
  List.iter (fun (name, x) -> Printf.printf "%s %d; " name ((Hashtbl.find handlers name)#call x)) ["add", 5; "mul", 6; "add", 7; "mul", 8];
  print_newline ();
  Gc.full_major ();
  Printf.printf "%s\n" q#show
