(* SPDX-License-Identifier: Apache-2.0
   Thousands of random operations on six channels that share two files: what is read, where the
   positions are, and which bytes a reader's buffer still holds after a file has changed. Prints a
   digest of the log now and then; with BACTRIAN_LOG set, the log.
   @gc-stress smaller *)

let small = Sys.getenv_opt "BACTRIAN_TEST_SIZE" = Some "small"
let steps = if small then 300 else 3000
let logging = Sys.getenv_opt "BACTRIAN_LOG" <> None

let state = ref 0
let random n =
  state := (!state * 1103515245 + 12345) land 0x3fffffffffff;
  (!state lsr 12) mod n

let digest = ref ""
let log fmt =
  Printf.ksprintf (fun s ->
      digest := Digest.string (!digest ^ s);
      if logging then print_endline s) fmt

let size () =
  match random 6 with
  | 0 -> 0
  | 1 -> random 10
  | 2 -> 65530 + random 12
  | 3 -> random 1000
  | 4 -> random 140_000
  | _ -> random 5000

let data = String.init 200_000 (fun i -> if i mod 997 = 0 then '\n' else Char.chr (i * 7 land 255))
let file () = Printf.sprintf "file%d" (random 2)
let outputs = Array.make 3 None
let inputs = Array.make 3 None

let short s = Printf.sprintf "%d %s" (String.length s) (Digest.to_hex (Digest.string s))
let flags () = List.filter (fun _ -> random 2 = 0) [Open_trunc; Open_append; Open_excl; Open_creat; Open_creat]

let reopen_output i =
  Option.iter close_out outputs.(i);
  outputs.(i) <- Some (open_out_gen (Open_wronly :: flags ()) 0o600 (file ()))

let reopen_input i =
  Option.iter close_in inputs.(i);
  inputs.(i) <- Some (open_in_bin (file ()))

let write oc =
  match random 12 with
  | 0 | 1 | 2 | 3 ->
    let n = size () in
    output_substring oc data (random (200_000 - n)) n;
    log "wrote %d" n
  | 4 -> seek_out oc (size ()); log "at %d" (pos_out oc)
  | 5 -> flush oc
  | 6 -> log "length %d" (out_channel_length oc)
  | 7 -> close_out oc; log "closed"
  | 8 -> for _ = 0 to random 3000 do output_char oc 'c' done
  | 9 -> output_binary_int oc (random 0x3fffffff)
  | 10 -> Out_channel.set_buffered oc (random 3 > 0)
  | _ -> log "at %d" (pos_out oc)

let read ic =
  match random 12 with
  | 0 | 1 | 2 ->
    let n = size () in
    let b = Bytes.make n '-' in
    let got = input ic b 0 n in
    log "input %d of %s" got (short (Bytes.to_string b))
  | 3 | 4 -> log "line %s" (short (input_line ic))
  | 5 -> seek_in ic (size ())
  | 6 -> seek_in ic (max 0 (pos_in ic - random 3000))
  | 7 -> if in_channel_length ic - pos_in ic >= 4 then log "int %d" (input_binary_int ic)
  | 8 -> log "char %C" (input_char ic)
  | 9 -> log "string %s" (short (really_input_string ic (size ())))
  | 10 -> if random 4 = 0 then log "all %s" (short (In_channel.input_all ic))
  | _ -> if random 4 = 0 then log "digest %s" (Digest.to_hex (Digest.channel ic (if random 3 = 0 then -1 else size ())))

let guarded f =
  try f () with (Sys_error _ | End_of_file) as e -> log "%s" (Printexc.to_string e)

let step () =
  let i = random 3 in
  match random 24 with
  | 0 -> guarded (fun () -> reopen_output i)
  | 1 -> guarded (fun () -> reopen_input i)
  | n when n < 12 -> Option.iter (fun oc -> guarded (fun () -> write oc)) outputs.(i)
  | _ ->
    Option.iter (fun ic -> guarded (fun () -> read ic); log "at %d" (pos_in ic)) inputs.(i)

let () =
  for seed = 1 to (if small then 1 else 4) do
    state := seed * 7919;
    for k = 1 to steps do
      step ();
      if k mod 150 = 0 then Printf.printf "%d.%d %s\n" seed k (Digest.to_hex !digest)
    done
  done
