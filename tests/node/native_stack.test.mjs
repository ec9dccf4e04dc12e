// SPDX-License-Identifier: Apache-2.0
// Translated code's part of the engine's stack: measured, so that it follows the stack that there is.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, DIST, ROOT } from "../../loader/tools/paths.mjs";

const WORK = join(BUILD, "tests/native_stack");
const source = (name, ending) => join(ROOT, "tests/programs", `${name}.${ending}`);

// In KB, after the program's output has been found right.
function nativeStack(name, engine, options = []) {
  const words = [...engine, join(DIST, "bactrian-node.mjs"), "--tier-up=1", "--loop-up=1", "--stats", ...options, join(WORK, `${name}.byte`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL" });
  assert.deepEqual([status, stdout], [0, readFileSync(source(name, "expected"), "utf8")], stderr);
  return Number(/^tier: native stack (\d+)$/m.exec(stderr)?.[1]) / 1024;
}

for (const name of ["deep_recursion", "huge_frames"]) {
  mkdirSync(WORK, { recursive: true });
  copyFileSync(source(name, "ml"), join(WORK, `${name}.ml`));
  execFileSync(join(BUILD, "ocaml/bin/ocamlc"), ["-w", "-a", "-o", `${name}.byte`, `${name}.ml`], { cwd: WORK });

  for (const kilobytes of [300, 500, 984, 2000]) {
    test(`${name} with ${kilobytes} KB of stack`, () => {
      const found = nativeStack(name, [`--stack-size=${kilobytes}`]);
      assert.ok(found > 0.3 * kilobytes && found < 0.5 * kilobytes, `${found} KB`);
    });
  }
}

test("a much larger stack is not used up", () => assert.equal(nativeStack("huge_frames", ["--stack-size=4000"]), 1024));

test("the option goes before what was measured", () => assert.equal(nativeStack("huge_frames", [], ["--native-stack=100k"]), 100));
