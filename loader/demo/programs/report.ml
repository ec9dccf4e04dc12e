(* Map, Format, Printf: the standard library, to the last space. *)

module Words = Map.Make (String)

let text =
  "the camel has two humps one for water one for fat and the camel with two \
   humps is the bactrian camel the camel with one hump is the dromedary"

let count words =
  List.fold_left
    (fun map word ->
      Words.update word (fun n -> Some (1 + Option.value n ~default:0)) map)
    Words.empty words

let bar n = String.concat "" (List.init n (fun _ -> "\xe2\x96\x88"))

let () =
  let words = String.split_on_char ' ' text in
  let total = float (List.length words) in
  let counts = count words in
  let by_count (a, n) (b, m) = if n = m then compare a b else compare m n in
  let sorted = List.sort by_count (Words.bindings counts) in
  List.iteri
    (fun i (word, n) ->
      if n > 1 then
        Printf.printf "%2d. %-10s %5.1f%%  \027[3%dm%s\027[0m\n" (i + 1) word
          (100. *. float n /. total)
          ((i mod 6) + 1) (bar (4 * n)))
    sorted

(* A pretty-printer that breaks lines where they must break. *)
type json =
  | Null
  | Number of float
  | Text of string
  | List of json list
  | Object of (string * json) list

(* Colours take no columns: "@<0>%s" says so to Format. *)
let plain = "\027[0m"
let fprintf = Format.fprintf
let comma ppf () = fprintf ppf ",@ "
let items pp = Format.pp_print_list ~pp_sep:comma pp

let rec pp ppf = function
  | Null -> fprintf ppf "@<0>%snull@<0>%s" "\027[35m" plain
  | Number x -> fprintf ppf "@<0>%s%g@<0>%s" "\027[36m" x plain
  | Text s -> fprintf ppf "@<0>%s%S@<0>%s" "\027[32m" s plain
  | List l -> fprintf ppf "@[<hov 2>[ %a ]@]" (items pp) l
  | Object l -> fprintf ppf "@[<hv 2>{ %a@;<1 -2>}@]" (items pp_field) l

and pp_field ppf (name, value) =
  fprintf ppf "@[<hov 2>\"%s\":@ %a@]" name pp value

let () =
  Format.set_margin 64;
  Format.printf "@.%a@." pp
    (Object
       [ ("animal", Text "Camelus bactrianus");
         ("humps", Number 2.);
         ("kg", Number 450.5);
         ( "eats",
           List
             (List.map
                (fun s -> Text s)
                [ "grass"; "leaves"; "thorns"; "salty plants"; "grain" ]) );
         ( "home",
           Object
             [ ("desert", Text "Gobi");
               ("range", Text "minus 40 to plus 40 degrees") ] );
         ("rivals", Null) ])
