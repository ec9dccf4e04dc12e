// SPDX-License-Identifier: Apache-2.0
// The speed of bytecode programs: ours beside ocamlrun and ocamlopt 5.3, in one interleaved run.
//
//   node tests/bench/run.mjs [--runners interpreted,wasm,native-release] [--runs n] [--only text] [--no-native]
//
// Each program of programs/ is CPU-bound and takes 1 to 6 s under ocamlrun. A round runs every program once with
// every runner, one after another, so that a busy moment of the machine hits all of them; what counts is each
// one's best round. Times are of
// whole processes: what starting costs (Node's own start, mostly) is measured with an empty program
// and taken off before ratios are made. ocamlopt takes part when build/ocaml-native is there
// (node tests/tools/build-ocaml.mjs --native).
// Out: a table, build/bench/results.json, build/bench/results.svg.

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { BUILD, OCAML_BIN, OCAML_SRC, findRunner } from "../tools/runners.mjs";
import { parseOptions, runProcess } from "../tools/processes.mjs";
import { plot } from "./plot.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(BUILD, "bench");
const NATIVE_BIN = join(BUILD, "ocaml-native/bin");

const { options } = parseOptions(process.argv.slice(2), { runners: "interpreted,wasm", runs: 3, only: "", "no-native": false });
const hasNative = !options["no-native"] && existsSync(join(NATIVE_BIN, "ocamlopt"));

async function must(command, cwd) {
  const result = await runProcess(command, { cwd, timeout: 300 });
  if (result.code !== 0) throw new Error(`${command.join(" ")}\n${result.stdout}${result.stderr}`);
}

// Compiles NAME.ml to NAME.byte and NAME.opt in build/bench, when they are older than the source.
async function compile(name, source) {
  const local = join(OUT, basename(source));
  const fresh = (file) => existsSync(file) && statSync(file).mtimeMs > statSync(source).mtimeMs;
  const byte = join(OUT, `${name}.byte`);
  const opt = join(OUT, `${name}.opt`);
  if (local !== source) cpSync(source, local);
  if (!fresh(byte)) await must([join(OCAML_BIN, "ocamlc"), "-w", "-a", "-o", byte, local], OUT);
  if (hasNative && !fresh(opt)) await must([join(NATIVE_BIN, "ocamlopt"), "-w", "-a", "-o", opt, local], OUT);
  return { name, byte: [byte], native: hasNative ? [opt] : null };
}

// OCaml's own compiler at work on its largest module that is not generated: a big real program. Without the
// module's interface, and with those of the others as they were built.
function compilerAtWork() {
  const work = join(OUT, "compiler");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const source = join(work, "typecore.ml");
  cpSync(join(OCAML_SRC, "typing/typecore.ml"), source);
  const folders = ["stdlib", "utils", "parsing", "typing", "file_formats", "lambda"];
  const args = ["-nostdlib", ...folders.flatMap((folder) => ["-I", join(OCAML_SRC, folder)]), "-w", "-a", "-c", source];
  const opt = join(NATIVE_BIN, "ocamlc.opt");
  return { name: "ocamlc", byte: [join(OCAML_BIN, "ocamlc.byte"), ...args], native: hasNative ? [opt, ...args] : null };
}

async function time(command, expected) {
  const result = await runProcess(command, { cwd: OUT, timeout: 300 });
  if (result.code !== 0) throw new Error(`${command.join(" ")}: exit ${result.code ?? result.signal}\n${result.stderr}`);
  const output = result.stdout.toString("latin1");
  if (expected !== undefined && output !== expected) throw new Error(`${command.join(" ")}: other output\n${output}`);
  return { seconds: result.seconds, output };
}

const runners = [
  { name: "ocamlrun", command: (program) => [...findRunner("ocamlrun").command, ...program.byte] },
  ...options.runners.split(",").map((name) => ({ name, command: (program) => [...findRunner(name).command, ...program.byte] })),
  ...(hasNative ? [{ name: "ocamlopt", command: (program) => program.native }] : []),
];

