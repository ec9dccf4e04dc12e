// SPDX-License-Identifier: Apache-2.0
// Runs tests/programs/*.ml under one of the runners and compares what they print with *.expected.
//
//   node tests/programs/run.mjs [--runner wasm|native|native-release|shadow|ocamlrun]
//        [--mode normal|translated|… (tools/modes.mjs)] [--compiler 5.3|4.14|4.13] [--only text] [--parallel n]
//        [--timeout s] [--bless]
//
// NAME.ml is a program; its first comment may hold settings, one a line:
//   @args a b c             arguments                @stdin FILE       standard input (in this directory)
//   @env NAME=value …       environment              @exit n           expected exit code (0)
//   @with a.mll b.mly c.ml  files built before it    @versions all     same output from 4.13 and 4.14 bytecode
//   @libs str unix          libraries linked with it (stubs: the runtime's own)
//   @gc-stress smaller      run with BACTRIAN_TEST_SIZE=small there, expecting NAME.small.expected
//   @gc-stress skip: why    not run there            @timeout s
// NAME.expected holds stdout, then stderr and a non-zero exit code under a line that says so.
// --bless writes the expected files, from 64-bit ocamlrun 5.3 and nothing else; with --compiler 4.13,
// NAME.4.13.expected, from that version's ocamlrun, for the programs that print something else there.
// Bytecode is cached in build/tests/programs/<compiler>/. The last line is "N passed, N failed".

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, copyFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tmpdir } from "node:os";
import { BUILD, OCAML_BIN, findRunner } from "../tools/runners.mjs";
import { forEachParallel, parseOptions, runProcess } from "../tools/processes.mjs";
import { diffLines } from "../tools/diff.mjs";
import { findMode } from "../tools/modes.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

const { options } = parseOptions(process.argv.slice(2), {
  runner: "wasm", mode: "normal", compiler: "5.3", only: "", parallel: 2, timeout: 0, bless: false,
});
if (options.bless) options.runner = "ocamlrun";
const settingsOfMode = findMode(options.mode);
const stress = settingsOfMode?.includes("gc-stress") ?? false;
const slow = stress || options.mode === "unwind";
const timeout = options.timeout || (slow ? 300 : 60);

// Where each version's compiler lives: 5.3 and 4.14 are built by tests/tools, 4.13 is Debian's.
const COMPILERS = {
  "5.3": OCAML_BIN,
  "4.14": join(BUILD, "ocaml-4.14/bin"),
  "4.13": "/usr/bin",
};
const bin = COMPILERS[options.compiler];
if (!bin || !existsSync(join(bin, "ocamlc"))) {
  console.error(`no ocamlc ${options.compiler} (looked in ${bin}); see tests/README.md`);
  process.exit(2);
}

function readSettings(name) {
  const source = readFileSync(join(HERE, `${name}.ml`), "utf8");
  const comment = /^\(\*([\s\S]*?)\*\)/.exec(source)?.[1] ?? "";
  const settings = { args: [], env: {}, exit: 0, with: [], libs: [], versions: "5.3", stress: "", timeout: 0, stdin: "" };
  for (const [, key, text] of comment.matchAll(/^\s*@([a-z-]+)\s+(.*?)\s*$/gm)) {
    const words = text.split(/\s+/);
    if (key === "args" || key === "with" || key === "libs") settings[key] = words;
    else if (key === "env") for (const word of words) settings.env[word.slice(0, word.indexOf("="))] = word.slice(word.indexOf("=") + 1);
    else if (key === "exit" || key === "timeout") settings[key] = Number(text);
    else if (key === "gc-stress") settings.stress = text;
    else if (key === "stdin" || key === "versions") settings[key] = text;
    else throw new Error(`${name}.ml: no setting @${key}`);
  }
  return settings;
}

// Compiles unless the cached bytecode is newer than its sources and the compiler's version is the same.
async function compile(name, settings) {
  const directory = join(BUILD, "tests/programs", options.compiler);
  const output = join(directory, `${name}.byte`);
  const sources = [...settings.with, `${name}.ml`];
  const newest = Math.max(...sources.map((file) => statSync(join(HERE, file)).mtimeMs));
  if (existsSync(output) && statSync(output).mtimeMs > newest) return { output };
  const work = join(directory, `${name}.d`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const file of sources) copyFileSync(join(HERE, file), join(work, file));
  const files = [];
  for (const file of sources) {
    const stem = basename(file, extname(file));
    const generator = { ".mll": ["ocamllex", "-q"], ".mly": ["ocamlyacc"] }[extname(file)];
    if (generator) {
      const made = await runProcess([join(bin, generator[0]), ...generator.slice(1), file], { cwd: work });
      if (made.code !== 0) return { error: made.stderr.toString() };
      if (extname(file) === ".mly") files.push(`${stem}.mli`);
    }
    files.push(`${stem}.ml`);
  }
  // From 5.0 on a library has a directory of its own.
  const libraries = settings.libs.flatMap((library) => ["-I", `+${library}`, `${library}.cma`]);
  const made = await runProcess([join(bin, "ocamlc"), "-g", "-w", "-a", "-o", output, ...libraries, ...files], { cwd: work, timeout: 120 });
  return made.code === 0 ? { output } : { error: made.stderr.toString() };
}

