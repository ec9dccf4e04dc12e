// SPDX-License-Identifier: Apache-2.0
// The applications of jsapi/examples, as a person uses them: real clicks and keys, in Chromium and in Firefox, under a strict
// Content-Security-Policy that the server really sends.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answer } from "../../jsapi/examples/search/server.mjs";
import { buildExamples, EXAMPLES, exampleNames, readPrebuilt, stripped } from "../../loader/tools/examples.mjs";
import { ENGINES, newPage, origin, override, start, stop } from "./harness.mjs";

const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";

before(async () => {
  buildExamples();
  await start({ directories: [EXAMPLES], both: true, programs: false });
  for (const name of exampleNames()) {
    override(`/${name}/index.html`, (_, response) => response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": STRICT })
      .end(readFileSync(join(EXAMPLES, name, "index.html"))));
  }
});
after(stop);

async function openExample(engine, name, ready) {
  const page = await newPage(engine);
  await page.goto(`${origin()}/${name}/index.html`);
  await page.waitForSelector(ready);
  return page;
}

// ---- To do --------------------------------------------------------------------------------------

const rows = (page) => page.$$eval("#items li", (all) => all.map((li) => li.querySelector(".text").textContent + (li.classList.contains("done") ? " ✓" : "")));

async function add(page, text) {
  await page.type("#new", text);
  await page.press("#new", "Enter");
}

for (const engine of ENGINES) {
  test(`the to-do list in ${engine}: adding, ticking, filtering, editing, removing, all of it kept`, async () => {
    const page = await openExample(engine, "todo", "#new");
    for (const text of ["bread", "Käse 🐫", "  milk "]) await add(page, text);
    await add(page, "   ");
    assert.deepEqual(await rows(page), ["bread", "Käse 🐫", "milk"]);
    assert.equal(await page.textContent("#count"), "3 items left");

    await page.click("#items li:nth-child(2) .toggle");
    assert.deepEqual(await rows(page), ["bread", "Käse 🐫 ✓", "milk"]);
    assert.equal(await page.textContent("#count"), "2 items left");

    await page.click('a[href="#/active"]');
    await page.waitForFunction(() => document.querySelectorAll("#items li").length === 2);
    assert.deepEqual(await rows(page), ["bread", "milk"]);
    await page.click("#items li:first-child .toggle");
    assert.deepEqual(await rows(page), ["milk"]);
    assert.equal(await page.textContent("#count"), "1 item left");
    await page.click('a[href="#/completed"]');
    await page.waitForFunction(() => document.querySelectorAll("#items li").length === 2);
    assert.equal(await page.textContent("a.current"), "Completed");

    await page.click('a[href="#/"]');
    await page.waitForFunction(() => document.querySelectorAll("#items li").length === 3);
    await page.dblclick("#items li:last-child .text");
    await page.waitForSelector("li.editing .editor");
    await page.keyboard.type("oat milk");
    await page.keyboard.press("Enter");
    assert.deepEqual(await rows(page), ["bread ✓", "Käse 🐫 ✓", "oat milk"]);
    await page.dblclick("#items li:last-child .text");
    await page.waitForSelector("li.editing .editor");
    await page.keyboard.type("nothing");
    await page.keyboard.press("Escape");
    assert.deepEqual(await rows(page), ["bread ✓", "Käse 🐫 ✓", "oat milk"]);

    await page.reload();
    await page.waitForSelector("#items li");
    assert.deepEqual(await rows(page), ["bread ✓", "Käse 🐫 ✓", "oat milk"]);
    await page.hover("#items li:first-child");
    await page.click("#items li:first-child .remove");
    assert.deepEqual(await rows(page), ["Käse 🐫 ✓", "oat milk"]);
    await page.click("#clear");
    assert.deepEqual(await rows(page), ["oat milk"]);
    await page.click("#all");
    assert.deepEqual(await rows(page), ["oat milk ✓"]);
    await page.click("#all");
    assert.equal(await page.textContent("#count"), "1 item left");
    assert.deepEqual(page.crashes, []);
  });

  test(`a thousand items in ${engine}: one row changes, the others are the same nodes`, async () => {
    const page = await newPage(engine);
    await page.goto(`${origin()}/todo/style.css`);
    await page.evaluate(() => {
      let list = 0;  // As deriving's JSON has them: the empty list; [0, head, tail].
      for (let i = 1000; i > 0; i--) list = [0, [0, i, `item ${i}`, i % 2], list];
      localStorage.setItem("bactrian-todo", JSON.stringify(list));
    });
    await page.goto(`${origin()}/todo/index.html`);
    await page.waitForSelector("#items li:nth-child(1000)");
    assert.equal(await page.textContent("#count"), "500 items left");
    await page.evaluate(() => document.querySelectorAll("#items li").forEach((li) => (li.seen = true)));
    await page.click("#items li:nth-child(8) .toggle");
    await page.waitForFunction(() => document.querySelector("#count").textContent === "499 items left");
    assert.equal((await page.$$eval("#items li", (all) => all.filter((li) => li.seen).length)), 999);
    await page.click("#clear");
    await page.waitForFunction(() => document.querySelectorAll("#items li").length === 499);
    assert.equal((await page.$$eval("#items li", (all) => all.filter((li) => li.seen).length)), 499);
    assert.deepEqual(page.crashes, []);
  });
}

