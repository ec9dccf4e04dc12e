(* Strings that have been JavaScript strings before are looked up by their content: of all short lengths, and so many that
   the table of them has to grow. *)
open Js_of_ocaml

let letter i = Char.chr (97 + i mod 26)

let () =
  for length = 0 to 40 do
    let text = String.init length (fun i -> letter (i + length)) in
    let js = Js.string text in
    assert (Js.to_string js = text);
    assert (Js.string (String.concat "" [text]) == js || Js.string text = js);
    assert (js##.length = length);
    (* The last character, and what is behind it, count. *)
    if length > 0 then begin
      let other = Bytes.of_string text in
      Bytes.set other (length - 1) 'Z';
      assert (Js.to_string (Js.string (Bytes.to_string other)) = Bytes.to_string other);
      assert (Js.to_string (Js.string (text ^ "\000")) = text ^ "\000");
      assert (Js.to_string (Js.string (text ^ "\xC3\xA9")) = text ^ "\xC3\xA9")
    end
  done;
  let texts = Array.init 20_000 (fun i -> Printf.sprintf "%0*d" (1 + i mod 23) i) in
  for _ = 1 to 3 do
    Array.iter (fun text -> assert (Js.to_string (Js.string text) = text)) texts
  done;
  for i = 0 to 5000 do
    let text = string_of_int (i mod 300) in
    assert (Js.parseInt (Js.string text) = i mod 300)
  done;
  print_endline "done"
