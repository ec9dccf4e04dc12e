// SPDX-License-Identifier: Apache-2.0
// Programs for pages, with Debian's libraries for js_of_ocaml (tests/jsapi/pages/NAME.ml): what they print is NAME.expected, and
// that is what js_of_ocaml's own compiled JavaScript prints in Chromium:
//   node tests/jsapi/pages.mjs --bless [--only NAME]
// The first comment says what a person does once the program has printed "ready", a line each:
//   @do click|dblclick|hover SELECTOR     @do type|press SELECTOR TEXT
// With @own in it, the expected text is written by hand; with @package NAME, another package is linked.
// A program has done its work when it has printed "end".

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileWithLibraries } from "../../loader/tools/examples.mjs";
import { parseOptions } from "../tools/processes.mjs";
import { BUILD } from "../tools/runners.mjs";
import { stubFlags } from "./run.mjs";

const SOURCES = join(import.meta.dirname, "pages");
export const PAGES = join(BUILD, "tests/jsapi/pages");

export const pageNames = () => readdirSync(SOURCES).filter((name) => name.endsWith(".ml")).map((name) => name.slice(0, -3));
export const expectedOf = (name) => readFileSync(join(SOURCES, `${name}.expected`), "utf8");

// What js_of_ocaml's JavaScript does otherwise: the expected text is written by hand.
const isOurs = (name) => readFileSync(join(SOURCES, `${name}.ml`), "utf8").startsWith("(* @own");

export function compilePage(name) {
  const source = join(SOURCES, `${name}.ml`), target = join(PAGES, `${name}.byte`);
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return;
  mkdirSync(PAGES, { recursive: true });
  copyFileSync(source, join(PAGES, `${name}.ml`));
  const [, more] = /^\(\*[^]*?@package (\S+)/.exec(readFileSync(source, "utf8")) ?? [];
  compileWithLibraries(PAGES, name, isOurs(name) ? stubFlags() : [], more ? [more] : []);
}

function steps(name) {
  const [comment] = /^\(\*[^]*?\*\)/.exec(readFileSync(join(SOURCES, `${name}.ml`), "utf8")) ?? [""];
  return [...comment.matchAll(/@do (\w+) (\S+)(?: (.*?))?(?: \*\))?$/gm)].map(([, action, selector, text]) => [action, selector, text]);
}

const printed = (page) => page.messages.filter((message) => message.startsWith("log: ")).map((message) => message.slice(5).trimEnd());

async function waitForLine(page, line) {
  for (const deadline = Date.now() + 60_000; !printed(page).join("\n").split("\n").includes(line);) {
    if (Date.now() > deadline) throw new Error(`never printed "${line}", but:\n${[...page.messages, ...page.crashes].join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Does what a person does; all that the program printed. In order, each step when what it causes has been handled.
export async function runPage(page, name) {
  const todo = steps(name);
  if (todo.length > 0) await waitForLine(page, "ready");
  for (const [action, selector, text] of todo) await page[action](selector, text);
  await waitForLine(page, "end");
  return printed(page).join("\n") + "\n";
}

// What the programs ask the server for.
export function serveRequests(override) {
  const text = { "content-type": "text/plain; charset=utf-8", "x-answer": "42" };
  override("/echo", (request, response) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece)).on("end", () => {
      const { search } = new URL(request.url, "http://localhost");
      const body = Buffer.concat(pieces);
      const kind = (request.headers["content-type"] ?? "none").split(";")[0];
      response.writeHead(200, text).end(`${request.method} ${search} ${request.headers["x-test"] ?? "-"} ${body.length > 0 ? kind : "none"} ${body.toString("latin1")}`);
    });
  });
  for (const status of [404, 503]) override(`/status/${status}`, (_, response) => response.writeHead(status, text).end("no"));
  override("/bytes", (_, response) => response.writeHead(200, { "content-type": "application/octet-stream" }).end(Buffer.from(Array.from({ length: 256 }, (_, i) => i))));
  override("/json", (_, response) => response.writeHead(200, { "content-type": "application/json" }).end('{"answer":42,"list":[1,2.5,"x"]}'));
  override("/never", () => {});
  override("/events", (_, response) => response.writeHead(200, { "content-type": "text/event-stream" }).write("data: one\n\ndata: two\n\ndata: three\n\n"));
}

async function bless(names) {
  const { openPage, override, start, stop } = await import("../browser/harness.mjs");
  await start({ directories: [PAGES], programs: false });
  serveRequests(override);
  for (const name of names) {
    compilePage(name);
    if (isOurs(name)) continue;
    execFileSync("js_of_ocaml", ["+bigstringaf/runtime.js", `${name}.byte`, "-o", `${name}.js`], { cwd: PAGES, stdio: "inherit" });
    const page = await openPage(`<script src="/${name}.js"></script>`, { head: "<title>page</title>" });
    writeFileSync(join(SOURCES, `${name}.expected`), await runPage(page, name));
    await page.close();
  }
  await stop();
}

if (process.argv[1] === import.meta.filename) {
  const { options } = parseOptions(process.argv.slice(2), { only: "", bless: false });
  if (options.bless) await bless(pageNames().filter((name) => name.includes(options.only)));
  else console.log("node tests/jsapi/pages.mjs --bless [--only NAME]; they are run by tests/browser/libraries.test.mjs");
}
