// SPDX-License-Identifier: Apache-2.0
// The errors a person meets: one clear message each, in the console and in the terminal, and a page that lives on
// (another program runs after each).

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readSections, writeExecutable } from "../../loader/tools/bytecode.mjs";
import { BUILD } from "../../loader/tools/paths.mjs";
import { CONSOLE, openPage, override, screenText, start, stop, tag, tagResults, waitForScreen } from "./harness.mjs";

before(start);
after(stop);

const errors = (page) => page.messages.filter((message) => message.startsWith("error: "));

// The page is alive: it can still run a program.
async function stillAlive(page) {
  const exitCode = await page.evaluate(async () => (await Bactrian.run("/hello.byte", { stdout() {} })).exitCode);
  assert.equal(exitCode, 0);
  assert.deepEqual(page.crashes, []);
}

// One tag with a terminal, whose program cannot run: `message` is all of the console, and on the screen.
async function failsWith(src, code, message, options = {}) {
  const page = await openPage(CONSOLE + tag(src, 'data-console="#screen"'), options);
  await page.waitForFunction(() => Boolean(document.querySelector('script[type*="ocaml"]').bactrian));
  const [result] = await tagResults(page);
  assert.ok(result.startsWith(`error ${code}: `), result);
  assert.match(result, message);
  assert.equal(errors(page).length, 1, page.messages.join("\n"));
  assert.match(errors(page)[0], message);
  if (!options.noScreen) {
    const screen = (await waitForScreen(page, /\S/)).replace(/\n/g, "");
    assert.match(screen.replace(/\s+/g, " "), options.onScreen ?? message);
  }
  return page;
}

test("404", async () => {
  await stillAlive(await failsWith("/absent.byte", "fetch", /absent\.byte could not be fetched: the server answered 404/));
});

test("no connection", async () => {
  override("/cut.byte", (request) => request.socket.destroy());
  await stillAlive(await failsWith("/cut.byte", "fetch", /cut\.byte could not be fetched \(Failed to fetch\)/));
});

test("a page instead of a program", async () => {
  override("/spa.byte", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>App</title>"));
  await stillAlive(await failsWith("/spa.byte", "program", /is a web page, not an OCaml bytecode executable/));
});

test("not bytecode", async () => {
  await stillAlive(await failsWith("/fixtures/data.txt", "program", /data\.txt: not an OCaml bytecode executable .*Bytecode comes from 'ocamlc -o app\.byte app\.ml'/));
});

test("a version that Bactrian does not run: the message names the versions", async () => {
  const bytes = readFileSync(join(BUILD, "browser/hello.byte"));
  writeFileSync(join(BUILD, "browser/future.byte"), Buffer.concat([bytes.subarray(0, -12), Buffer.from("Caml1999X099")]));
  await stillAlive(await failsWith("/future.byte", "program", /4\.13.*5\.3/));
});

test("a damaged program", async () => {
  const executable = readSections(Buffer.from(readFileSync(join(BUILD, "browser/hello.byte"))));
  const { bytes } = executable.sections.find(({ name }) => name === "CODE");
  bytes.fill(0xee, bytes.length / 2, bytes.length / 2 + 40);
  writeFileSync(join(BUILD, "browser/damaged.byte"), writeExecutable(executable));
  await stillAlive(await failsWith("/damaged.byte", "program", /damaged\.byte.*offset \d+/));
});

test("missing primitives are listed once; a call raises", async () => {
  const page = await openPage(tag("/missing.byte"));
  assert.deepEqual(await tagResults(page), [0]);
  const warnings = page.messages.filter((message) => message.startsWith("warning: "));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /library_frobnicate, library_polish/);
  assert.match(page.messages.join("\n"), /log: starts all the same\nlog: caught: .*library_frobnicate/);
});

test("an uncaught exception with its backtrace is one message", async () => {
  const page = await openPage(tag("/uncaught.byte", 'data-env="OCAMLRUNPARAM=b"'));
  assert.deepEqual(await tagResults(page), [2]);
  assert.equal(page.messages.length, 2, page.messages.join("\n"));
  assert.equal(page.messages[0], "log: before");
  assert.match(page.messages[1], /^error: Fatal error: exception Failure\("no water"\)\nRaised at Stdlib\.failwith in file "stdlib\.ml", line \d+, characters \d+-\d+\nCalled from Uncaught\.deep in file "uncaught\.ml", line 1/);
  await stillAlive(page);
});

