(* XMLHttpRequest, its Lwt face, fetch, forms, blobs, server-sent events, against a local server. *)
open Js_of_ocaml
module File_lwt = Js_of_ocaml_lwt.File
module XmlHttpRequest = Js_of_ocaml_lwt.XmlHttpRequest
open Lwt.Syntax

let p fmt = Printf.ksprintf print_endline fmt
let js = Js.string
let str = Js.to_string
let await promise =
  let waiting, wake = Lwt.wait () in
  ignore (Js.Unsafe.meth_call promise "then" [|
    Js.Unsafe.inject (Js.wrap_callback (fun v -> Lwt.wakeup wake v));
    Js.Unsafe.inject (Js.wrap_callback (fun e -> Lwt.wakeup_exn wake (Failure (str (Js.Unsafe.meth_call e "toString" [||]))))) |]);
  waiting
let fetch (url : string) options = await (Js.Unsafe.fun_call (Js.Unsafe.get Js.Unsafe.global "fetch") [| Js.Unsafe.inject (js url); Js.Unsafe.inject options |])

let plain () =
  let finished, wake = Lwt.wait () in
  let xhr = XmlHttpRequest.create () in
  let states = ref [] in
  xhr##.onreadystatechange := Js.wrap_callback (fun () ->
    states := (match xhr##.readyState with UNSENT -> "unsent" | OPENED -> "opened" | HEADERS_RECEIVED -> "headers" | LOADING -> "loading" | DONE -> "done") :: !states;
    if xhr##.readyState = DONE then Lwt.wakeup wake ());
  xhr##_open (js "GET") (js "/echo?a=1") Js._true;
  xhr##setRequestHeader (js "x-test") (js "yes");
  xhr##send Js.null;
  let* () = finished in
  p "%s" (String.concat " " (List.sort_uniq compare !states));
  p "%d %s %s" xhr##.status (str xhr##.statusText) (Js.Opt.case xhr##.responseText (fun () -> "none") str);
  p "%s" (Js.Opt.case (xhr##getResponseHeader (js "x-answer")) (fun () -> "none") str);
  Lwt.return_unit

let with_lwt () =
  let* frame = XmlHttpRequest.get "/echo?b=caf%C3%A9" in
  p "%d %s %s" frame.code frame.content (Option.value (frame.headers "x-answer") ~default:"none");
  let* frame = XmlHttpRequest.perform_raw_url ~contents:(`POST_form [ "name", `String (js "A&B"); "n", `String (js "2") ]) "/echo" in
  p "%d %s" frame.code frame.content;
  let* frame = XmlHttpRequest.perform_raw_url ~content_type:"text/plain" ~contents:(`String "some \xe2\x82\xac text") "/echo" in
  p "%s" frame.content;
  let* frame = XmlHttpRequest.perform_raw_url ~override_method:`PUT ~headers:[ "x-test", "put" ] ~contents:(`String "") "/echo" in
  p "%s" frame.content;
  let* frame = XmlHttpRequest.get "/status/404" in
  p "%d" frame.code;
  let* frame = XmlHttpRequest.perform_raw ~response_type:XmlHttpRequest.ArrayBuffer "/bytes" in
  let bytes = Js.Opt.case frame.content (fun () -> "none") (fun b -> Typed_array.String.of_arrayBuffer b) in
  p "%d %S" (String.length bytes) (String.sub bytes 250 6);
  let* frame = XmlHttpRequest.perform_raw ~response_type:XmlHttpRequest.JSON "/json" in
  p "%d" (Js.Opt.case frame.content (fun () -> 0) (fun o -> Js.Unsafe.get o "answer"));
  let sent = XmlHttpRequest.get "/never" in
  Lwt.cancel sent;
  let* said = Lwt.catch (fun () -> let* _ = sent in Lwt.return "an answer") (fun e -> Lwt.return (if e = Lwt.Canceled then "cancelled" else "?")) in
  p "%s" said;
  Lwt.return_unit

let with_fetch () =
  let* response = fetch "/echo" (object%js val _method = js "POST" val body = js "by fetch" end) in
  let* text = await (Js.Unsafe.meth_call response "text" [||]) in
  p "%d %s" (Js.Unsafe.get response "status") (str text);
  let* said = Lwt.catch (fun () -> let* _ = fetch "http://localhost:1/" (object%js end) in Lwt.return "an answer") (fun _ -> Lwt.return "refused") in
  p "%s" said;
  let* response = fetch "/json" (object%js end) in
  let* json = await (Js.Unsafe.meth_call response "json" [||]) in
  p "%s" (str (Js._JSON##stringify json));
  Lwt.return_unit

let with_blobs () =
  let blob = File.blob_from_string ~contentType:"text/plain" "blob \xe2\x82\xac" in
  p "%d %s" blob##.size (str blob##._type);
  let* text = File_lwt.readAsText blob in
  p "%s" (str text);
  let* binary = File_lwt.readAsBinaryString blob in
  p "%S" (Js.to_bytestring binary);
  let* url = File_lwt.readAsDataURL blob in
  p "%s" (str url);
  let slice = blob##slice 0 4 in
  let* text = File_lwt.readAsText slice in
  p "%s" (str text);
  Lwt.return_unit

let server_events () =
  let finished, wake = Lwt.wait () in
  let source = new%js EventSource.eventSource (js "/events") in
  let seen = ref [] in
  source##.onmessage := Dom.handler (fun e ->
    seen := str e##.data :: !seen;
    if List.length !seen = 3 then begin
      source##close;
      Lwt.wakeup wake ()
    end;
    Js._true);
  let* () = finished in
  p "%s" (String.concat " " (List.rev !seen));
  Lwt.return_unit

let urls () =
  p "%s %s" (Url.urlencode "a b&c/\xc3\xa9") (Url.urldecode "a%20b%26c");
  p "%s" (Url.encode_arguments [ "x", "1"; "y z", "&" ]);
  (match Url.url_of_string "https://example.org:8080/p/q?x=1&y=2#frag" with
   | Some (Https u) -> p "%s %d %s %d %s" u.hu_host u.hu_port (String.concat "/" u.hu_path) (List.length u.hu_arguments) u.hu_fragment
   | _ -> p "no url");
  p "%s" (String.concat "/" Url.Current.path |> fun s -> if s = "" then "none" else "a path")

let () =
  Lwt.async (fun () ->
    let* () = plain () in
    let* () = with_lwt () in
    let* () = with_fetch () in
    let* () = with_blobs () in
    let* () = server_events () in
    urls ();
    p "end";
    Lwt.return_unit)
