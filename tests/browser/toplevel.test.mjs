// SPDX-License-Identifier: Apache-2.0
// The stock toplevel of OCaml 5.3 from a script tag: phrases typed as a person types them, answers, errors,
// #use, exceptions, Ctrl-C, #quit.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CONSOLE, openPage, start, stop, tag, tagResults, type, waitForScreen } from "./harness.mjs";

before(start);
after(stop);

const TOPLEVEL = tag("/toplevel.byte", 'data-console="#screen" data-env="OCAMLLIB=/lib/ocaml" data-files="/lib/ocaml/=toplevel-files.tar.gz camels.ml=/fixtures/camels.ml" ID');

async function openToplevel(attributes = "") {
  const page = await openPage(CONSOLE + TOPLEVEL.replace("ID", attributes));
  await waitForScreen(page, /OCaml version 5\.3\.0[^]*\n# ?$/);
  return page;
}

// Types a phrase; resolves to what is shown after it, up to the next prompt.
async function answer(page, phrase) {
  await type(page, `${phrase}\n`);
  const screen = await waitForScreen(page, new RegExp(`${phrase.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\n[^]*\\n?# ?$`));
  return screen.slice(screen.lastIndexOf(phrase) + phrase.length).replace(/\n# ?$/, "").trim();
}

for (const attributes of ["", "data-worker"]) {
  test(`answers phrases${attributes && " in a worker"}`, async () => {
    const page = await openToplevel(attributes);
    assert.equal(await answer(page, "1 + 1;;"), "- : int = 2");
    assert.equal(await answer(page, "let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2);;"), "val fib : int -> int = <fun>");
    assert.equal(await answer(page, "List.init 15 fib;;"), "- : int list = [0; 1; 1; 2; 3; 5; 8; 13; 21; 34; 55; 89; 144; 233; 377]");
    assert.equal(await answer(page, "max_int, 1 lsl 40;;"), "- : int * int = (4611686018427387903, 1099511627776)");
    assert.match(await answer(page, "module S = Set.Make (Int);;"), /module S :\n\s+sig\n\s+type elt = Int\.t/);
  });
}

test("reports errors and exceptions, and goes on", async () => {
  const page = await openToplevel();
  assert.match(await answer(page, '1 + "one";;'), /Error: This constant has type string but an expression was expected of type\s+int/);
  assert.match(await answer(page, "let x = ;;"), /Error: Syntax error/);
  assert.match(await answer(page, "List.hd [];;"), /^Exception: Failure "hd"\./);
  assert.match(await answer(page, "let f = function Some x -> x;;"), /Warning 8 \[partial-match\]/);
  assert.match(await answer(page, "let rec loop n = 1 + loop n in loop 0;;"), /^Stack overflow during evaluation|Exception: Stack_overflow|Stack overflow/);
  assert.equal(await answer(page, "raise Not_found;;"), "Exception: Not_found.");
  assert.equal(await answer(page, "2 * 21;;"), "- : int = 42");
});

test("phrases over several lines", async () => {
  const page = await openToplevel();
  await type(page, "let area r =\n  3. *. r *. r\n;;\n");
  await waitForScreen(page, "val area : float -> float = <fun>");
});

test("#use reads a virtual file", async () => {
  const page = await openToplevel();
  assert.match(await answer(page, '#use "camels.ml";;'), /type camel = \{ name : string; humps : int; \}\nval herd : camel list =/);
  assert.equal(await answer(page, "List.length herd;;"), "- : int = 2");
});

test("effects in the toplevel", async () => {
  const page = await openToplevel();
  await answer(page, "type _ Effect.t += Ask : int Effect.t;;");
  assert.equal(await answer(page, "Effect.Deep.try_with (fun () -> 1 + Effect.perform Ask) () { effc = fun (type a) (e : a Effect.t) -> match e with Ask -> Some (fun (k : (a, _) Effect.Deep.continuation) -> Effect.Deep.continue k 41) | _ -> None };;"), "- : int = 42");
});

test("Ctrl-C interrupts a loop, and #quit ends it", async () => {
  const page = await openToplevel();
  await type(page, "while true do () done;;\n");
  await page.waitForTimeout(300);
  await page.keyboard.press("Control+c");
  await waitForScreen(page, "Interrupted.");
  assert.equal(await answer(page, "1;;"), "- : int = 1");
  await type(page, "#quit;;\n");
  assert.deepEqual(await tagResults(page), [0]);
});
