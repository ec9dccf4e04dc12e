// SPDX-License-Identifier: Apache-2.0
// The demo page as `npm start` builds it: each program runs from its tag and shows what it should; the prebuilt
// bytecode equals a rebuild.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answer } from "../../jsapi/examples/search/server.mjs";
import { compileProgram, findOCaml } from "../../loader/tools/demo.mjs";
import { DEMO, LOADER } from "../../loader/tools/paths.mjs";
import { serve } from "../../loader/tools/serve.mjs";
import { newPage, start, stop, type, waitForScreen } from "./harness.mjs";

let site;
before(async () => {
  await start();
  site = await serve([DEMO], { intercept: answer });
});
after(async () => {
  await stop();
  site.close();
});

async function openDemo(program) {
  const page = await newPage();
  await page.goto(`http://localhost:${site.port}/#${program}`);
  await page.waitForFunction(() => /started|exit/.test(document.getElementById("status").textContent), null, { timeout: 60_000 });
  return page;
}

const finished = (page) => page.waitForFunction(() => /exit code 0/.test(document.getElementById("status").textContent), null, { timeout: 120_000 });

test("hello answers", async () => {
  const page = await openDemo("hello");
  await waitForScreen(page, "What is your name?");
  await type(page, "Asta\n");
  await waitForScreen(page, "Hello, Asta! Your name has 4 bytes.");
  await finished(page);
  assert.deepEqual(page.messages, []);
});

test("the report is printed as boxes ask", async () => {
  const page = await openDemo("report");
  await finished(page);
  await waitForScreen(page, /1\. the {9}17\.2% {2}█{20}\n[^]*"home":\n {4}\{ "desert": "Gobi",\n {6}"range": "minus 40 to plus 40 degrees"\n {4}\},/);
});

test("queens are drawn and counted", async () => {
  const page = await openDemo("queens");
  await type(page, "8\n");
  const text = await waitForScreen(page, "92 solutions");
  assert.equal(text.split("♛").length - 1, 8);
});

test("effects", async () => {
  const page = await openDemo("effects");
  await finished(page);
  await waitForScreen(page, /2 3 5 7 11 [^]* 277 281\s[^]*1000000 switches between two fibers/);
});

test("63 bits and deep recursion: every line has its tick", async () => {
  const page = await openDemo("depths");
  await finished(page);
  const text = await waitForScreen(page, "live words");
  assert.equal(text.split("✓").length - 1, 13);
  assert.ok(!text.includes("✗"));
});

test("mandelbrot", async () => {
  const page = await openDemo("mandelbrot");
  await finished(page);
  assert.equal((await waitForScreen(page, "▀")).split("\n").length, 28);
});

test("the toplevel takes a phrase that is clicked", async () => {
  const page = await openDemo("toplevel");
  await waitForScreen(page, /OCaml version [45]\.\d+\.\d[^]*# ?$/);
  await page.click('text="List.map (fun x -> x * x) [1; 2; 3];;"');
  await waitForScreen(page, "- : int list = [1; 4; 9]");
  await page.click('text="#use \\"camels.ml\\";;"');
  await waitForScreen(page, "val heaviest : camel list -> camel");
});

test("choosing another program stops the one before; a worker works too", async () => {
  const page = await openDemo("toplevel");
  await page.check("#worker");
  await page.click('text="Hello"');
  await waitForScreen(page, "What is your name?");
  assert.match(await page.textContent("#tag"), /data-worker><\/script>$/);
  await type(page, "Bora\n");
  await waitForScreen(page, "Hello, Bora!");
});

test("the applications are linked, and start", async () => {
  for (const [link, ready] of [["To do", "#new"], ["Bricks", "#game"], ["Elements", "#query"]]) {
    const page = await openDemo("hello");
    await page.click(`nav a:has-text("${link}")`);
    await page.waitForSelector(ready);
    if (ready === "#query") {
      await page.type("#query", "tin");
      await page.waitForSelector('#results .name:has-text("Tin")');
    }
    assert.equal(await page.evaluate(() => document.querySelector("script[type]").bactrian.then(({ exitCode }) => exitCode)), 0);
    assert.deepEqual([...page.messages.filter((message) => message.startsWith("error")), ...page.crashes], []);
  }
});

test("the prebuilt bytecode equals a rebuild", () => {
  const ocaml = findOCaml();
  assert.equal(ocaml.version.join("."), "5.3.0");
  for (const name of readdirSync(join(LOADER, "demo/prebuilt"))) {
    const rebuilt = compileProgram(ocaml, name.replace(".byte", ""));
    assert.ok(rebuilt.equals(readFileSync(join(LOADER, "demo/prebuilt", name))), `${name}: node loader/tools/demo.mjs --bless`);
  }
});
