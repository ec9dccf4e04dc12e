// SPDX-License-Identifier: Apache-2.0
// No engine's native stack overflows under translated code, deep recursion and huge frames alike: Chromium and Firefox,
// on the page's thread and in a worker, each with the part of its stack that it was measured to have. Firefox is not driven: the page posts what it found to the server.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, DIST, ROOT } from "../../loader/tools/paths.mjs";
import { serve } from "../../loader/tools/serve.mjs";

const WORK = join(BUILD, "tests/engines");
// Modules of one program. While the first one runs the translator arrives, so that the others do run translated.
const MODULES = ["deep_recursion", "huge_frames", "deep_recursion"];
const PLACES = ["page", "worker"];
const source = (name, ending) => join(ROOT, "tests/programs", `${name}.${ending}`);

const ENGINES = {
  chromium: (profile) => ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`],
  "firefox-esr": (profile) => ["--headless", "--no-remote", "--profile", profile],
};

const PAGE = `<!doctype html><script src="/bactrian.js"></script><script>
(async () => {
  const results = {};
  for (const place of ${JSON.stringify(PLACES)}) {
    let text = "", counters = "";
    const end = await Bactrian.run("/program.byte", {
      worker: place === "worker", options: "tier-up=1,loop-up=1,stats", stdout: (piece) => (text += piece), stderr: (piece) => (counters += piece),
    }).then(({ exitCode }) => exitCode, String);
    results[place] = { end, text, counters };
  }
  await fetch("/results", { method: "POST", body: JSON.stringify(results) });
})();</script>`;

// What the page posted, or undefined after two minutes.
async function resultsIn(engine) {
  const profile = mkdtempSync(join(tmpdir(), "bactrian-engine-"));
  let post;
  const posted = new Promise((resolve) => (post = resolve));
  const server = await serve([WORK, DIST], { intercept(request, response, path) {
    if (path === "/page.html") response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    else if (path === "/results") {
      let body = "";
      request.on("data", (piece) => (body += piece)).on("end", () => post(JSON.parse(body)));
      response.end();
    } else return false;
    return true;
  } });
  const browser = spawn(engine, [...ENGINES[engine](profile), `http://localhost:${server.port}/page.html`], { stdio: "ignore", detached: true });
  const timer = setTimeout(post, 120_000);
  const results = await posted;
  clearTimeout(timer);
  process.kill(-browser.pid, "SIGKILL");
  server.server.closeAllConnections();
  server.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  return results;
}

function buildProgram() {
  mkdirSync(WORK, { recursive: true });
  const files = MODULES.map((name, i) => {
    copyFileSync(source(name, "ml"), join(WORK, `part${i}.ml`));
    return `part${i}.ml`;
  });
  execFileSync(join(BUILD, "ocaml/bin/ocamlc"), ["-w", "-a", "-o", "program.byte", ...files], { cwd: WORK });
}

for (const engine of Object.keys(ENGINES)) {
  const missing = spawnSync("sh", ["-c", `command -v ${engine}`]).status !== 0;
  test(`deep recursion and huge frames in ${engine}`, { skip: missing && `${engine} is not installed` }, async (t) => {
    buildProgram();
    const expected = MODULES.map((name) => readFileSync(source(name, "expected"), "utf8")).join("");
    const results = await resultsIn(engine);
    assert.ok(results, "the page has posted nothing");
    const [page, worker] = PLACES.map((place) => {
      const { end, text, counters } = results[place];
      assert.deepEqual([end, text], [0, expected], `${place}: ${counters}`);
      const kilobytes = Number(/^tier: native stack (\d+)$/m.exec(counters)?.[1]) / 1024;
      t.diagnostic(`${engine}, ${place}: ${kilobytes.toFixed()} KB of stack for translated code`);
      return kilobytes;
    });
    // Both engines give their workers about half of what pages have.
    assert.ok(worker > 128 && worker < 0.8 * page && page <= 1024);
  });
}
