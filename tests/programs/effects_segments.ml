(* Effects often enough for the default policy to translate what performs, handles and resumes them
   (segments), and all that can go on around them.
   @gc-stress smaller
*)
open Effect
open Effect.Deep

type _ Effect.t +=
  | Yield : int -> unit t
  | Ask : int t
  | Float : float -> float t
  | Many : int -> int t
  | Unknown : unit t

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let scale n = if small then n / 100 else n

let generate walk =
  let sum = ref 0 and count = ref 0 in
  match_with walk ()
    { retc = (fun () -> ());
      exnc = raise;
      effc = (fun (type a) (e : a Effect.t) ->
        match e with
        | Yield n -> Some (fun (k : (a, _) continuation) -> incr count; sum := !sum + n; continue k ())
        | _ -> None) };
  (!count, !sum)

let report name (count, sum) = Printf.printf "%s: %d %d\n" name count sum

(* A recursive walk. *)
type tree = Leaf | Node of tree * int * tree
let rec make lo hi = if lo > hi then Leaf else let m = (lo + hi) / 2 in Node (make lo (m - 1), m, make (m + 1) hi)
let rec walk = function Leaf -> () | Node (l, x, r) -> walk l; perform (Yield x); walk r
let () = report "tree" (generate (fun () -> walk (make 1 (scale 20_000))))

(* A deep stack of waiting frames: stacks grow under segments. *)
let rec deep n = if n = 0 then 0 else begin perform (Yield n); 1 + deep (n - 1) end
let () = report "deep" (generate (fun () -> ignore (deep (scale 30_000))))

(* Handlers around handlers: what the inner one does not know goes out. *)
let with_answer f =
  match_with f ()
    { retc = Fun.id; exnc = raise;
      effc = (fun (type a) (e : a Effect.t) ->
        match e with Ask -> Some (fun (k : (a, _) continuation) -> continue k 42) | _ -> None) }
let () =
  report "nested"
    (generate (fun () ->
       with_answer (fun () -> with_answer (fun () ->
         for i = 1 to scale 5_000 do perform (Yield (perform Ask + i)) done))))

(* Floats and boxed integers that live across an effect. *)
let () =
  let total =
    match_with
      (fun () ->
        let x = ref 0.5 and b = ref 1L in
        for i = 1 to scale 5_000 do
          let y = !x *. 1.25 in
          let c = Int64.add !b (Int64.of_int i) in
          let answer = perform (Float y) in
          x := answer +. y /. 2.; b := Int64.logxor c (Int64.of_float !x)
        done;
        Printf.sprintf "%.6f %Ld" !x !b) ()
      { retc = Fun.id; exnc = raise;
        effc = (fun (type a) (e : a Effect.t) ->
          match e with
          | Float f -> Some (fun (k : (a, _) continuation) -> continue k (Float.rem f 3.))
          | _ -> None) } in
  print_endline ("floats: " ^ total)

(* More parameters than registers, partial and over-application, collections in between. *)
let twelve a b c d e f g h i j k l = perform (Yield (a + b + c + d + e + f)); fun m -> g + h + i + j + k + l + m
let keep = ref []
let () =
  let result = ref 0 in
  report "calls"
    (generate (fun () ->
       for i = 1 to scale 3_000 do
         let part = twelve i 2 3 4 5 6 in
         keep := [ (i, part) ];
         if i mod 100 = 0 then Gc.minor ();
         result := !result + part 7 8 9 10 11 12 13
       done));
  Printf.printf "calls: %d\n" !result

(* Exceptions: out of a fiber, caught in it around an effect, and into it. *)
exception Stop of int
let () =
  let caught = ref 0 in
  for i = 1 to scale 3_000 do
    match generate (fun () -> for j = 1 to 5 do perform (Yield j); if j = 3 then raise_notrace (Stop i) done) with
    | _ -> assert false
    | exception Stop n -> caught := !caught + n
  done;
  Printf.printf "raised: %d\n" !caught

let () =
  let inside = ref 0 in
  report "try"
    (generate (fun () ->
       for i = 1 to scale 5_000 do
         try perform (Yield i); if i land 1 = 0 then raise_notrace Exit with Exit -> incr inside
       done));
  Printf.printf "try: %d\n" !inside

let () =
  let finished = ref 0 in
  for i = 1 to scale 3_000 do
    match_with
      (fun () -> match perform (Yield i) with () -> () | exception Stop n -> finished := !finished + n) ()
      { retc = Fun.id; exnc = raise;
        effc = (fun (type a) (e : a Effect.t) ->
          match e with
          | Yield n -> Some (fun (k : (a, _) continuation) -> discontinue k (Stop n))
          | _ -> None) }
  done;
  Printf.printf "discontinued: %d\n" !finished

(* What has no handler, and what is resumed twice. *)
let () =
  let unhandled = ref 0 and twice = ref 0 in
  for i = 1 to scale 3_000 do
    (match generate (fun () -> perform (Yield i); perform Unknown) with
     | _ -> assert false
     | exception Unhandled Unknown -> incr unhandled);
    match
      match_with (fun () -> perform (Many i)) ()
        { retc = Fun.id; exnc = raise;
          effc = (fun (type a) (e : a Effect.t) ->
            match e with
            | Many n -> Some (fun (k : (a, _) continuation) -> let r = continue k n in r + continue k n)
            | _ -> None) }
    with
    | _ -> assert false
    | exception Continuation_already_resumed -> incr twice
  done;
  Printf.printf "unhandled %d, twice %d\n" !unhandled !twice

(* A scheduler: fibers resumed from a loop, in turn. *)
let () =
  let queue = Queue.create () and trace = Buffer.create 100 and turns = ref 0 in
  let run f =
    match_with f ()
      { retc = ignore; exnc = raise;
        effc = (fun (type a) (e : a Effect.t) ->
          match e with
          | Yield _ -> Some (fun (k : (a, unit) continuation) -> Queue.push (fun () -> continue k ()) queue)
          | _ -> None) } in
  for id = 0 to 4 do
    Queue.push (fun () -> run (fun () ->
      for i = 1 to scale 4_000 do
        incr turns;
        if i mod scale 1_000 = 0 then Buffer.add_string trace (string_of_int id);
        perform (Yield id)
      done)) queue
  done;
  while not (Queue.is_empty queue) do (Queue.pop queue) () done;
  Printf.printf "scheduler: %d %s\n" !turns (Buffer.contents trace)

(* Shallow handlers, and state that is passed on. *)
let () =
  let open Effect.Shallow in
  let rec loop : type a b. int -> (a, b) continuation -> a -> int = fun state k v ->
    continue_with k v
      { retc = (fun _ -> state); exnc = raise;
        effc = (fun (type c) (e : c Effect.t) ->
          match e with
          | Ask -> Some (fun (k : (c, _) continuation) -> loop (state + 1) k state)
          | Many n -> Some (fun (k : (c, _) continuation) -> loop (state + n) k n)
          | _ -> None) } in
  let body () = for i = 1 to scale 5_000 do ignore (perform Ask + perform (Many i)) done in
  Printf.printf "state: %d\n" (loop 0 (fiber body) ())

(* Effects below a function that C++ calls back cannot get out of it; within it they can. *)
let () =
  let sorted = ref 0 in
  for _ = 1 to scale 1_000 do
    let l = List.sort (fun a b -> ignore (with_answer (fun () -> perform Ask)); compare a b) [ 3; 1; 2 ] in
    sorted := !sorted + List.hd l
  done;
  Printf.printf "sorted: %d\n" !sorted
