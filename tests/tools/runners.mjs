// SPDX-License-Identifier: Apache-2.0
// The ways to run a bytecode program, by name: stock ocamlrun, our native command (sanitized or
// release), our wasm under Node, as users get it and without the translator. Everything in tests/ that starts a program asks here.
// In: a runner's name. Out: the command line to put before `app.byte args…`, and a fingerprint of
// the build behind it. Does not build anything: a missing runner gives an Error that says what to run.

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const BUILD = join(ROOT, "build");
export const OCAML_SRC = join(BUILD, "ocaml-src");
export const OCAML_BIN = join(BUILD, "ocaml/bin");
export const OCAMLRUN = join(OCAML_BIN, "ocamlrun");

// `files`: what the fingerprint is made of. `how`: the command that builds them.
const RUNNERS = {
  ocamlrun: () => ({ command: [OCAMLRUN], files: [OCAMLRUN], how: "npm run build:ocaml" }),
  native: () => nativeRunner("native"),
  "native-release": () => nativeRunner("native-release"),
  shadow: shadowRunner,
  wasm: wasmRunner,
  interpreted: () => ({ ...wasmRunner(), options: ["--translate=0"] }),
};

function nativeRunner(preset) {
  const path = process.env.BACTRIAN_NATIVE ?? join(BUILD, preset, "runtime/bactrian-native");
  return { command: [path], files: [path], how: `cmake --preset ${preset} && cmake --build --preset ${preset}` };
}

// The native command with a stand-in for the translator, which takes every function and loop at once.
function shadowRunner() {
  const path = join(BUILD, "native/tests/bactrian-shadow");
  return { command: [path, "--tier-up=1"], files: [path], how: "cmake --preset native && cmake --build --preset native" };
}

// The Node command is whatever package.json's `bin` says, so that the tests run what users run.
// BACTRIAN_NATIVE and BACTRIAN_DIST name another build, such as a copy that stays while one works.
function wasmRunner() {
  const { bin } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const dist = process.env.BACTRIAN_DIST ?? join(ROOT, dirname(bin.bactrian));
  const script = join(dist, basename(bin.bactrian));
  const wasm = join(dist, "bactrian.wasm");
  return { command: [process.execPath, script], files: [script, wasm, join(dist, "bactrian-translator.wasm")], how: "npm run build" };
}

export const runnerNames = Object.keys(RUNNERS);

export function findRunner(name) {
  if (!RUNNERS[name]) throw new Error(`no runner '${name}'; there are: ${runnerNames.join(", ")}`);
  const runner = RUNNERS[name]();
  const missing = runner.files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`${missing.join(", ")} is missing; build it: ${runner.how}`);
  const fingerprint = runner.files.map((file) => statSync(file)).map((s) => `${s.size}-${Math.floor(s.mtimeMs)}`).join("+");
  return { name, command: [...runner.command, ...(runner.options ?? [])], fingerprint };
}
