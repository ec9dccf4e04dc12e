// SPDX-License-Identifier: Apache-2.0
// What translation costs and gives in a program's first second: with it beside without it (translate=0), in pairs.
//
//   node tests/bench/start.mjs [--runs n]
//
// A hello, `ocaml -version`, and ocamlc compiling modules of its own: one that takes about a second, and several in one run,
// whose results' times of modification tell how far it has come. Out: medians in ms, and of the pairs' ratios the
// median and the quartiles, below 1 where translation is quicker.

import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD, OCAML_BIN, OCAML_SRC, findRunner } from "../tools/runners.mjs";
import { parseOptions, runProcess } from "../tools/processes.mjs";

const { options } = parseOptions(process.argv.slice(2), { runs: 11 });
const WORK = join(BUILD, "bench/start");
const FOLDERS = ["stdlib", "utils", "parsing", "typing", "file_formats", "lambda"];
const ONE = "typing/typemod";
// In the order of their dependencies, which are there already.
const SEVERAL = [
  "utils/local_store", "typing/ident", "typing/path", "utils/identifiable", "typing/primitive", "utils/load_path",
  "utils/lazy_backtrack", "typing/predef", "utils/numbers", "typing/datarepr", "typing/mtype", "typing/oprint",
  "typing/shape", "utils/misc", "typing/subst", "typing/btype",
];

const runner = findRunner("wasm").command;
const nameOf = (module) => module.replace(/.*\//, "");

rmSync(WORK, { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });
for (const module of [ONE, ...SEVERAL]) for (const suffix of ["ml", "mli", "cmi"]) cpSync(join(OCAML_SRC, `${module}.${suffix}`), join(WORK, `${nameOf(module)}.${suffix}`));

const ocamlc = (modules) => [join(OCAML_BIN, "ocamlc.byte"), "-nostdlib", ...FOLDERS.flatMap((folder) => ["-I", join(OCAML_SRC, folder)]),
  "-w", "-a", "-c", ...modules.map((module) => `${nameOf(module)}.ml`)];

// Milliseconds: until each of the modules is compiled, or until the end.
async function timesOf(args, modules, translate) {
  const start = Date.now();
  const { code, stderr, seconds } = await runProcess([...runner, ...args], { cwd: WORK, timeout: 60, env: { ...process.env, BACTRIAN: translate ? "" : "translate=0" } });
  if (code !== 0) throw new Error(`${args.join(" ")}: exit ${code}\n${stderr}`);
  return modules.length > 0 ? modules.map((module) => statSync(join(WORK, `${nameOf(module)}.cmo`)).mtimeMs - start) : [seconds * 1000];
}

const quantile = (numbers, q) => numbers.toSorted((a, b) => a - b)[Math.floor(q * (numbers.length - 1))];
const median = (numbers) => quantile(numbers, 0.5);

async function compare(label, args, modules = []) {
  const off = [], on = [];
  for (let i = 0; i < options.runs; i++) {
    const order = i % 2 === 0 ? [false, true] : [true, false];
    for (const translate of order) (translate ? on : off).push(await timesOf(args, modules, translate));
  }
  const labels = modules.length > 0 ? modules.map((module) => `  … ${nameOf(module)}`) : [label];
  if (modules.length > 0) console.log(label);
  labels.forEach((text, at) => {
    const ratios = on.map((times, i) => times[at] / off[i][at]);
    const column = (runs) => median(runs.map((times) => times[at])).toFixed(0).padStart(10);
    console.log(text.padEnd(34) + column(off) + column(on) + [0.5, 0.25, 0.75].map((q) => quantile(ratios, q).toFixed(3).padStart(10)).join(""));
  });
}

writeFileSync(join(WORK, "hello.ml"), 'let () = print_endline "hello"');
await runProcess([join(OCAML_BIN, "ocamlc"), "-o", "hello.byte", "hello.ml"], { cwd: WORK });
console.log(`${options.runs} pairs`.padEnd(34) + ["off ms", "on ms", "on / off", "quartiles", ""].map((text) => text.padStart(10)).join(""));
await compare("hello", [join(WORK, "hello.byte")]);
await compare("ocaml -version", [join(OCAML_BIN, "ocaml"), "-version"]);
await compare(`ocamlc ${nameOf(ONE)}.ml`, ocamlc([ONE]));
await compare("ocamlc, several modules: until", ocamlc(SEVERAL), SEVERAL);
