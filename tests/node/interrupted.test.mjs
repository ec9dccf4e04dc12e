// SPDX-License-Identifier: Apache-2.0
// Signals while an external waits. The Node command takes no externals: another file stands in for that of OCaml's Graphics.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compile } from "../jsapi/run.mjs";
import { BUILD } from "../tools/runners.mjs";

const DIST = join(BUILD, "tests/interrupted");

const EXTERNALS = `
export function graphics({ waits }) {
  const keys = [];
  let calls = 0;
  const alive = setInterval(() => {}, 1000);  // Node ends when nothing is to come.
  return {
    caml_gr_sleep: waits((ms, text) => {
      calls++;
      return new Promise((resolve) => setTimeout(resolve, ms, text));
    }),
    caml_gr_calls: () => calls,
    caml_gr_key: waits(() => new Promise((resolve) => keys.push(resolve))),
    // The later one first, in one task.
    caml_gr_late: (ms) => void setTimeout(() => {
      clearInterval(alive);
      for (const text of ["live", "given up"]) keys.pop()(text);
    }, ms),
  };
}
`;

test("a signal's handler interrupts an external that waits", async () => {
  mkdirSync(DIST, { recursive: true });
  for (const name of readdirSync(join(BUILD, "dist"))) copyFileSync(join(BUILD, "dist", name), join(DIST, name));
  writeFileSync(join(DIST, "bactrian-graphics.js"), EXTERNALS);
  writeFileSync(join(DIST, "package.json"), '{"type":"module"}');
  const child = spawn(process.execPath, [join(DIST, "bactrian-node.mjs"), compile("interrupted")], { stdio: ["ignore", "pipe", "inherit"], timeout: 60_000 });
  let output = "", seen = 0;
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    output += piece;
    for (const waiting = output.split("waiting\n").length - 1; seen < waiting; seen++) setTimeout(() => child.kill("SIGINT"), 300);
  });
  await new Promise((resolve) => child.on("close", resolve));
  assert.equal(output, "waiting\nhandler\nslept\ncalls 1\nwaiting\nout\nlive\n");
});
