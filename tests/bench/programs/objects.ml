(* SPDX-License-Identifier: Apache-2.0
   Method calls: through self, inherited, at call sites that see three classes. *)
class virtual shape = object (self)
  method virtual area : int
  method twice = self#area + self#area
end
class square n = object inherit shape method area = n * n end
class rectangle a b = object inherit shape method area = a * b end
class tall n = object inherit square n as super method! area = super#area * 3 end
class counter = object val mutable n = 0 method add k = n <- n + k method get = n end
let () =
  let shapes = [| (new square 3 :> shape); (new rectangle 2 5 :> shape); (new tall 2 :> shape) |] in
  let c = new counter in
  for i = 0 to 35_000_000 do
    c#add (Array.unsafe_get shapes (i mod 3))#twice
  done;
  Printf.printf "%d\n" c#get
