// SPDX-License-Identifier: Apache-2.0
// Programs that use JavaScript values, in a page. Those of tests/jsapi whose first comment begins with @page.

import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compile } from "../jsapi/run.mjs";
import { openPage, start, stop, tag, tagResults } from "./harness.mjs";
import { WORK } from "./programs.mjs";

const STRICT = { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'" };

before(async () => {
  await start();
  for (const name of ["todo", "externals"]) copyFileSync(compile(name), join(WORK, `${name}.byte`));
});
after(stop);

const items = (page) => page.$$eval("#app li", (list) => list.map((li) => li.textContent + (li.className ? " " + li.className : "")));

async function addItem(page, text) {
  await page.type("#new", text);
  await page.press("#new", "Enter");
}

test("a to-do list under a strict policy: handlers of load that come late, typing, clicks", async () => {
  const page = await openPage(`<div id="app"></div>${tag("todo.byte")}`, { headers: STRICT });
  await page.waitForSelector("#new");
  await addItem(page, "bread");
  await addItem(page, "Käse");
  assert.deepEqual(await items(page), ["bread", "Käse"]);
  assert.equal(await page.textContent("#count"), "2 left");
  await page.click("#app li:first-of-type");
  assert.deepEqual(await items(page), ["bread done", "Käse"]);
  assert.equal(await page.textContent("#count"), "1 left");
  assert.equal(await page.$$eval("#new", (all) => all.length), 1, "load ran once");
  assert.match(await page.textContent("body"), /ready/);
  assert.deepEqual(page.crashes, []);
});

test("the page calls the program", async () => {
  const page = await openPage(`<div id="app"></div>`);
  const result = await page.evaluate(async () => {
    const program = await Bactrian.run("todo.byte");
    let raised;
    try {
      program.call("fail", 0);
    } catch (error) {
      raised = `${error.name}: ${error.message}`;
    }
    return [program.exitCode, program.call("add", 2, 3), program.call("items").length, raised];
  });
  assert.deepEqual(result, [0, 5, 0, 'OcamlException: Failure("as asked")']);
});

test("a hundred thousand handlers, added and removed", async () => {
  const page = await openPage(`<div id="app"></div>`);
  const clicks = await page.evaluate(async () => (await Bactrian.run("todo.byte")).call("many", 0));
  assert.equal(clicks, 1);
});

test("externals that the page supplies", async () => {
  const page = await openPage("");
  const output = await page.evaluate(async () => {
    Bactrian.externals({ page_greeting: (name) => `hello, ${name}` });
    let text = "";
    const program = await Bactrian.run("externals.byte", {
      stdout: (piece) => { text += piece; },
      externals: { page_sum: (a, b) => a + b, page_fail() { throw new Error("no"); } },
    });
    return text + program.call("twice", 21);
  });
  assert.equal(output, 'hello, café\n3.5\nFailure("Error: no")\n42');
});

test("a program that uses none fetches no bindings", async () => {
  const page = await openPage("");
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url()));
  await page.evaluate(() => Bactrian.run("hello.byte", { stdout() {} }).then(() => 0));
  assert.ok(fetched.length > 0 && !fetched.some((url) => url.includes("jsapi")), fetched.join(" "));
});
