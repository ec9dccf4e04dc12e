// SPDX-License-Identifier: Apache-2.0
// OCaml's own test suite, driven by ocamltest, with bytecode executed by a runner of ours.
//
//   node tests/conformance/run.mjs [--runner wasm|native|native-release|ocamlrun]
//        [--mode normal|gc-stress|default|translated|… (tools/modes.mjs)] [--tools] [--only text] [--failed] [--fresh] [--keep] [--parallel n] [--timeout s]
//
// One test = one file of the suite that ocamltest lists. Results go, a JSON line each, to
// build/conformance/<pass>/results.jsonl as they come, so an interrupted run goes on where it
// was; a new build of the runtime starts over, unless --keep. Ends with the tables of report.mjs.
//   --mode       how the runtime is set. Each has results of its own. Where it collects at every allocation, only
//                tests that start plain programs count (known from the normal pass); --gc-stress: --mode gc-stress
//   --tools      run ocamlc, ocamllex… under the tested runtime in all tests; otherwise only in those
//                that start no program of their own (they test the compiler), which then says something
//   --excluded   those of exclusions.txt too;  --quiet  no tables
//   --failed     only what failed last time;  --fresh  forget all results first

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execFileSync, spawnSync } from "node:child_process";
import { BUILD, OCAML_SRC, findRunner } from "../tools/runners.mjs";
import { forEachParallel, parseOptions, runProcess } from "../tools/processes.mjs";
import { makeShadowTree } from "./tree.mjs";
import { baselinePass, loadResults, passName, report } from "./report.mjs";
import { loadExclusions } from "./exclusions.mjs";
import { findMode } from "../tools/modes.mjs";

const OCAMLTEST = join(OCAML_SRC, "ocamltest/ocamltest");
const TESTS = join(OCAML_SRC, "testsuite/tests");

const { options } = parseOptions(process.argv.slice(2), {
  runner: "wasm", mode: "normal", "gc-stress": false, tools: false, only: "", failed: false, fresh: false, keep: false,
  parallel: 2, timeout: 0, excluded: false, quiet: false,
});
const mode = options["gc-stress"] ? "gc-stress" : options.mode;
const settings = findMode(mode);
const stress = settings?.includes("gc-stress") ?? false;
const timeout = options.timeout || (settings ? 300 : 120);

// "basic/arrays.ml", …: asking ocamltest takes 10 s, so the list is kept.
function listTests() {
  const cache = join(BUILD, "conformance/tests.txt");
  if (!existsSync(cache)) {
    const lines = (args) => execFileSync(OCAMLTEST, args, { cwd: TESTS }).toString().split("\n").filter(Boolean);
    const tests = lines(["-find-test-dirs", "."]).flatMap((dir) => lines(["-list-tests", dir]).map((file) => join(dir, file)));
    mkdirSync(join(BUILD, "conformance"), { recursive: true });
    writeFileSync(cache, tests.sort().join("\n") + "\n");
  }
  return readFileSync(cache, "utf8").split("\n").filter(Boolean);
}

// Stock ocamlrun's results are what all others are compared with: they are made first, or completed.
function completeBaseline() {
  const { status } = spawnSync(process.execPath, [import.meta.filename, "--runner", "ocamlrun", "--quiet"], { stdio: "inherit" });
  if (status !== 0) process.exit(2);
}

const pass = passName(options.runner, { mode, tools: options.tools });
const directory = join(BUILD, "conformance", pass);
const shadow = join(directory, "src");
const resultsFile = join(directory, "results.jsonl");

