// SPDX-License-Identifier: Apache-2.0
// Runs the fuzzers with new inputs, at the same time, each on one core.
//
//   node tests/fuzz/run.mjs [--minutes n] [--only name]
//
// Seeds: corpus/NAME, in which nothing is written. What a run finds goes to build/fuzz/found/NAME, and the next run goes on
// from there; an input that crashes, hangs (20 s) or takes 2 GB goes to build/fuzz/found/NAME.crash-…: fix the bug, then
// put that file into corpus/NAME, which `npm test` replays. Logs: build/fuzz/found/NAME.log. Ends with a line per fuzzer.

import { createWriteStream, mkdirSync, readdirSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { BUILD, ROOT } from "../../loader/tools/paths.mjs";
import { cmakeBuild } from "../../loader/tools/wasm.mjs";
import { parseOptions } from "../tools/processes.mjs";

const { options } = parseOptions(process.argv.slice(2), { minutes: 10, only: "" });
const WORK = join(BUILD, "fuzz/found");
const BINARIES = join(BUILD, "fuzz/tests");

// → whether it ended without a finding.
function fuzz(name) {
  const found = join(WORK, name);
  mkdirSync(found, { recursive: true });
  const args = [`-max_total_time=${Math.round(options.minutes * 60)}`, "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1",
    `-artifact_prefix=${join(WORK, name)}.`, found, join(ROOT, "tests/fuzz/corpus", name)];
  const log = createWriteStream(join(WORK, `${name}.log`));
  let end = "";
  return new Promise((resolve) => {
    const child = spawn(join(BINARIES, `${name}_fuzz`), args, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (piece) => {
      log.write(piece);
      end = (end + piece).slice(-20_000);
    });
    child.on("error", (error) => resolve(console.log(`${name}: ${error.message}`) ?? false));
    child.on("close", (code) => {
      log.end();
      const executed = /number_of_executed_units: (\d+)/.exec(end)?.[1] ?? "?";
      const coverage = [...end.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? "?";
      // Blind fuzzing finds nothing: coverage must grow from the seeds on.
      const blind = coverage === "?";
      const finding = /Test unit written to (.*)/.exec(end)?.[1];
      console.log(`${name}: ${code !== 0 ? `FAILED (exit ${code}), ${finding ?? "see the log"}` : blind ? "FAILED: built without coverage" : "no crash"}; ${executed} inputs, ${coverage} edges, ${readdirSync(found).length} kept`);
      resolve(code === 0 && !blind);
    });
  });
}

const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith("_fuzz.cpp")).map((name) => name.slice(0, -"_fuzz.cpp".length));
const chosen = names.filter((name) => name.includes(options.only));
cmakeBuild("fuzz", chosen.map((name) => `${name}_fuzz`));
mkdirSync(WORK, { recursive: true });
console.log(`${chosen.join(", ")}: ${options.minutes} minutes`);
const results = await Promise.all(chosen.map(fuzz));
process.exit(chosen.length > 0 && results.every(Boolean) ? 0 : 1);