// ---- Bricks -------------------------------------------------------------------------------------

async function openGame(engine) {
  const page = await openExample(engine, "bricks", "#game");
  await page.waitForFunction(async () => {
    const program = await document.querySelector("script[type]").bactrian;
    window.state = () => program.call("state");
    return window.state().frames > 0;
  });
  return page;
}

const until = (page, condition) => page.waitForFunction(condition);
const state = (page) => page.evaluate(() => window.state());

// Frames that the game drew while the page was given `count`.
const drawnIn = (page, count) => page.evaluate(async (wanted) => {
  const next = () => new Promise(requestAnimationFrame);
  await next();
  const { frames } = window.state();
  for (let i = 0; i < wanted; i++) await next();
  return window.state().frames - frames;
}, count);

for (const engine of ENGINES) {
  test(`the game in ${engine}: keys, the ball, bricks, every frame drawn`, async (t) => {
    const page = await openGame(engine);
    assert.deepEqual((({ phase, score, lives, bricks }) => [phase, score, lives, bricks])(await state(page)), ["waiting", 0, 3, 70]);
    await page.keyboard.down("ArrowLeft");
    await until(page, () => window.state().paddle === 48);
    await page.keyboard.up("ArrowLeft");
    await page.keyboard.down("d");
    await until(page, () => window.state().paddle === 672);
    await page.keyboard.up("d");
    await page.hover("#game");
    await until(page, () => Math.abs(window.state().paddle - 360) < 3);

    await page.keyboard.press("Space");
    await until(page, () => window.state().phase === "playing");
    const drawn = await drawnIn(page, 60);
    assert.ok(Math.abs(drawn - 60) <= 1, `${drawn} frames drawn in 60 animation frames`);
    await until(page, () => window.state().score > 0);
    const { score, bricks, frames, busy, longest } = await state(page);
    assert.ok(bricks < 70 && score >= 10 && score % 10 === 0, `${score} points, ${bricks} bricks`);
    t.diagnostic(`${engine}: ${frames} frames, ${(busy / frames).toFixed(2)} ms of OCaml each, the longest ${longest.toFixed(1)} ms`);

    // With the paddle out of the way the three balls are lost, whatever they hit before.
    await page.keyboard.down("ArrowLeft");
    for (let lives = (await state(page)).lives; lives > 0; lives--) {
      if (lives < 3) await page.keyboard.press("Space");
      await page.waitForFunction((left) => window.state().lives < left, lives);
    }
    await page.keyboard.up("ArrowLeft");
    assert.equal((await state(page)).phase, "over");
    await page.keyboard.press("Space");
    await until(page, () => window.state().phase === "waiting" && window.state().lives === 3 && window.state().bricks === 70);
    assert.deepEqual(page.crashes, []);
  });
}

