// SPDX-License-Identifier: Apache-2.0
// The terminal of data-console: output, line input and its editing keys, Ctrl-C, Ctrl-D, two programs in one element.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CONSOLE, openPage, screenText, start, stop, tag, tagResults, type, waitForScreen } from "./harness.mjs";

before(start);
after(stop);

const openCat = async (attributes = "") => {
  const page = await openPage(CONSOLE + tag("/cat.byte", `data-console="#screen" ${attributes}`));
  await page.waitForFunction(() => document.querySelector("#screen").bactrianTerminal);
  return page;
};

test("without data-console no terminal is fetched", async () => {
  const page = await openPage(tag("/hello.byte"));
  await tagResults(page);
  const names = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.split("/").pop()));
  assert.deepEqual(names.filter((name) => name !== "favicon.ico").sort(), ["bactrian.js", "bactrian.wasm", "hello.byte"]);
});

for (const attributes of ["", "data-worker"]) {
  test(`typed lines reach stdin${attributes && " in a worker"}; Ctrl-D is the end`, async () => {
    const page = await openCat(attributes);
    // One by one: what is typed ahead is echoed before the answer.
    await type(page, "first\n");
    await waitForScreen(page, "1: first");
    await type(page, "second line\n");
    await waitForScreen(page, "2: second line");
    await page.keyboard.press("Control+d");
    assert.deepEqual(await tagResults(page), [0]);
    assert.equal(await waitForScreen(page, "end after"), "first\n1: first\nsecond line\n2: second line\nend after 2 lines");
  });
}

test("editing: backspace, arrows, Home, End, Ctrl-U, Ctrl-W, history", async () => {
  const page = await openCat();
  await type(page, "abX");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("d");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("c");
  await page.keyboard.press("Home");
  await page.keyboard.type(">");
  await page.keyboard.press("End");
  await page.keyboard.type("<\r");
  await waitForScreen(page, "1: >abcd<");
  await page.keyboard.type("gone");
  await page.keyboard.press("Control+u");
  await page.keyboard.type("two words");
  await page.keyboard.press("Control+w");
  await page.keyboard.type("w\r");
  await waitForScreen(page, "2: two w");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type("!\r");
  await waitForScreen(page, "3: >abcd<!");
});

test("a line longer than the terminal is wide, with editing in its middle", async () => {
  const page = await openCat();
  const columns = await page.evaluate(() => document.querySelector("#screen").bactrianTerminal.cols);
  const long = "x".repeat(columns * 2);
  await type(page, long);
  for (let i = 0; i < columns + 3; i++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("MID");
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  const text = (await waitForScreen(page, "1: x")).replaceAll("\n", "");
  const expected = `${"x".repeat(columns - 3)}MID${"x".repeat(columns + 2)}`;
  assert.ok(text.includes(`1: ${expected}`), text);
  assert.ok(text.startsWith(expected), text);
});

test("wide characters", async () => {
  const page = await openCat();
  await type(page, "日本");
  await page.keyboard.press("Backspace");
  await page.keyboard.insertText("🐪é");
  await page.keyboard.press("Enter");
  await waitForScreen(page, "1: 日🐪é");
});

test("what is typed before the program is there", async () => {
  const page = await openPage(CONSOLE);
  await page.evaluate(() => void Bactrian.run("/cat.byte", { console: "#screen" }));
  await page.waitForFunction(() => document.querySelector("#screen").bactrianTerminal);
  await page.evaluate(() => document.querySelector("#screen").bactrianTerminal.input("early\r"));
  await waitForScreen(page, "1: early");
});

test("several lines pasted at once", async () => {
  const page = await openCat();
  await page.evaluate(() => document.querySelector("#screen").bactrianTerminal.input("one\rtwo\rthree\r"));
  await waitForScreen(page, "3: three");
});

test("Ctrl-C: Sys.Break when the program asks for it, the end when not", async () => {
  const page = await openPage(CONSOLE + tag("/signal.byte", 'data-console="#screen"'));
  await waitForScreen(page, "first");
  await type(page, "half a line");
  await page.keyboard.press("Control+c");
  await waitForScreen(page, "second");
  await page.keyboard.press("Control+c");
  assert.deepEqual(await tagResults(page), [130]);
  assert.equal(await screenText(page), "first\nhalf a line^C\ncaught Break\nsecond\n^C");
});

test("colours reach the screen", async () => {
  const page = await openPage(CONSOLE);
  await page.evaluate(() => Bactrian.run("/echo_env.byte", { console: "#screen", args: ["\x1b[31mred\x1b[0m"] }));
  await waitForScreen(page, "argv 1=red");
  const colour = await page.evaluate(() => {
    const { active } = document.querySelector("#screen").bactrianTerminal.buffer;
    return active.getLine(1).getCell("argv 1=".length).getFgColor();
  });
  assert.equal(colour, 1);
});

test("two programs in one terminal, one after the other", async () => {
  const page = await openPage(CONSOLE + tag("/hello.byte", 'data-console="#screen"') + tag("/unicode.byte", 'data-console="#screen"'));
  await tagResults(page);
  assert.equal(await waitForScreen(page, "stderr"), "Hello from OCaml\na🐪é\nstderr without newline");
});

test("an element further down than the tag", async () => {
  const page = await openPage(tag("/hello.byte", 'data-console="#screen"') + CONSOLE);
  await waitForScreen(page, "Hello from OCaml");
});

test("output while a line is being typed goes above it", async () => {
  const page = await openCat();
  await type(page, "typed");
  await page.evaluate(() => Bactrian.run("/hello.byte", { console: "#screen" }));
  await waitForScreen(page, "Hello from OCaml\ntyped");
  await page.keyboard.type(" on\r");
  await waitForScreen(page, "1: typed on");
});

test("a program that was stopped while it read takes no line from the next", async () => {
  const page = await openPage(CONSOLE);
  await page.evaluate(() => {
    const controller = new AbortController();
    window.first = Bactrian.run("/cat.byte", { console: "#screen", signal: controller.signal }).catch((error) => error.name);
    window.stopFirst = () => controller.abort();
  });
  await page.waitForFunction(() => document.querySelector("#screen").bactrianTerminal);
  await type(page, "for the first\n");
  await waitForScreen(page, "1: for the first");
  await page.keyboard.type("half");
  await page.evaluate(() => {
    window.stopFirst();
    window.second = window.first.then(() => Bactrian.run("/cat.byte", { console: "#screen" }));
  });
  await page.waitForTimeout(300);
  await type(page, "x\ny\nz\n");
  await waitForScreen(page, "3: z");
  await page.keyboard.press("Control+d");
  assert.equal(await page.evaluate(() => window.second.then(({ exitCode }) => exitCode)), 7);
});
