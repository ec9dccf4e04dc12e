// SPDX-License-Identifier: Apache-2.0
// Random OCaml programs under a runner and several settings of it, against stock ocamlrun: the same stdout, the same
// exit code.
//
//   node tests/random/run.mjs [--count 50] [--seed 1] [--runner wasm] [--settings "NAME;NAME;…"]
//        [--parallel 2] [--timeout 60] [--shrink] [--shrink-seconds 300] [--keep-going]
//
// Programs have the seeds SEED … SEED+COUNT-1; one of them again: --seed N --count 1.
// A setting is a name of SETTINGS or what BACTRIAN shall hold, such as "tier-up=1,force-unwind=7"; K in it is a
// number from 1 to 9 that depends on the seed. Of the default ones,
// those with options that the runtime does not have are left out, with a word about it.
// A failing program is written to build/random/failure-SEED.ml, as small as --shrink could make it, with what to run in
// its first comment. To keep it: move it to tests/programs, then --bless there.
// The last line is "N passed, N failed".

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD, OCAML_BIN, OCAMLRUN, findRunner } from "../tools/runners.mjs";
import { forEachParallel, parseOptions, runProcess } from "../tools/processes.mjs";
import { diffLines } from "../tools/diff.mjs";
import { generate, source } from "./generate.mjs";
import { shrink } from "./shrink.mjs";

const SETTINGS = {
  "interpreter": "translate=0",
  "first-call": "tier-up=1,loop-up=1",
  "default": "",
  "unwind": "tier-up=1,loop-up=1,force-unwind=K",
  "stress": "tier-up=1,loop-up=1,gc-stress",
};
const OUT = join(BUILD, "random");
const WORK = join(OUT, "work");
// A program that takes longer than this under ocamlrun is none for us.
const REFERENCE_TIMEOUT = 10;

const { options } = parseOptions(process.argv.slice(2), {
  count: 50, seed: 1, runner: "wasm", settings: "", parallel: 2, timeout: 60, shrink: false, "shrink-seconds": 300, "keep-going": false,
});
const runner = findRunner(options.runner);
mkdirSync(WORK, { recursive: true });

// → the path of the bytecode, or the compiler's message.
async function compile(name, text) {
  const path = join(WORK, name);
  writeFileSync(`${path}.ml`, text);
  const made = await runProcess([join(OCAML_BIN, "ocamlc"), "-g", "-w", "-a", "-o", `${path}.byte`, `${path}.ml`], { cwd: WORK, timeout: 60 });
  return made.code === 0 ? { program: `${path}.byte` } : { error: made.stderr.toString() };
}

function discard(name) {
  for (const extension of ["ml", "byte", "cmi", "cmo"]) rmSync(join(WORK, `${name}.${extension}`), { force: true });
}

const settingOfSeed = (setting, seed) => setting.replace(/\bK\b/, 1 + seed % 9);

// A collection at every allocation: a part of the work.
const isSmall = (setting) => setting.includes("gc-stress");

async function execute(command, program, { setting = "", small = false, timeout }) {
  const env = { PATH: process.env.PATH, LANG: "C", ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "print_stacktrace=1" };
  if (setting !== "") env.BACTRIAN = setting;
  if (small) env.BACTRIAN_TEST_SIZE = "small";
  const result = await runProcess([...command, program], { cwd: WORK, env, timeout });
  const exit = result.timedOut ? "timeout" : result.code ?? result.signal;
  return { ...result, text: `${result.stdout.toString("latin1")}--- exit ${exit}\n` };
}

const reference = (program, small) => execute([OCAMLRUN], program, { small, timeout: REFERENCE_TIMEOUT });

// null, or how the two differ.
async function difference(program, setting, expected) {
  const result = await execute(runner.command, program, { setting, small: isSmall(setting), timeout: options.timeout });
  if (result.text === expected.text) return null;
  return diffLines(expected.text, result.text, 8) + result.stderr.toString("latin1").split("\n").slice(0, 12).map((line) => `  stderr: ${line.slice(0, 300)}\n`).join("");
}