// ocamltest writes "... testing 'x.ml' with 1.1.2 (bytecode) => failed (reason)" for what fails,
// then one verdict for the file.
function verdictOf(output) {
  if (/=> unexpected error|=> error in test script/.test(output)) return "failed";
  const verdicts = [...output.matchAll(/^ \.\.\. testing '[^']*'(?! with).*=> (passed|failed|skipped|n\/a)/gm)];
  if (/=> failed/.test(output)) return "failed";
  if (verdicts.length === 0) return "failed";
  return verdicts.at(-1)[1].replace("n/a", "skipped");
}

async function runTest(test, lane) {
  // Two drivers that make the same directories at once fail.
  mkdirSync(join(directory, "_ocamltest", dirname(join(shadow, "testsuite/tests", test))), { recursive: true });
  const launches = join(directory, `launches.${lane}`);
  rmSync(launches, { force: true });
  const env = { ...process.env, TERM: "dumb", SORT: "sort", MAKE: "make", OCAMLSRCDIR: shadow,
    OCAMLTESTDIR: join(directory, "_ocamltest"), CONFORMANCE_LAUNCHES: launches };
  delete env.OCAMLRUNPARAM;
  if (settings) env.BACTRIAN = settings;
  if (options.tools || baseline?.get(test)?.kind === "none") env.CONFORMANCE_TOOLS = "1";
  const result = await runProcess([OCAMLTEST, "-timeout", String(timeout), join(shadow, "testsuite/tests", test)],
    { cwd: directory, env, timeout: timeout * 4, merge: true });
  const output = result.stdout.toString("utf8");
  const programs = existsSync(launches) ? readFileSync(launches, "utf8").split("\n").filter(Boolean) : [];
  const verdict = result.timedOut ? "failed" : verdictOf(output);
  return { test, verdict, seconds: Math.round(result.seconds * 100) / 100, kind: kindOf(programs), fingerprint: runner.fingerprint,
    ...(verdict === "failed" ? { reason: result.timedOut ? "driver's timeout" : output.slice(0, 6000) } : {}) };
}

// What the tested runtime ran: "program" (a linked test), "toplevel", "expect", "tool", "none".
function kindOf(programs) {
  const kinds = new Set(programs.map((path) => {
    if (!path.startsWith(shadow)) return "program";
    const inner = path.slice(shadow.length + 1);
    if (inner === "ocaml") return "toplevel";
    if (inner === "testsuite/tools/expect") return "expect";
    return "tool";
  }));
  return ["program", "toplevel", "expect", "tool"].find((kind) => kinds.has(kind)) ?? "none";
}

const runner = findRunner(options.runner);
if (options.fresh) rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
makeShadowTree(shadow, runner.command);

const exclusions = loadExclusions(pass);
const earlier = loadResults(pass);
if (options.runner !== "ocamlrun") completeBaseline();
const baseline = options.runner === "ocamlrun" ? undefined : loadResults(baselinePass());
const normal = stress ? loadResults(passName("ocamlrun", {})) : undefined;

function wanted(test) {
  if (options.only && !test.includes(options.only)) return false;
  if (baseline && baseline.get(test)?.verdict !== "passed") return false;
  if (normal && normal.get(test)?.kind !== "program") return false;
  if (baseline && exclusions.has(test) && !options.excluded) return false;
  const known = earlier.get(test);
  if (options.failed) return known?.verdict === "failed";
  if (options.only || !known) return true;
  return !options.keep && known.fingerprint !== runner.fingerprint;
}

const tests = listTests().filter(wanted);
if (!options.quiet || tests.length > 0) console.log(`${pass}: ${tests.length} tests to run, ${earlier.size} results kept from before`);
const freeLanes = Array.from({ length: options.parallel }, (_, i) => i);
let done = 0;
await forEachParallel(tests, options.parallel, async (test) => {
  const lane = freeLanes.pop();
  const result = await runTest(test, lane);
  freeLanes.push(lane);
  appendFileSync(resultsFile, JSON.stringify(result) + "\n");
  done++;
  if (result.verdict === "failed") console.log(`[${done}/${tests.length}] FAILED ${test} (${result.seconds} s)`);
  else if (done % 100 === 0) console.log(`[${done}/${tests.length}] …`);
});
const { failed } = report(pass, { print: !options.quiet });
process.exit(failed > 0 && options.runner !== "ocamlrun" ? 1 : 0);
