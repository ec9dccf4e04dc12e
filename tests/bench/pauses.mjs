// SPDX-License-Identifier: Apache-2.0
// The collector's pauses with 200 MB live: the longest slice of major collection, the longest minor collection.
//
//   node tests/bench/pauses.mjs [--runner wasm|native-release]
//
// pauses/pauses.ml makes the heap, in three shapes; the runtime's option `stats` tells the times. Compiled with
// build/ocaml. Out: a line per shape, build/bench/pauses.json.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD, OCAML_BIN, findRunner } from "../tools/runners.mjs";
import { parseOptions, runProcess } from "../tools/processes.mjs";

const { options } = parseOptions(process.argv.slice(2), { runner: "wasm" });
const OUT = join(BUILD, "bench");
const program = join(OUT, "pauses.byte");

async function must(command, env = {}) {
  const result = await runProcess(command, { cwd: OUT, env: { ...process.env, ...env }, timeout: 300 });
  if (result.code !== 0) throw new Error(`${command.join(" ")}\n${result.stdout}${result.stderr}`);
  return { stdout: result.stdout.toString(), stderr: result.stderr.toString() };
}

mkdirSync(OUT, { recursive: true });
copyFileSync(join(import.meta.dirname, "pauses/pauses.ml"), join(OUT, "pauses.ml"));
await must([join(OCAML_BIN, "ocamlc"), "-w", "-a", "-o", program, "pauses.ml"]);
const results = {};
for (const shape of ["map", "array", "strings"]) {
  const { stdout, stderr } = await must([...findRunner(options.runner).command, program, shape], { BACTRIAN: "stats" });
  const number = (name) => {
    const text = new RegExp(`^${name}: ([\\d.]+)$`, "m").exec(stderr)?.[1];
    if (text === undefined) throw new Error(`no ${name} in:\n${stderr}`);
    return Number(text);
  };
  results[shape] = { longestMajorSlice: number("longest_major_slice_ms"), longestMinor: number("longest_minor_ms"), slices: number("major_slices"), heap: stdout.trim() };
  const { longestMajorSlice, longestMinor, slices } = results[shape];
  console.log(`${shape.padEnd(8)} longest major slice ${longestMajorSlice.toFixed(1)} ms of ${slices}, longest minor collection ${longestMinor.toFixed(1)} ms; ${stdout.trim()}`);
}
writeFileSync(join(OUT, "pauses.json"), JSON.stringify(results, null, 1) + "\n");
