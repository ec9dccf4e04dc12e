(* SPDX-License-Identifier: Apache-2.0
   Format: boxes, break hints, margins, indentation, tags, tabulation, custom outputs, printers of
   structured data, %a and %t, symbolic output.
   @versions 5.3 *)

open Format

type json = Null | Bool of bool | Num of float | Str of string | List of json list | Obj of (string * json) list

let rec pp_json ppf = function
  | Null -> pp_print_string ppf "null"
  | Bool b -> fprintf ppf "%b" b
  | Num f -> fprintf ppf "%g" f
  | Str s -> fprintf ppf "%S" s
  | List l -> fprintf ppf "@[<hv 2>[%a@;<0 -2>]@]" (pp_print_list ~pp_sep:(fun ppf () -> fprintf ppf ",@ ") pp_json) l
  | Obj l -> fprintf ppf "@[<hv 2>{%a@;<0 -2>}@]" (pp_print_list ~pp_sep:(fun ppf () -> fprintf ppf ",@ ") pp_field) l
and pp_field ppf (k, v) = fprintf ppf "@[<h>%S:@ %a@]" k pp_json v

let doc = Obj ["name", Str "camel"; "humps", Num 2.0; "tags", List (List.init 12 (fun i -> Num (float_of_int (i * i)))); "nested", Obj ["a", Null; "b", List []; "c", Bool true]]

type term = Var of string | Lam of string * term | App of term * term
let rec pp_term ppf = function
  | Var x -> pp_print_string ppf x
  | Lam (x, t) -> fprintf ppf "@[<2>fun %s ->@ %a@]" x pp_term t
  | App (f, a) -> fprintf ppf "@[<2>%a@ (%a)@]" pp_term f pp_term a
let rec big n = if n = 0 then Var "x" else Lam (sprintf "v%d" n, App (big (n - 1), Var (sprintf "argument%d" n)))

let boxes () =
  List.iter (fun (name, f) -> printf "%s:@.%t@." name f)
    [ "h", (fun ppf -> fprintf ppf "@[<h>one@ two@ three@]"); "v", (fun ppf -> fprintf ppf "@[<v 3>one@ two@,three@]");
      "hv fits", (fun ppf -> fprintf ppf "@[<hv 2>one@ two@]"); "hov", (fun ppf -> fprintf ppf "@[<hov 4>%a@]" (pp_print_list ~pp_sep:pp_print_space pp_print_int) (List.init 40 Fun.id));
      "b", (fun ppf -> fprintf ppf "@[<b 2>start@ %a@ end@]" (pp_print_list ~pp_sep:pp_print_space pp_print_int) (List.init 30 Fun.id));
      "hv", (fun ppf -> fprintf ppf "@[<hv 1>(%a)@]" (pp_print_list ~pp_sep:(fun ppf () -> fprintf ppf ",@ ") pp_print_string) (List.init 12 (sprintf "item%d")));
      "offsets", (fun ppf -> fprintf ppf "@[<v>a@;<1 4>b@;<3 -1>c@[<h>@;<5 0>d@]@]"); "newline", (fun ppf -> fprintf ppf "@[<v 2>a@\nb@ c@]");
      "if newline", (fun ppf -> fprintf ppf "@[<v>x@ "; pp_print_if_newline ppf (); fprintf ppf "y@]") ]

let () =
  boxes ();
  List.iter (fun m -> set_margin m; printf "margin %d@.%a@." m pp_json doc) [20; 40; 78];
  set_margin 30;
  printf "%a@." pp_term (big 5);
  set_max_indent 10;
  printf "%a@." pp_term (big 5);
  set_margin 80;
  printf "%5d|%-5d|%s|%10s|%-10s|%c|%B|%%|%@@." 42 42 "s" "right" "left" 'c' true;
  printf "%a %t@." (fun ppf -> List.iter (fprintf ppf "<%d>")) [1; 2; 3] (fun ppf -> pp_print_string ppf "t");
  printf "@{<b>bold@} and @{<i>italic@}@.";
  pp_set_tags std_formatter true;
  printf "@{<b>bold@} and @{<i>italic@}@.";
  pp_set_formatter_stag_functions std_formatter
    { (pp_get_formatter_stag_functions std_formatter ()) with
      mark_open_stag = (function String_tag s -> "[" ^ s ^ "]" | _ -> ""); mark_close_stag = (fun _ -> "[/]") };
  printf "@{<b>bold @{<i>both@}@}@.";
  pp_set_tags std_formatter false;
  let s = asprintf "@[<v>%a@]" (pp_print_list pp_print_string) ["l1"; "l2"] in
  printf "%S@." s;
  let b = Buffer.create 50 in
  let ppf = formatter_of_buffer b in
  pp_set_margin ppf 12;
  fprintf ppf "@[%s@ %s@ %s@]@?" "words" "that" "wrap";
  printf "%S@." (Buffer.contents b);
  pp_open_tbox std_formatter ();
  List.iter (fun (a, b) -> pp_set_tab std_formatter (); printf "%s" a; pp_print_tbreak std_formatter 2 0; printf "%s@," b) ["a", "b"];
  pp_close_tbox std_formatter ();
  print_newline ();
  set_max_boxes 4;
  printf "%a@." pp_json (List [List [List [List [List [Num 1.0]]]]]);
  set_max_boxes max_int;
  set_ellipsis_text "...";
  printf "%a@." (pp_print_option pp_print_int) (Some 3);
  printf "%a@." (pp_print_result ~ok:pp_print_int ~error:pp_print_string) (Error "bad");
  printf "%a@." (pp_print_seq ~pp_sep:pp_print_space pp_print_int) (List.to_seq [1; 2; 3]);
  printf "%a@." pp_print_text "some text\nwith lines and spaces";
  let g = get_formatter_out_functions () in
  let count = ref 0 in
  set_formatter_out_functions { g with out_string = (fun s p n -> count := !count + n; g.out_string s p n) };
  printf "counted@ text@.";
  set_formatter_out_functions g;
  printf "%d@." !count;
  let sob = make_symbolic_output_buffer () in
  let f = formatter_of_symbolic_output_buffer sob in
  fprintf f "@[<v 2>a@ b@]@.";
  List.iter (function
    | Output_string s -> printf "(str %s)" s | Output_newline -> printf "(nl)" | Output_spaces n -> printf "(sp %d)" n
    | Output_indent n -> printf "(in %d)" n | Output_flush -> printf "(flush)") (flush_symbolic_output_buffer sob);
  printf "@.%s %d@." (match pp_get_geometry std_formatter () with { max_indent; margin } -> sprintf "%d/%d" max_indent margin) (get_margin ());
  eprintf "to stderr %d@." 5