const expectedPath = (name, small) => join(HERE, `${name}${small ? ".small" : ""}.expected`);
const expectedOfVersion = (name) => join(HERE, `${name}.${options.compiler}.expected`);

function expectedFile(name, small) {
  return options.compiler !== "5.3" && !small && existsSync(expectedOfVersion(name)) ? expectedOfVersion(name) : expectedPath(name, small);
}

function rendered(result) {
  let text = result.stdout.toString("latin1");
  if (result.stderr.length > 0) text += (text === "" || text.endsWith("\n") ? "" : "\n") + "--- stderr ---\n" + result.stderr.toString("latin1");
  if (result.code !== 0) text += (text === "" || text.endsWith("\n") ? "" : "\n") + `--- exit ${result.code ?? result.signal} ---\n`;
  return text;
}

// Each run has a directory of its own for the files that it makes.
async function execute(runner, program, settings, small) {
  const cwd = mkdtempSync(join(tmpdir(), "bactrian-program-"));
  const env = { PATH: process.env.PATH, HOME: cwd, TMPDIR: cwd, LANG: "C", ...settings.env };
  if (small) env.BACTRIAN_TEST_SIZE = "small";
  if (settingsOfMode && runner.name !== "ocamlrun") env.BACTRIAN = settingsOfMode;
  // Data outside the heap that is alive when the program exits is not a leak: the process gives it back.
  env.ASAN_OPTIONS = process.env.ASAN_OPTIONS ?? "detect_leaks=0";
  env.UBSAN_OPTIONS = process.env.UBSAN_OPTIONS ?? "print_stacktrace=1";
  const input = settings.stdin ? readFileSync(join(HERE, settings.stdin)) : undefined;
  const result = await runProcess([...runner.command, program, ...settings.args], { cwd, env, input, timeout: settings.timeout || timeout });
  rmSync(cwd, { recursive: true, force: true });
  return result;
}

async function bless(runner, name, settings, program) {
  const sizes = settings.stress === "smaller" && options.compiler === "5.3" ? [false, true] : [false];
  for (const small of sizes) {
    const result = await execute(runner, program, settings, small);
    if (result.timedOut || (result.code ?? -1) !== settings.exit) return `exit ${result.code}: ${rendered(result)}`;
    const again = await execute(runner, program, settings, small);
    if (rendered(again) !== rendered(result)) return "two runs differ\n" + diffLines(rendered(result), rendered(again));
    if (options.compiler === "5.3") writeFileSync(expectedPath(name, small), rendered(result), "latin1");
    else if (rendered(result) !== readFileSync(expectedPath(name, small), "latin1")) writeFileSync(expectedOfVersion(name), rendered(result), "latin1");
  }
  return null;
}

async function check(runner, name, settings, program) {
  const small = stress && settings.stress === "smaller";
  const file = expectedFile(name, small);
  if (!existsSync(file)) return `no ${basename(file)}: run with --bless`;
  const expected = readFileSync(file, "latin1");
  const result = await execute(runner, program, settings, small);
  const actual = rendered(result);
  const seconds = result.seconds.toFixed(1);
  if (result.timedOut) return `timeout after ${seconds} s\n` + diffLines(expected, actual, 6);
  return actual === expected ? null : diffLines(expected, actual, 12);
}

const runner = findRunner(options.runner);
// Other versions' bytecode needs their own ocamlrun, where it is stock ocamlrun that is asked for.
if (options.runner === "ocamlrun") runner.command = [join(bin, "ocamlrun")];
const names = readdirSync(HERE).filter((file) => file.endsWith(".ml")).map((file) => file.slice(0, -3)).sort();
const companions = new Set(names.flatMap((name) => readSettings(name).with).map((file) => basename(file, extname(file))));
const jobs = names.filter((name) => !companions.has(name) && name.includes(options.only))
  .map((name) => ({ name, settings: readSettings(name) }))
  .filter(({ settings }) => options.compiler === "5.3" || settings.versions === "all")
  .filter(({ settings }) => !(stress && settings.stress.startsWith("skip")));

const failures = [];
await forEachParallel(jobs, options.parallel, async ({ name, settings }) => {
  const { output, error } = await compile(name, settings);
  const problem = error ?? (await (options.bless ? bless : check)(runner, name, settings, output));
  if (problem === null) return;
  failures.push(name);
  console.log(`FAILED ${name} (${options.runner}, ${options.mode}, ${options.compiler})\n${problem}`);
});
if (failures.length > 0) console.log(`failed: ${failures.sort().join(" ")}`);
console.log(`${jobs.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length > 0 ? 1 : 0);
