// SPDX-License-Identifier: Apache-2.0
// What the translator makes of small functions: bytecode → IR → wasm text, compared with blessed files.
//
//   node tests/golden/run.mjs [--only text] [--bless]       NAME.ml against NAME.golden
//   node tests/golden/run.mjs --validate a.byte b.byte…     only: all modules of these programs through Binaryen's validator
//   node tests/golden/run.mjs --validate                    of all programs in build/tests/programs/5.3, and ocamlc
//
// Without --validate the modules of a few programs are validated too. A golden file is what `ocamlc -dinstr` prints, then
// for each function and loop of NAME.ml, and the segments of functions with effects, its IR and its module as text. Addresses have names ($young_ptr, $caml_modify,
// $frame_0: the first frame descriptor), so that it is the same on all machines; an expression that fits in a
// line is one.
// The last line is "N passed, N failed".

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { forEachParallel, parseOptions, runProcess } from "../tools/processes.mjs";
import { diffLines } from "../tools/diff.mjs";
import { BUILD, OCAML_BIN } from "../tools/runners.mjs";
import { textOf, validate } from "./wasm.mjs";

const HERE = import.meta.dirname;
const WORK = join(BUILD, "tests/golden");
const TRANSLATE = join(BUILD, "native/translator/bactrian-translate");
// Of tests/programs, those whose modules are validated each time.
const SAMPLE = ["closures", "exceptions", "effects_generators", "float_arrays", "boxed_ints", "objects"];

const { options, rest } = parseOptions(process.argv.slice(2), { only: "", bless: false, validate: false });
mkdirSync(WORK, { recursive: true });

async function succeed(command, settings) {
  const result = await runProcess(command, { timeout: 300, ...settings });
  if (result.code !== 0) throw new Error(`${command.join(" ")}: ${result.code ?? result.signal}\n${result.stderr}`);
  return result;
}

// A new directory with the program's modules → it.
async function translate(program, name, ...flags) {
  const directory = join(WORK, `${name}.d`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  await succeed([TRANSLATE, program, `--out=${directory}`, ...flags]);
  return directory;
}

async function compile(name, source) {
  const program = join(WORK, `${name}.byte`);
  const { stderr } = await succeed([join(OCAML_BIN, "ocamlc"), "-w", "-a", "-dinstr", "-o", program, source], { cwd: WORK });
  return { program, instructions: stderr.toString() };
}

const numbers = (name) => name.match(/\d+/g).map(Number);
const modulesIn = (directory) => readdirSync(directory).filter((name) => name.endsWith(".wasm")).map((name) => name.slice(0, -".wasm".length))
  .sort((a, b) => numbers(a)[0] - numbers(b)[0] || (numbers(a)[1] ?? 0) - (numbers(b)[1] ?? 0));

// The standard library's functions come first; the programs' own begin behind those of an empty one.
async function firstFunction() {
  const source = join(WORK, "empty.ml");
  writeFileSync(source, "");
  const { program } = await compile("empty", source);
  const directory = await translate(program, "empty");
  return Math.max(...modulesIn(directory).map((name) => numbers(name)[0])) + 1;
}

async function made(name, first) {
  const source = join(WORK, `${name}.ml`);
  writeFileSync(source, readFileSync(join(HERE, `${name}.ml`)));
  const { program, instructions } = await compile(name, source);
  const directory = await translate(program, name, `--text=${first}`);
  const parts = [`==== bytecode\n${instructions.trim()}\n`];
  for (const module of modulesIn(directory)) {
    const read = (extension) => readFileSync(join(directory, `${module}.${extension}`));
    const symbols = new Map(read("symbols").toString().trim().split("\n").map((line) => line.split(" ")));
    parts.push(`==== ${module}: IR\n${read("ir").toString().trim()}\n`, `==== ${module}: wasm\n${textOf(read("wasm"), symbols)}\n`);
  }
  return parts.join("\n");
}

// null, or what is wrong.
async function checkGolden(name, first) {
  const path = join(HERE, `${name}.golden`);
  const text = await made(name, first);
  if (options.bless) writeFileSync(path, text);
  if (!existsSync(path)) return "no golden file: --bless writes it";
  const expected = readFileSync(path, "utf8");
  return text === expected ? null : diffLines(expected, text, 20);
}

async function checkModules(program) {
  const directory = await translate(program, basename(program), "--segments");
  const modules = modulesIn(directory);
  const bad = modules.map((module) => [module, validate(readFileSync(join(directory, `${module}.wasm`)))]).filter(([, problem]) => problem !== null);
  rmSync(directory, { recursive: true });
  if (modules.length === 0) return "no modules";
  return bad.length === 0 ? null : bad.slice(0, 5).map(([module, problem]) => `${module}: ${problem}`).join("\n");
}

function validated() {
  if (rest.length > 0) return rest;
  const directory = join(BUILD, "tests/programs/5.3");
  const programs = readdirSync(directory).filter((name) => name.endsWith(".byte")).map((name) => join(directory, name));
  return [...programs, join(OCAML_BIN, "ocamlc.byte")];
}

// The sample is compiled here: the programs' own stage may not have run.
async function sampled(name) {
  const { program } = await compile(`sample_${name}`, join(HERE, "../programs", `${name}.ml`));
  return checkModules(program);
}

const names = readdirSync(HERE).filter((file) => file.endsWith(".ml")).map((file) => file.slice(0, -3)).filter((name) => name.includes(options.only));
const first = options.validate ? 0 : await firstFunction();
const jobs = options.validate ? validated().map((program) => [`valid: ${program}`, () => checkModules(program)])
  : [...names.map((name) => [name, () => checkGolden(name, first)]), ...(options.only || options.bless ? [] : SAMPLE.map((name) => [`valid: ${name}`, () => sampled(name)]))];
let failed = 0;
await forEachParallel(jobs, 2, async ([name, check]) => {
  const problem = await check().catch((error) => error.message);
  if (problem === null) return;
  failed++;
  console.log(`FAILED ${name}\n${problem}`);
});
console.log(`${jobs.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
