// SPDX-License-Identifier: Apache-2.0
// `npm test`: everything, in stages, ending with one line "N passed, N failed".
//   node tests/tools/test.mjs [stage…]      only these; they are: see STAGES
// A stage that cannot be built stops what needs it; all others run. A stage's checks are counted as its runner
// tells them (GoogleTest, node:test, "N passed, N failed"); one without a count is one check.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ensurePackages } from "./setup.mjs";
import { BUILD, ROOT } from "../../loader/tools/paths.mjs";

const node = (...args) => [process.execPath, ...args];
const programs = (...args) => node("tests/programs/run.mjs", ...args);
const nodeTests = (directory, wanted = /\.test\.mjs$/) => node("--test", "--test-concurrency=1", "--test-reporter=tap",
  ...readdirSync(join(ROOT, directory)).filter((name) => wanted.test(name)).map((name) => join(directory, name)));

// name → { needs: stages that must have passed, run: () => commands }.
const STAGES = {
  "format": { run: () => [["sh", "-c", "git ls-files -z 'runtime/*.cpp' 'runtime/*.h' 'translator/*.cpp' 'translator/*.h' 'jsapi/*.cpp' 'jsapi/*.h' 'tests/*.cpp' | xargs -0 clang-format-19 --dry-run -Werror"]] },
  "types": { run: () => [node("loader/tools/generate.mjs"), ["npx", "--no-install", "tsc", "-p", "."]] },
  "build": { run: () => [node("loader/tools/build.mjs"), node("loader/tools/size-report.mjs")] },
  "ocaml": { run: () => [node("tests/tools/build-ocaml.mjs")] },
  "native": { run: () => [node("loader/tools/native.mjs", "native")] },
  "unit": { needs: ["native", "ocaml"], run: () => [["env", `BACTRIAN_TEST_IMAGES=${join(BUILD, "ocaml/bin")}`, join(BUILD, "native/tests/unit_tests"), "--gtest_brief=1"]] },
  "fuzz-corpus": { needs: ["native"], run: fuzzCorpus },
  "golden": { needs: ["native", "ocaml"], run: () => [node("tests/golden/run.mjs")] },
  "unit-ts": { run: () => [node("tests/unit-ts/run.mjs")] },
  "programs-native": { needs: ["native", "ocaml"], run: () => [programs("--runner", "native")] },
  "programs-wasm": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm")] },
  "programs-interpreted": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "interpreted")] },
  "programs-4.13": { needs: ["build"], run: () => [programs("--runner", "wasm", "--compiler", "4.13")] },
  "programs-native-stress": { needs: ["native", "ocaml"], run: () => [programs("--runner", "native", "--mode", "gc-stress")] },
  "programs-wasm-stress": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "gc-stress")] },
  "programs-translated": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "translated")] },
  "programs-unwind": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "unwind")] },
  "programs-default-unwind": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "default-unwind")] },
  "programs-default-stress": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "default-stress")] },
  "programs-small-code": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "small-code")] },
  "programs-translated-stress": { needs: ["build", "ocaml"], run: () => [programs("--runner", "wasm", "--mode", "translated-stress")] },
  "v8": { needs: ["build", "ocaml"], run: () => [node("tests/v8/run.mjs", "--gtest_brief=1")] },
  "random": { needs: ["build", "ocaml"], run: () => [node("tests/random/run.mjs", "--count", "50", "--settings", "interpreter;first-call;default;unwind")] },
  "jsapi": { needs: ["build"], run: () => [node("tests/jsapi/table.mjs"), node("tests/jsapi/run.mjs")] },
  "node": { needs: ["build", "ocaml"], run: () => [nodeTests("tests/node")] },
  "demo": { needs: ["build"], run: () => [node("loader/tools/start.mjs", "--build-only")] },
  "browser": { needs: ["build", "ocaml", "demo"], run: () => [nodeTests("tests/browser")] },
  "browser-firefox": { needs: ["build", "ocaml"], run: () => [["env", "BACTRIAN_TEST_ENGINE=firefox", ...nodeTests("tests/browser", /^(jsapi|run|tags)\.test\.mjs$/)]] },
};

// Each fuzzer replays its corpus, without making new inputs.
function fuzzCorpus() {
  const directory = join(BUILD, "native/tests");
  const fuzzers = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith("_fuzz")) : [];
  return fuzzers.map((name) => {
    const corpus = join(ROOT, "tests/fuzz/corpus", name.replace(/_fuzz$/, ""));
    return [join(directory, name), "-runs=0", ...(existsSync(corpus) ? [corpus] : [])];
  });
}

// Shows what the command prints and gives it back.
function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_NO_WARNINGS: "1" } });
    let output = "";
    child.stdout.on("data", (piece) => {
      process.stdout.write(piece);
      output += piece;
    });
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code, signal) => resolve({ code: signal ? 128 : code, output }));
  });
}

const sum = (output, pattern) => [...output.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);

// → [passed, failed]. A command that fails has at least one failure.
function count({ code, output }) {
  const plain = /^(\d+) passed, (\d+) failed/m.exec(output);
  let passed = 1;
  let failed = 0;
  if (plain) [passed, failed] = [Number(plain[1]), Number(plain[2])];
  else if (/^# pass \d+$/m.test(output)) [passed, failed] = [sum(output, /^# pass (\d+)$/gm), sum(output, /^# (?:fail|cancelled) (\d+)$/gm)];
  else if (/^\[ {2}PASSED {2}\]/m.test(output)) [passed, failed] = [sum(output, /^\[ {2}PASSED {2}\] (\d+) test/gm), sum(output, /^\[ {2}FAILED {2}\] (\d+) test/gm)];
  else if (code !== 0) passed = 0;
  if (code !== 0 && failed === 0) failed = 1;
  return [passed, failed];
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !STAGES[name]);
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(", ")}; there are: ${Object.keys(STAGES).join(", ")}`);
  process.exit(2);
}
ensurePackages(["build", "demo", "test"]);

const results = new Map();
for (const [name, { needs = [], run: commands }] of Object.entries(STAGES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`\n===== ${name} =====`);
  const start = Date.now();
  const broken = needs.filter((need) => results.get(need)?.failed > 0);
  const result = { passed: 0, failed: 0, seconds: 0 };
  if (broken.length > 0) {
    console.log(`not run: ${broken.join(", ")} failed`);
    result.failed = 1;
  } else {
    for (const command of commands()) {
      const [passed, failed] = count(await run(command));
      result.passed += passed;
      result.failed += failed;
    }
  }
  result.seconds = (Date.now() - start) / 1000;
  results.set(name, result);
}

console.log("\nstage                        passed    failed   seconds");
for (const [name, { passed, failed, seconds }] of results) {
  console.log(`${name.padEnd(24)}${String(passed).padStart(10)}${String(failed).padStart(10)}${seconds.toFixed(0).padStart(10)}`);
}
const total = (key) => [...results.values()].reduce((all, result) => all + result[key], 0);
console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
process.exit(total("failed") > 0 ? 1 : 0);
