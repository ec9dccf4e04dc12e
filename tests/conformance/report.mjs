// SPDX-License-Identifier: Apache-2.0
// The results of a conformance pass as a table per directory, beside the same table for stock
// ocamlrun. In: build/conformance/<pass>/results.jsonl, exclusions.txt. Out: text on stdout and in
// build/conformance/<pass>.txt, JSON in build/conformance/<pass>.json and (the wasm pass, or the
// only one there is) build/conformance/summary.json: { passed, failed, excluded, … }.
// What stock ocamlrun itself skips or fails is not counted against anyone.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD } from "../tools/runners.mjs";
import { loadExclusions } from "./exclusions.mjs";

const DIRECTORY = join(BUILD, "conformance");

export const passName = (runner, { mode = "normal", tools }) => runner + (tools ? "-tools" : "") + (mode === "normal" ? "" : `-${mode}`);
export const baselinePass = () => passName("ocamlrun", {});

// test → its last result. A last line cut short by an interruption is passed over.
export function loadResults(pass) {
  const file = join(DIRECTORY, pass, "results.jsonl");
  const results = new Map();
  if (!existsSync(file)) return results;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    try {
      const result = JSON.parse(line);
      results.set(result.test, result);
    } catch { /* cut short */ }
  }
  return results;
}

const directoryOf = (test) => test.slice(0, test.lastIndexOf("/"));

function count(pass) {
  const results = loadResults(pass);
  const stock = loadResults(baselinePass());
  const exclusions = loadExclusions(pass);
  const rows = new Map();
  const totals = { passed: 0, failed: 0, excluded: 0, notRun: 0, executed: 0, stockPassed: 0, stockFailed: 0, stockSkipped: 0 };
  const failures = [];
  const excludedBy = {};
  for (const [test, stockResult] of stock) {
    const row = rows.get(directoryOf(test)) ?? { ...Object.fromEntries(Object.keys(totals).map((key) => [key, 0])) };
    rows.set(directoryOf(test), row);
    const add = (key) => { row[key]++; totals[key]++; };
    add({ passed: "stockPassed", failed: "stockFailed", skipped: "stockSkipped" }[stockResult.verdict]);
    if (stockResult.verdict !== "passed") continue;
    const exclusion = exclusions.get(test);
    const result = results.get(test);
    if (exclusion && pass !== baselinePass()) {
      add("excluded");
      excludedBy[exclusion.kind] = (excludedBy[exclusion.kind] ?? 0) + 1;
    } else if (!result) add("notRun");
    else {
      add(result.verdict === "passed" ? "passed" : "failed");
      if (result.kind !== "none") add("executed");
      if (result.verdict !== "passed") failures.push({ test, reason: result.reason });
    }
  }
  return { rows, totals, failures, excludedBy };
}

function table(pass, { rows, totals }) {
  const width = Math.max(...[...rows.keys()].map((name) => name.length), 10);
  const cell = (n) => String(n || ".").padStart(8);
  const line = (name, row) => name.padEnd(width) + cell(row.passed) + cell(row.failed) + cell(row.excluded) + cell(row.notRun) +
    "   |" + cell(row.stockPassed) + cell(row.stockFailed) + cell(row.stockSkipped);
  const head = "directory".padEnd(width) + "  passed  failed excluded not run   |  passed  failed skipped";
  const names = "".padEnd(width) + `  ${pass}`.padEnd(36) + "|  stock ocamlrun";
  return [names, head, ...[...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, row]) => line(name, row)), line("total", totals)].join("\n");
}

export function report(pass, { print }) {
  const counted = count(pass);
  const { totals, failures, excludedBy } = counted;
  const ran = totals.passed + totals.failed;
  const percent = ran === 0 ? 0 : (100 * totals.passed) / ran;
  const reasons = Object.entries(excludedBy).map(([kind, n]) => `${kind} ${n}`).join(", ");
  const text = table(pass, counted) + "\n\n" + failures.map(({ test }) => `failed: ${test}\n`).join("") +
    `${totals.passed} passed, ${totals.failed} failed (${percent.toFixed(2)} % of what ran), ${totals.excluded} excluded` +
    (reasons ? ` (${reasons})` : "") + `; ${totals.executed} of them start programs under ${pass}\n`;
  const json = { pass, ...totals, percent: Number(percent.toFixed(2)), excludedBy, failures,
    directories: Object.fromEntries(counted.rows) };
  writeFileSync(join(DIRECTORY, `${pass}.txt`), text);
  writeFileSync(join(DIRECTORY, `${pass}.json`), JSON.stringify(json, null, 1) + "\n");
  if (pass === "wasm" || !existsSync(join(DIRECTORY, "wasm.json")))
    writeFileSync(join(DIRECTORY, "summary.json"), JSON.stringify(json, null, 1) + "\n");
  if (print) console.log(text);
  return totals;
}
