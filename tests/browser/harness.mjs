// SPDX-License-Identifier: Apache-2.0
// For the browser tests: one Chromium, one server, test programs compiled by OCaml 5.3, and pages written in the
// tests themselves; for those that ask for it, Firefox too, with the same methods (firefox.mjs).
//   const page = await openPage(`<script …>`)   a document with this body, bactrian.js in its head
//   page.messages                               what the developer console got: "log: …", "error: …"
// Needs build/dist and build/ocaml.

import { chromium } from "playwright-core";
import { spawnSync } from "node:child_process";
import { afterEach } from "node:test";
import { DIST } from "../../loader/tools/paths.mjs";
import { serve } from "../../loader/tools/serve.mjs";
import { launchFirefox } from "./firefox.mjs";
import { buildToplevel, compilePrograms, WORK } from "./programs.mjs";

const CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

const findChromium = () => ["chromium", "chromium-browser", "google-chrome"].map((name) =>
  spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim()).find((path) => path !== "");

let browser;
let firefox;
let server;
const documents = new Map();  // Path → { html, headers }, for the pages that tests write.
const overrides = new Map();  // Path → (request, response) => void.

export const ENGINES = ["chromium", "firefox"];
// Where a test does not say which: BACTRIAN_TEST_ENGINE, or Chromium.
const usual = process.env.BACTRIAN_TEST_ENGINE ?? "chromium";

// directories: served too. both: Firefox is started as well. programs: those of tests/browser/programs are wanted.
export async function start({ directories = [], both = false, programs = true } = {}) {
  if (programs) {
    compilePrograms();
    buildToplevel();
  }
  if (both || usual === "chromium") browser = await launchChromium();
  if (both || usual === "firefox") firefox = await launchFirefox();
  server = await serve([WORK, DIST, ...directories, import.meta.dirname], { intercept });
}

function launchChromium() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("no Chromium found: node tests/tools/setup.mjs test");
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
}

export async function stop() {
  await browser?.close();
  await firefox?.close();
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

// Pages end with their test: a program that runs for ever would slow the others.
afterEach(async () => {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  await firefox?.closePages();
});

// An empty page that keeps what the developer console gets.
export async function newPage(engine = usual) {
  if (engine === "firefox") return firefox.newPage();
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  page.messages = [];
  page.crashes = [];
  page.on("console", (message) => {
    if (!message.text().startsWith("Failed to load resource")) page.messages.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.crashes.push(error.message));
  return page;
}

// `init` runs in the page before any of its scripts.
export async function openPage(body, { head = '<script src="/bactrian.js"></script>', headers = {}, init, engine } = {}) {
  const path = `/page-${++count}.html`;
  documents.set(path, { html: `<!doctype html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`, headers });
  const page = await newPage(engine);
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

// The lines of the terminal in an element, as written (not as wrapped), without trailing blanks.
export const screenText = (page, selector = "#screen") => page.evaluate((where) => {
  const terminal = document.querySelector(where)?.bactrianTerminal;
  if (!terminal) return "";
  const { active } = terminal.buffer;
  let text = "";
  for (let i = 0; i < active.length; i++) {
    const wrapsOn = active.getLine(i + 1)?.isWrapped;
    text += active.getLine(i).translateToString(!wrapsOn) + (wrapsOn ? "" : "\n");
  }
  return text.trimEnd();
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
