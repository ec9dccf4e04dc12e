(* SPDX-License-Identifier: Apache-2.0
   Marshal and output_value over channels: several values in a file, mixed with text and with
   binary integers, buffers smaller than the value, end of file. *)

type shape = Circle of float | Square of float | Group of (string * shape) list

let with_temp f =
  let name = Filename.temp_file "marshal" ".bin" in
  Fun.protect ~finally:(fun () -> Sys.remove name) (fun () -> f name)

let rec area = function
  | Circle r -> 3.0 *. r *. r
  | Square s -> s *. s
  | Group l -> List.fold_left (fun acc (_, s) -> acc +. area s) 0.0 l

let shapes = Group ["c", Circle 1.5; "s", Square 2.0; "g", Group ["inner", Circle 1.0]]

let () =
  with_temp (fun name ->
    let oc = open_out_bin name in
    output_string oc "header\n";
    output_value oc shapes;
    output_binary_int oc (-123456);
    Marshal.to_channel oc (Array.init 50_000 (fun i -> string_of_int (i land 63))) [];
    output_byte oc 300;
    Marshal.to_channel oc "tail" [Marshal.No_sharing];
    Printf.printf "written %d\n" (pos_out oc);
    close_out oc;
    let ic = open_in_bin name in
    Printf.printf "length %d\n" (in_channel_length ic);
    print_endline (input_line ic);
    Printf.printf "area %g\n" (area (input_value ic));
    Printf.printf "int %d\n" (input_binary_int ic);
    let a : string array = Marshal.from_channel ic in
    Printf.printf "array %d %s\n" (Array.length a) a.(49_999);
    Printf.printf "byte %d\n" (input_byte ic);
    Printf.printf "%s\n" (Marshal.from_channel ic : string);
    Printf.printf "at %d\n" (pos_in ic);
    (match (Marshal.from_channel ic : int) with _ -> print_endline "unexpected" | exception End_of_file -> print_endline "End_of_file");
    seek_in ic 7;
    Printf.printf "again %g\n" (area (Marshal.from_channel ic));
    seek_in ic 0;
    (match (Marshal.from_channel ic : int) with _ -> print_endline "unexpected" | exception Failure r -> print_endline r);
    close_in ic);
  with_temp (fun name ->
    let s = Marshal.to_string (List.init 100 Fun.id) [] in
    Out_channel.with_open_bin name (fun oc -> Out_channel.output_string oc (String.sub s 0 (String.length s - 5)));
    In_channel.with_open_bin name (fun ic ->
      match (Marshal.from_channel ic : int list) with
      | _ -> print_endline "unexpected"
      | exception Failure r -> print_endline r
      | exception End_of_file -> print_endline "End_of_file"))
