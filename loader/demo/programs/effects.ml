(* Effect handlers of OCaml 5: a scheduler in thirty lines, with
   cooperative fibers and channels. *)

open Effect
open Effect.Deep

type _ Effect.t +=
  | Fork : (unit -> unit) -> unit Effect.t
  | Yield : unit Effect.t
  | Suspend : (('a, unit) continuation -> unit) -> 'a Effect.t

let ready : (unit -> unit) Queue.t = Queue.create ()

let next () =
  match Queue.take_opt ready with Some job -> job () | None -> ()

let wake k x = Queue.add (fun () -> continue k x) ready

let rec run fiber =
  match_with fiber ()
    { retc = next;
      exnc = raise;
      effc =
        (fun (type a) (eff : a Effect.t) ->
          let with_k (f : (a, unit) continuation -> unit) = Some f in
          match eff with
          | Yield -> with_k (fun k -> wake k (); next ())
          | Fork child -> with_k (fun k -> wake k (); run child)
          | Suspend register -> with_k (fun k -> register k; next ())
          | _ -> None) }

let fork fiber = perform (Fork fiber)
let yield () = perform Yield

(* A channel without a buffer: whoever comes first waits for the other. *)
type 'a channel = {
  senders : ('a * (unit, unit) continuation) Queue.t;
  receivers : ('a, unit) continuation Queue.t;
}

let channel () = { senders = Queue.create (); receivers = Queue.create () }

let send channel x =
  match Queue.take_opt channel.receivers with
  | Some k -> wake k x
  | None -> perform (Suspend (fun k -> Queue.add (x, k) channel.senders))

let receive channel =
  match Queue.take_opt channel.senders with
  | Some (x, k) -> wake k (); x
  | None -> perform (Suspend (fun k -> Queue.add k channel.receivers))

(* Eratosthenes' sieve as a pipeline: one fiber for each prime found so far. *)
let rec numbers output n = send output n; numbers output (n + 1)

let rec filter prime input output =
  let n = receive input in
  if n mod prime <> 0 then send output n;
  filter prime input output

let rec primes input count =
  if count > 0 then begin
    let prime = receive input in
    print_string (string_of_int prime ^ " ");
    let output = channel () in
    fork (fun () -> filter prime input output);
    primes output (count - 1)
  end

let camel colour name steps () =
  let say text =
    print_endline ("\027[3" ^ colour ^ "m" ^ name ^ "\027[0m " ^ text)
  in
  for i = 1 to steps do
    say (String.make (4 * i) '.' ^ " step " ^ string_of_int i);
    yield ()
  done;
  say "has arrived"

let () =
  print_endline "Three fibers take turns:";
  run (fun () ->
      fork (camel "3" "Asta" 3);
      fork (camel "6" "Bora" 5);
      fork (camel "5" "Cleo" 2));
  print_endline "\nA pipeline of fibers, one for each prime:";
  run (fun () ->
      let source = channel () in
      fork (fun () -> numbers source 2);
      primes source 60);
  print_newline ();
  let switches = ref 0 in
  let start = Sys.time () in
  let spin () = for _ = 1 to 500_000 do incr switches; yield () done in
  run (fun () -> fork spin; fork spin);
  let ms = int_of_float (1000. *. (Sys.time () -. start)) in
  print_endline
    ("\n" ^ string_of_int !switches ^ " switches between two fibers in "
    ^ string_of_int ms ^ " ms")
