(* cohttp-lwt-jsoo's client against a local server. *)
open Lwt.Syntax
module Client = Cohttp_lwt_jsoo.Client

let p fmt = Printf.ksprintf print_endline fmt
let url path = Uri.of_string path
let show name (response, body) =
  let* text = Cohttp_lwt.Body.to_string body in
  p "%s: %s %s %s" name (Cohttp.Code.string_of_status (Cohttp.Response.status response))
    (Option.value (Cohttp.Header.get (Cohttp.Response.headers response) "x-answer") ~default:"none")
    (if String.length text > 60 then Printf.sprintf "%d bytes, %s" (String.length text) (Digest.to_hex (Digest.string text)) else String.escaped text);
  Lwt.return_unit

let () =
  let uri = Uri.add_query_params' (url "/echo") [ "q", "caf\xc3\xa9 & co"; "n", "1" ] in
  p "%s" (Uri.to_string uri);
  p "%s %s" (Option.value (Uri.get_query_param uri "q") ~default:"none") (Uri.path (Uri.resolve "http" (url "http://h/a/b") (url "../c")));
  Lwt.async (fun () ->
    let* got = Client.get uri in
    let* () = show "get" got in
    let* got = Client.post ~headers:(Cohttp.Header.of_list [ "x-test", "posted"; "content-type", "text/plain" ]) ~body:(Cohttp_lwt.Body.of_string "body \x00\xff") (url "/echo") in
    let* () = show "post" got in
    let* got = Client.post_form ~params:[ "a", [ "1"; "2" ]; "b", [ "x y" ] ] (url "/echo") in
    let* () = show "form" got in
    let* got = Client.put ~body:(Cohttp_lwt.Body.of_string_list [ "two "; "pieces" ]) (url "/echo") in
    let* () = show "put" got in
    let* got = Client.delete (url "/echo") in
    let* () = show "delete" got in
    let* response = Client.head (url "/echo") in
    p "head: %d" (Cohttp.Code.code_of_status (Cohttp.Response.status response));
    let* got = Client.get (url "/status/503") in
    let* () = show "status" got in
    let* got = Client.get (url "/bytes") in
    let* () = show "bytes" got in
    let* got = Lwt.all (List.init 5 (fun i -> Client.get (url (Printf.sprintf "/echo?i=%d" i)))) in
    let* () = Lwt_list.iter_s (show "one of five") got in
    p "end";
    Lwt.return_unit)
