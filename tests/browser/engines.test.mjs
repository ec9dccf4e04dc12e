// SPDX-License-Identifier: Apache-2.0
// No engine's native stack overflows under translated code, deep recursion and huge frames alike: Chromium and Firefox,
// on the page's thread and in a worker. Firefox is not driven: the page posts what it found to the server.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, DIST, ROOT } from "../../loader/tools/paths.mjs";
import { serve } from "../../loader/tools/serve.mjs";

const WORK = join(BUILD, "tests/engines");
const PROGRAMS = ["deep_recursion", "huge_frames"];
const source = (name, ending) => join(ROOT, "tests/programs", `${name}.${ending}`);

const ENGINES = {
  chromium: (profile) => ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`],
  "firefox-esr": (profile) => ["--headless", "--no-remote", "--profile", profile],
};

const PAGE = `<!doctype html><script src="/bactrian.js"></script><script>
(async () => {
  const results = {};
  for (const worker of [false, true]) for (const name of ${JSON.stringify(PROGRAMS)}) {
    let text = "";
    const write = (piece) => (text += piece);
    const options = { worker, options: "tier-up=1,loop-up=1", stdout: write, stderr: write };
    const end = await Bactrian.run("/" + name + ".byte", options).then(({ exitCode }) => exitCode, String);
    results[name + (worker ? ", worker" : "")] = [end, text];
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

for (const engine of Object.keys(ENGINES)) {
  const missing = spawnSync("sh", ["-c", `command -v ${engine}`]).status !== 0;
  test(`deep recursion and huge frames in ${engine}`, { skip: missing && `${engine} is not installed` }, async () => {
    mkdirSync(WORK, { recursive: true });
    for (const name of PROGRAMS) {
      const byte = join(WORK, `${name}.byte`);
      execFileSync(join(BUILD, "ocaml/bin/ocamlc"), ["-w", "-a", "-o", byte, source(name, "ml")], { cwd: WORK });
      for (const ending of ["cmi", "cmo"]) rmSync(source(name, ending), { force: true });
    }
    const wanted = PROGRAMS.map((name) => [0, readFileSync(source(name, "expected"), "utf8")]);
    const keys = [...PROGRAMS, ...PROGRAMS.map((name) => `${name}, worker`)];
    assert.deepEqual(await resultsIn(engine), Object.fromEntries(keys.map((key, i) => [key, wanted[i % PROGRAMS.length]])));
  });
}
