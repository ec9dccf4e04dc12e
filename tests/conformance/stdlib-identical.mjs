// SPDX-License-Identifier: Apache-2.0
// Compiles OCaml's standard library twice with the stock 5.3 `ocamlc` (bytecode): run by stock
// ocamlrun, and run by ours; every file made must be the same, byte for byte.
//
//   node tests/conformance/stdlib-identical.mjs [--runner wasm|native|…] [--mode normal|translated|unwind|… (tools/modes.mjs)] [--parallel n]
//
// The library's own Makefile does it, with its real flags, order and `-absname`: file names end up
// in the output, so both builds happen at one path, build/conformance/stdlib/tree/stdlib. The
// first build is kept. Compared: .cmo, .cmi, .cmt, .cmti and stdlib.cma.

import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { BUILD, OCAML_SRC, findRunner } from "../tools/runners.mjs";
import { parseOptions, runProcess } from "../tools/processes.mjs";
import { findMode } from "../tools/modes.mjs";

const { options } = parseOptions(process.argv.slice(2), { runner: "wasm", mode: "normal", parallel: 2 });
const settings = findMode(options.mode);
const BASE = join(BUILD, "conformance/stdlib");
const TREE = join(BASE, "tree");
const LIBRARY = join(TREE, "stdlib");
const MADE = new Set([".cmo", ".cmi", ".cmt", ".cmti", ".cma"]);

// A tree with links to all of OCaml's sources, but a copy of stdlib/ without what was made there.
function prepareTree() {
  rmSync(TREE, { recursive: true, force: true });
  mkdirSync(LIBRARY, { recursive: true });
  for (const name of readdirSync(OCAML_SRC)) if (name !== "stdlib") symlinkSync(join(OCAML_SRC, name), join(TREE, name));
  for (const name of readdirSync(join(OCAML_SRC, "stdlib")))
    if (!MADE.has(extname(name))) cpSync(join(OCAML_SRC, "stdlib", name), join(LIBRARY, name), { recursive: true, preserveTimestamps: true });
}

// → seconds. The result is moved to `destination`.
async function build(runnerName, destination) {
  const runner = findRunner(runnerName);
  prepareTree();
  const launcher = join(BASE, "launcher");
  writeFileSync(launcher, `#!/bin/sh\nexec ${runner.command.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  chmodSync(launcher, 0o755);
  const result = await runProcess(["make", "-C", LIBRARY, `-j${options.parallel}`, `OCAMLRUN=${launcher}`, "stdlib.cma", "std_exit.cmo"],
    { env: { ...process.env, MAKEFLAGS: "", ...(settings && { BACTRIAN: settings }) }, timeout: 3600, merge: true });
  if (result.code !== 0) {
    console.error(result.stdout.toString());
    throw new Error(`${runnerName}: make failed`);
  }
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination, { recursive: true });
  for (const name of readdirSync(LIBRARY)) if (MADE.has(extname(name))) renameSync(join(LIBRARY, name), join(destination, name));
  return result.seconds;
}

const reference = join(BASE, "ocamlrun");
if (!existsSync(join(reference, "stdlib.cma"))) console.log(`ocamlrun: ${(await build("ocamlrun", reference)).toFixed(1)} s`);
const ours = join(BASE, options.runner + (settings ? `-${options.mode}` : ""));
console.log(`${options.runner}, ${options.mode}: ${(await build(options.runner, ours)).toFixed(1)} s`);

const names = readdirSync(reference);
const differing = names.filter((name) => !existsSync(join(ours, name)) || !readFileSync(join(reference, name)).equals(readFileSync(join(ours, name))));
for (const name of differing) console.log(`differs: ${name}`);
const kinds = [...MADE].map((kind) => `${names.filter((name) => extname(name) === kind).length} ${kind}`).join(", ");
console.log(`${names.length - differing.length} identical, ${differing.length} different (${kinds})`);
process.exit(differing.length > 0 ? 1 : 0);
