// SPDX-License-Identifier: Apache-2.0
// Border costs: bench.ml under Bactrian, interpreted and with the translator, beside the same program through js_of_ocaml.
//   node tests/jsapi/bench.mjs

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { BUILD, findRunner } from "../tools/runners.mjs";
import { compile } from "./run.mjs";

const byte = compile("bench");
const script = join(BUILD, "tests/jsapi/bench.cjs");
execFileSync("js_of_ocaml", [byte, "-o", script]);
const run = (command, BACTRIAN) => execFileSync(command[0], command.slice(1), { encoding: "utf8", env: { ...process.env, BACTRIAN } });
const times = (text) => new Map([...text.matchAll(/^(.*?)\s+([\d.]+)$/gm)].map(([, name, ns]) => [name, Number(ns)]));
const { command } = findRunner("wasm");
const columns = [times(run([process.execPath, script], "")), times(run([...command, byte], "translate=0")), times(run([...command, byte], ""))];
console.log(`${"ns".padEnd(28)} js_of_ocaml 4.0 interpreted  translated`);
for (const name of columns[0].keys()) {
  console.log(name.padEnd(28) + columns.map((column) => String(column.get(name)).padStart(14)).join(""));
}