// ---- Search -------------------------------------------------------------------------------------

const names = (page) => page.$$eval("#results .name", (all) => all.map((name) => name.textContent));
const marked = (page) => page.$$eval("#results mark", (all) => all.map((mark) => mark.textContent));
const waitForStatus = (page, text) => page.waitForFunction((wanted) => document.querySelector("#status").textContent.startsWith(wanted), text);

// The server: notes each query, and lets a test hold answers back or give others.
function serveElements() {
  const asked = [];
  const held = new Map();  // By query: the function that sends its answer.
  const seen = { asked, held, hold: new Set(), aborted: [], status: 200 };
  override("/search/elements", (request, response) => {
    const query = new URL(request.url, "http://localhost").searchParams.get("q");
    asked.push(query);
    response.on("close", () => response.writableEnded || seen.aborted.push(query));
    if (seen.hold.has(query)) held.set(query, () => answer(request, response, "/search/elements"));
    else if (seen.status !== 200) response.writeHead(seen.status).end("no");
    else answer(request, response, "/search/elements");
  });
  return seen;
}

async function eventually(condition, what) {
  for (const deadline = Date.now() + 30_000; !condition();) {
    assert.ok(Date.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const engine of ENGINES) {
  test(`the live search in ${engine}: answers, marks, keys`, async () => {
    serveElements();
    const page = await openExample(engine, "search", "#query");
    await page.type("#query", "gol");
    await waitForStatus(page, "1 element");
    assert.deepEqual(await names(page), ["Gold"]);
    assert.deepEqual(await marked(page), ["Gol"]);
    await page.evaluate(() => document.querySelector("#query").select());
    await page.keyboard.type("ER");
    await waitForStatus(page, "17 elements");
    assert.deepEqual((await names(page)).slice(0, 3), ["Erbium", "Beryllium", "Copper"]);
    assert.deepEqual(await marked(page), ["Er", "Er", ...Array(16).fill("er")]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.textContent("#results .selected .name"), "Beryllium");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#query").value === "Beryllium");
    await waitForStatus(page, "1 element");
    await page.type("#query", "&=?");
    await waitForStatus(page, "Nothing has “Beryllium&=?” in it");
    await page.keyboard.press("Escape");
    await waitForStatus(page, "Type a name");
    assert.deepEqual(await names(page), []);
    assert.deepEqual(page.crashes, []);
  });

  test(`the live search in ${engine}: one question for what is typed in one go, an error told`, async () => {
    const server = serveElements();
    const page = await openExample(engine, "search", "#query");
    await page.evaluate(() => {
      const field = document.querySelector("#query");
      for (const letter of "iron") {
        field.value += letter;
        field.dispatchEvent(new Event("input"));
      }
    });
    await waitForStatus(page, "1 element");
    assert.deepEqual(server.asked, ["iron"]);
    server.status = 503;
    await page.type("#query", "s");
    await waitForStatus(page, "The server says: 503");
  });

  test(`the live search in ${engine}: a slow answer never covers a newer one`, async () => {
    const server = serveElements();
    server.hold.add("a");
    const page = await openExample(engine, "search", "#query");
    await page.type("#query", "a");
    await eventually(() => server.held.has("a"), "the first question arrives");
    assert.equal(await page.textContent("#status"), "Looking for “a”…");
    await page.type("#query", "u");
    await waitForStatus(page, "1 element");
    assert.deepEqual(await names(page), ["Gold"]);
    server.held.get("a")();
    await eventually(() => server.aborted.includes("a"), "the first question is cancelled");
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    assert.equal(await page.textContent("#status"), "1 element");
    assert.deepEqual(await names(page), ["Gold"]);
    assert.deepEqual(page.crashes, []);
  });
}

test("the prebuilt bytecode equals a rebuild", () => {
  for (const name of exampleNames()) {
    assert.ok(readPrebuilt(name).equals(stripped(name)), `${name}: node loader/tools/examples.mjs --bless`);
  }
});
