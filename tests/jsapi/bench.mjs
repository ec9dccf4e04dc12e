// SPDX-License-Identifier: Apache-2.0
// Border costs: bench.ml under Bactrian, without and with the translator, beside the same program through Debian's
// js_of_ocaml, when that is installed. Rounds are interleaved; each line's best one counts.
//   node tests/jsapi/bench.mjs [--runs n]

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseOptions } from "../tools/processes.mjs";
import { BUILD, findRunner } from "../tools/runners.mjs";
import { compile } from "./run.mjs";

function has(command) {
  try {
    return execFileSync(command, ["--version"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

export function hasLibrary() {
  try {
    execFileSync("ocamlfind", ["query", "js_of_ocaml", "js_of_ocaml-lwt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const times = (text) => new Map([...text.matchAll(/^(.*?)\s+([\d.]+)$/gm)].map(([, name, ns]) => [name, Number(ns)]));

// → a Map for each column: the line's name → nanoseconds.
export function measureBorder(runs) {
  const byte = compile("bench");
  const { command } = findRunner("wasm");
  const columns = [
    { name: "interpreted", command: [...command, byte], env: "translate=0" },
    { name: "translated", command: [...command, byte], env: "" },
  ];
  const version = has("js_of_ocaml");
  if (version) {
    const script = join(BUILD, "tests/jsapi/bench.cjs");
    execFileSync("js_of_ocaml", [byte, "-o", script]);
    columns.unshift({ name: `js_of_ocaml ${version.replace(/[^\d.].*/, "")}`, command: [process.execPath, script], env: "" });
  }
  for (let run = 0; run < runs; run++) {
    for (const column of columns) {
      const [file, ...args] = column.command;
      const found = times(execFileSync(file, args, { encoding: "utf8", env: { ...process.env, BACTRIAN: column.env } }));
      column.best = new Map([...found].map(([name, ns]) => [name, Math.min(ns, column.best?.get(name) ?? Infinity)]));
    }
  }
  return columns;
}

const cell = (text) => String(text).padStart(14);

export function printBorder(columns) {
  const [reference, ...ours] = columns[0].name.startsWith("js_of_ocaml") ? columns : [undefined, ...columns];
  console.log("ns".padEnd(34) + columns.map(({ name }) => cell(name.replace("js_of_ocaml", "jsoo"))).join("") + (reference ? ours.map(({ name }) => cell(`${name} ×`)).join("") : ""));
  for (const name of columns[0].best.keys()) {
    const ratio = ({ best }) => (best.get(name) / reference.best.get(name)).toFixed(2);
    console.log(name.padEnd(34) + columns.map(({ best }) => cell(best.get(name))).join("") + (reference ? ours.map((column) => cell(ratio(column))).join("") : ""));
  }
}

if (process.argv[1] === import.meta.filename) {
  const { options } = parseOptions(process.argv.slice(2), { runs: 2 });
  printBorder(measureBorder(options.runs));
}
