// SPDX-License-Identifier: Apache-2.0
// For the browser tests: one Chromium, one server, test programs compiled by OCaml 5.3, and pages written in the
// tests themselves.
//   const page = await openPage(`<script …>`)   a document with this body, bactrian.js in its head
//   page.messages                               what the developer console got: "log: …", "error: …"
// Needs build/dist and build/ocaml.

import { chromium } from "playwright-core";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { strip } from "../../loader/tools/bytecode.mjs";
import { BUILD, DIST } from "../../loader/tools/paths.mjs";
import { serve } from "../../loader/tools/serve.mjs";

const OCAML = join(BUILD, "ocaml");
const WORK = join(BUILD, "browser");
const PROGRAMS = join(import.meta.dirname, "programs");
const CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

export { DIST };

const newer = (target, source) => existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs;

// A list for ocamlc -use-prims: what ocamlrun has, and what only C code of a library would have.
function primitivesWith(names) {
  const path = join(WORK, "primitives.txt");
  const known = execFileSync(join(OCAML, "bin/ocamlrun"), ["-p"], { encoding: "utf8" });
  writeFileSync(path, `${known.trimEnd()}\n${names.join("\n")}\n`);
  return path;
}

// Each programs/*.ml → build/browser/*.byte, with -g. `broken.c` stands in for bactrian.wasm in one test.
function compilePrograms() {
  if (!existsSync(join(OCAML, "bin/ocamlc"))) throw new Error("build/ocaml is missing: npm run build:ocaml");
  mkdirSync(WORK, { recursive: true });
  for (const name of readdirSync(PROGRAMS)) {
    const source = join(PROGRAMS, name);
    if (name.endsWith(".ml")) {
      const target = join(WORK, name.replace(/\.ml$/, ".byte"));
      if (newer(target, source)) continue;
      copyFileSync(source, join(WORK, name));
      const flags = name === "missing.ml" ? ["-use-prims", primitivesWith(["library_frobnicate", "library_polish"])] : [];
      execFileSync(join(OCAML, "bin/ocamlc"), ["-g", ...flags, "-o", basename(target), name], { cwd: WORK, stdio: "inherit" });
    } else if (name.endsWith(".c")) {
      const target = join(WORK, name.replace(/\.c$/, ".wasm"));
      if (newer(target, source)) continue;
      execFileSync("clang-19", ["--target=wasm32", "-nostdlib", "-O1", "-Wl,--no-entry", "-Wl,--export-table", "-o", target, source], { stdio: "inherit" });
    }
  }
}

function buildToplevel() {
  const target = join(WORK, "toplevel.byte");
  const source = join(OCAML, "bin/ocaml");
  if (newer(target, source)) return;
  const library = join(OCAML, "lib/ocaml");
  writeFileSync(target, strip(readFileSync(source)));
  const interfaces = readdirSync(library).filter((name) => name.endsWith(".cmi"));
  execFileSync("tar", ["--format=ustar", "-czf", join(WORK, "toplevel-files.tar.gz"), "-C", library, ...interfaces]);
}

const findChromium = () => ["chromium", "chromium-browser", "google-chrome"].map((name) =>
  spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim()).find((path) => path !== "");

let browser;
let server;
const documents = new Map();  // Path → { html, headers }, for the pages that tests write.
const overrides = new Map();  // Path → (request, response) => void.

export async function start() {
  compilePrograms();
  buildToplevel();
  const executablePath = findChromium();
  if (!executablePath) throw new Error("no Chromium found: node tests/tools/setup.mjs test");
  browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  server = await serve([WORK, DIST, import.meta.dirname], { intercept });
}

export async function stop() {
  await browser?.close();
  server?.close();
}

function intercept(request, response, path) {
  const override = overrides.get(path);
  if (override) {
    override(request, response);
    return true;
  }
  const document = documents.get(path);
  if (!document) return false;
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...document.headers }).end(document.html);
  return true;
}

export const origin = () => `http://localhost:${server.port}`;

export const override = (path, answer) => overrides.set(path, answer);

let count = 0;

// `init` runs in the page before any of its scripts.
export async function openPage(body, { head = '<script src="/bactrian.js"></script>', headers = {}, init } = {}) {
  const path = `/page-${++count}.html`;
  documents.set(path, { html: `<!doctype html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`, headers });
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  page.messages = [];
  page.crashes = [];
  page.on("console", (message) => {
    if (!message.text().startsWith("Failed to load resource")) page.messages.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.crashes.push(error.message));
  if (init) await page.addInitScript(init);
  await page.goto(origin() + path);
  return page;
}

// The promise of each tag: exit codes in order, or "error code: message".
export const tagResults = (page) => page.evaluate(() => Promise.all(
  [...document.querySelectorAll('script[type="application/x-ocaml-bytecode"]')].map((tag) =>
    tag.bactrian.then(({ exitCode }) => exitCode, (error) => `error ${error.code}: ${error.message}`))));

export const tag = (src, attributes = "") => `<script type="application/x-ocaml-bytecode" src="${src}" ${attributes}></script>`;

export const CONSOLE = '<div id="screen" style="width: 800px; height: 500px"></div>';

// The lines of the terminal in an element, without trailing blanks.
export const screenText = (page, selector = "#screen") => page.evaluate((where) => {
  const terminal = document.querySelector(where)?.bactrianTerminal;
  if (!terminal) return "";
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i).translateToString(true));
  return lines.join("\n").trimEnd();
}, selector);

export async function waitForScreen(page, expected, selector = "#screen") {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const text = await screenText(page, selector);
    if (expected instanceof RegExp ? expected.test(text) : text.includes(expected)) return text;
    if (Date.now() > deadline) throw new Error(`the terminal never showed ${expected}; it shows:\n${text}\nconsole: ${page.messages.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

export async function type(page, text, selector = "#screen") {
  await page.click(selector);
  for (const [line] of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    if (line === "") continue;
    await page.keyboard.type(line.replace("\n", ""));
    if (line.endsWith("\n")) await page.keyboard.press("Enter");
  }
}