test("an uncaught exception without a backtrace says how to get one", async () => {
  const page = await openPage(CONSOLE + tag("/uncaught.byte") + tag("/uncaught.byte", 'data-console="#screen"'));
  assert.deepEqual(await tagResults(page), [2, 2]);
  assert.deepEqual(errors(page), ['error: Fatal error: exception Failure("no water")\n(For a backtrace: compile and link with -g, and run with OCAMLRUNPARAM=b.)']);
  assert.match(await waitForScreen(page, "For a backtrace"), /before\nFatal error: exception Failure\("no water"\)\n\(For a backtrace/);
});

test("wasm refused by the Content-Security-Policy", async () => {
  const page = await failsWith("/hello.byte", "wasm", /add 'wasm-unsafe-eval' to its script-src/,
    { headers: { "content-security-policy": "script-src 'self'; style-src 'self' 'unsafe-inline'" } });
  assert.deepEqual(page.crashes, []);
});

test("a policy with 'wasm-unsafe-eval' is enough", async () => {
  const page = await openPage(tag("/hello.byte"), { headers: { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" } });
  assert.deepEqual(await tagResults(page), [0]);
});

test("bactrian.wasm with the wrong type is compiled all the same", async () => {
  const wasm = readFileSync(join(BUILD, "dist/bactrian.wasm"));
  override("/typeless.wasm", (_, response) => response.writeHead(200, { "content-type": "text/plain" }).end(wasm));
  const page = await openPage("");
  assert.equal(await page.evaluate(async () => {
    Bactrian.wasmUrl = "/typeless.wasm";
    return (await Bactrian.run("/hello.byte", { stdout() {} })).exitCode;
  }), 0);
});

test("bactrian.wasm missing, then there", async () => {
  const page = await openPage("");
  const message = await page.evaluate(() => {
    Bactrian.wasmUrl = "/elsewhere/bactrian.wasm";
    return Bactrian.run("/hello.byte").catch((error) => `${error.code} ${error.message}`);
  });
  assert.match(message, /^fetch .*elsewhere\/bactrian\.wasm could not be fetched: the server answered 404/);
  await page.evaluate(() => (Bactrian.wasmUrl = "/bactrian.wasm"));
  await stillAlive(page);
});

test("Out_of_memory is an exception; the program may go on, and the page does", async () => {
  const page = await openPage(tag("/memory.byte", 'data-options="heap-limit=100M"'));
  assert.deepEqual(await tagResults(page), [2]);
  assert.equal(page.messages[0], "log: Out_of_memory, and still here");
  assert.match(page.messages[1], /^error: Fatal error: exception Out.of.memory/);
  await stillAlive(page);
});

test("no memory for the instance", async () => {
  const page = await failsWith("/hello.byte", "memory", /Not enough memory to start a program/, {
    init: () => {
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function () {
        WebAssembly.Instance = Instance;
        throw new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance");
      };
    },
  });
  await stillAlive(page);
});

test("a trap inside Bactrian is reported as its own error", async () => {
  const page = await openPage(CONSOLE, {});
  const message = await page.evaluate(() => {
    Bactrian.wasmUrl = "/broken.wasm";
    return Bactrian.run("/hello.byte", { console: "#screen" }).catch((error) => `${error.code} ${error.message}`);
  });
  assert.match(message, /^internal Bactrian broke down while running the program: unreachable .*wasm.*\nThis is a bug of Bactrian, not of the program/);
  assert.match(await waitForScreen(page, "please report it"), /Bactrian broke down/);
  await page.evaluate(() => (Bactrian.wasmUrl = "/bactrian.wasm"));
  await stillAlive(page);
});

test("a console that is not there", async () => {
  const page = await openPage(tag("/hello.byte", 'data-console="#nowhere"'));
  const [result] = await tagResults(page);
  assert.match(result, /^error usage: The page has no element '#nowhere' for the console/);
  assert.equal(errors(page).length, 1);
});

test("a tag without src", async () => {
  const page = await openPage('<script type="application/x-ocaml-bytecode"></script>');
  assert.match((await tagResults(page))[0], /needs src="app\.byte"/);
});

test("the terminal shows nothing twice", async () => {
  const page = await openPage(CONSOLE + tag("/absent.byte", 'data-console="#screen"'));
  await tagResults(page);
  await waitForScreen(page, "404");
  assert.equal((await screenText(page)).split("404").length, 2);
});
