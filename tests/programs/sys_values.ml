(* SPDX-License-Identifier: Apache-2.0
   What Sys says about the machine, the arguments and the environment.
   @args first second with -x
   @env BACTRIAN_A=alpha BACTRIAN_EMPTY=
   @versions all *)

let guarded name f =
  match f () with
  | text -> Printf.printf "%s: %s\n" name text
  | exception e -> Printf.printf "%s: %s\n" name (Printexc.to_string e)

external get_argv : unit -> string * string array = "caml_sys_get_argv"
external get_config : unit -> string * int * bool = "caml_sys_get_config"
external random_seed : unit -> int array = "caml_sys_random_seed"
external modify_argv : string array -> unit = "caml_sys_modify_argv"
external unsafe_getenv : string -> string = "caml_sys_unsafe_getenv"
external isatty : out_channel -> bool = "caml_sys_isatty"

let () =
  Printf.printf "%s %b %b %b %b\n" Sys.os_type Sys.unix Sys.win32 Sys.cygwin Sys.big_endian;
  Printf.printf "%d %d %d %d %d\n" Sys.word_size Sys.int_size Sys.max_array_length Sys.max_string_length
    Sys.max_floatarray_length;
  guarded "backend" (fun () -> match Sys.backend_type with
      | Sys.Native -> "native" | Sys.Bytecode -> "bytecode" | Sys.Other s -> s);
  let os, size, big = get_config () in
  Printf.printf "%s %d %b\n" os size big;
  guarded "arguments" (fun () -> String.concat "|" (List.tl (Array.to_list Sys.argv)));
  Printf.printf "%b\n" (Sys.argv = snd (get_argv ()) && Sys.executable_name = fst (get_argv ()));
  Printf.printf "%b\n" (Filename.basename Sys.argv.(0) = Filename.basename Sys.executable_name);
  modify_argv [| "other"; "arguments" |];
  guarded "modified" (fun () -> String.concat " " (Array.to_list (snd (get_argv ()))));
  Gc.compact ();
  guarded "modified" (fun () -> String.concat " " (Array.to_list (snd (get_argv ()))));
  guarded "set" (fun () -> Sys.getenv "BACTRIAN_A");
  guarded "empty" (fun () -> Printf.sprintf "%S" (Sys.getenv "BACTRIAN_EMPTY"));
  guarded "not set" (fun () -> Sys.getenv "BACTRIAN_B");
  guarded "prefix" (fun () -> Sys.getenv "BACTRIAN_");
  guarded "NUL" (fun () -> Sys.getenv "BACTRIAN_A\000");
  guarded "unsafe" (fun () -> unsafe_getenv "BACTRIAN_A");
  guarded "option" (fun () -> match Sys.getenv_opt "BACTRIAN_B" with None -> "none" | Some s -> s);
  let seed = random_seed () in
  Printf.printf "%d %b %b\n" (Array.length seed) (Array.for_all (fun n -> n >= 0 && n < 256) seed) (seed <> random_seed ());
  let t = Sys.time () in
  Printf.printf "%b\n" (t >= 0. && Sys.time () >= t);
  Printf.printf "%b %b\n" (isatty stdout) (isatty stderr);
  guarded "variant" (fun () -> Printf.sprintf "%S" (Sys.runtime_variant ()));
  Printf.printf "%b\n" (Sys.runtime_warnings_enabled ());
  Sys.enable_runtime_warnings true;
  Printf.printf "%b\n" (Sys.runtime_warnings_enabled ());
  Sys.enable_runtime_warnings false;
  at_exit (fun () -> print_endline "at exit");
  exit 0