const geometricMean = (numbers) => Math.exp(numbers.reduce((sum, x) => sum + Math.log(x), 0) / numbers.length);
const pad = (text, width) => String(text).padStart(width);
const ratio = (x) => (x === undefined ? "" : x.toFixed(2) + "×");

// Those that are compared with ocamlrun and ocamlopt.
const ours = runners.filter(({ name }) => name !== "ocamlrun" && name !== "ocamlopt").map(({ name }) => name);

function printTable(rows, startup, means) {
  const width = Math.max(...rows.map((row) => row.name.length), 16);
  const line = (name, seconds, ratios) => name.padEnd(width) + runners.map((r) => pad(seconds[r.name]?.toFixed(3) ?? "", 12)).join("")
    + ours.map((runner) => pad(ratio(ratios[runner]?.netToOcamlrun), 12) + (hasNative ? pad(ratio(ratios[runner]?.toOcamlopt), 12) : "")).join("");
  console.log("".padEnd(width) + runners.map((r) => pad(r.name, 12)).join("") + ours.map((name) => pad(name, 12) + (hasNative ? pad("", 12) : "")).join(""));
  console.log("seconds".padEnd(width) + runners.map(() => pad("", 12)).join("") + ours.map(() => pad("/ ocamlrun", 12) + (hasNative ? pad("/ ocamlopt", 12) : "")).join(""));
  for (const row of rows) console.log(line(row.name, row.seconds, row.ratios));
  console.log(line("geometric mean", {}, means));
  console.log(line("start-up", startup, {}) + "   (an empty program; not in the ratios)");
}

mkdirSync(OUT, { recursive: true });
const sources = readdirSync(join(HERE, "programs")).filter((file) => file.endsWith(".ml")).sort();
const programs = [];
for (const file of sources) programs.push(await compile(file.slice(0, -3), join(HERE, "programs", file)));
programs.push(compilerAtWork());
const chosen = programs.filter(({ name }) => name.includes(options.only));
const emptySource = join(OUT, "empty_source.ml");
if (!existsSync(emptySource)) writeFileSync(emptySource, "");
const empty = await compile("empty_source", emptySource);

const times = new Map();
const outputs = new Map();
for (let round = 0; round < options.runs; round++) {
  for (const program of [...chosen, empty])
    for (const runner of runners) {
      const key = `${program.name} ${runner.name}`;
      const { seconds, output } = await time(runner.command(program), outputs.get(program.name));
      outputs.set(program.name, output);
      times.set(key, [...(times.get(key) ?? []), seconds]);
    }
  console.error(`round ${round + 1} of ${options.runs} done`);
}

const best = (program, runner) => Math.min(...times.get(`${program.name} ${runner.name}`));
const startup = Object.fromEntries(runners.map((runner) => [runner.name, best(empty, runner)]));
const secondsOf = (program) => Object.fromEntries(runners.map((runner) => [runner.name, best(program, runner)]));
const net = (seconds, runner) => Math.max(seconds[runner] - startup[runner], 0.001);
const rows = chosen.map((program) => {
  const seconds = secondsOf(program);
  const ratios = Object.fromEntries(ours.map((runner) => [runner, {
    netToOcamlrun: net(seconds, runner) / net(seconds, "ocamlrun"),
    ...(hasNative ? { toOcamlopt: net(seconds, runner) / net(seconds, "ocamlopt") } : {}),
  }]));
  return { name: program.name, seconds, ratios };
});
const means = Object.fromEntries(ours.map((runner) => [runner, Object.fromEntries(Object.keys(rows[0].ratios[runner]).map((key) =>
  [key, geometricMean(rows.map((row) => row.ratios[runner][key]))]))]));
printTable(rows, startup, means);

const report = {
  runners: runners.map(({ name }) => name), runs: options.runs, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length,
  startup, programs: rows, geometricMean: means, all: Object.fromEntries(times),
};
writeFileSync(join(OUT, "results.json"), JSON.stringify(report, null, 1) + "\n");
writeFileSync(join(OUT, "results.svg"), plot(report));
console.log(`written: ${join(OUT, "results.json")}, results.svg`);