// The settings to use: names or texts → [{ name, setting }].
async function chosenSettings() {
  const given = options.settings.split(";").map((text) => text.trim()).filter((text) => text !== "");
  const wanted = given.length > 0 ? given : Object.keys(SETTINGS);
  const { program, error } = await compile("empty", "let () = ()\n");
  if (error) throw new Error(error);
  const result = [];
  for (const name of wanted) {
    const setting = SETTINGS[name] ?? name;
    const tried = runner.name === "ocamlrun" ? { code: 0 } : await execute(runner.command, program, { setting: settingOfSeed(setting, 0), timeout: options.timeout });
    if (tried.code === 0) result.push({ name, setting });
    else if (given.length === 0 && /no runtime option/.test(tried.stderr)) console.log(`without ${name}: ${tried.stderr.toString().trim()}`);
    else throw new Error(`BACTRIAN=${setting}: ${tried.stderr}`);
  }
  discard("empty");
  return result;
}

// → { skipped: why } | { failure: { name, setting, text } } | {}
async function check(seed, settings) {
  const { program, error } = await compile(`p${seed}`, source(generate(seed)));
  if (error) return { failure: { name: "ocamlc", text: error } };
  const expected = new Map();
  for (const { name, setting: pattern } of settings) {
    const setting = settingOfSeed(pattern, seed);
    const small = isSmall(setting);
    if (!expected.has(small)) expected.set(small, await reference(program, small));
    if (expected.get(small).timedOut) return { skipped: "slow" };
    const text = await difference(program, setting, expected.get(small));
    if (text === null) continue;
    const again = await reference(program, small);
    if (again.text !== expected.get(small).text) return { failure: { name: "two runs of ocamlrun", text: diffLines(expected.get(small).text, again.text, 8) } };
    return { failure: { name, setting, text } };
  }
  discard(`p${seed}`);
  return {};
}

// Smaller, while ocamlrun runs it and the runner does something else under this setting.
async function smaller(seed, setting) {
  const small = isSmall(setting);
  let tries = 0;
  const fails = async (items) => {
    tries++;
    const { program } = await compile(`shrink${seed}`, source(items));
    if (!program) return false;
    const expected = await reference(program, small);
    return !expected.timedOut && (await difference(program, setting, expected)) !== null;
  };
  const items = await shrink(generate(seed), fails, options["shrink-seconds"]);
  discard(`shrink${seed}`);
  console.log(`  seed ${seed}: shrunk in ${tries} steps`);
  return items;
}

async function report(seed, { name, setting, text }) {
  console.log(`FAILED seed ${seed} (${runner.name}, ${name})\n${text}`);
  const canShrink = options.shrink && setting !== undefined;
  const items = canShrink ? await smaller(seed, setting) : generate(seed);
  const path = join(OUT, `failure-${seed}.ml`);
  const environment = `${isSmall(setting ?? "") ? "BACTRIAN_TEST_SIZE=small " : ""}BACTRIAN=${setting ?? ""}`;
  writeFileSync(path, `(* tests/random, seed ${seed}, runner ${runner.name}, ${environment} *)\n${source(items)}`);
  console.log(`  ${path}\n  again: node tests/random/run.mjs --runner ${runner.name} --seed ${seed} --count 1 --settings "${setting ?? ""}" --shrink`);
}

const settings = await chosenSettings();
const MAX_FAILURES = 20;
const seeds = Array.from({ length: options.count }, (_, i) => options.seed + i);
const failed = [];
let passed = 0;
let skipped = 0;
await forEachParallel(seeds, options.parallel, async (seed) => {
  if (failed.length >= MAX_FAILURES && !options["keep-going"]) return;
  const { failure, skipped: why } = await check(seed, settings);
  if (why) skipped++;
  else if (!failure) passed++;
  else {
    failed.push(seed);
    await report(seed, failure);
  }
});
if (failed.length >= MAX_FAILURES && !options["keep-going"]) console.log(`stopped after ${failed.length} failures (--keep-going)`);
if (failed.length > 0) console.log(`failed seeds: ${failed.sort((a, b) => a - b).join(" ")}`);
if (skipped > 0) console.log(`${skipped} left out: over ${REFERENCE_TIMEOUT} s under ocamlrun`);
console.log(`settings: ${settings.map(({ name }) => name).join(", ")}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);
