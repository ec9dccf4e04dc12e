// SPDX-License-Identifier: Apache-2.0
// Translated code does not pile up: what dead code fragments leave goes, and all together keeps to a limit.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, DIST, ROOT } from "../../loader/tools/paths.mjs";

const WORK = join(BUILD, "tests/code_memory");
const OCAML = join(BUILD, "ocaml/bin");
mkdirSync(WORK, { recursive: true });

function run(words, options, { env = {}, node = [] } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, join(DIST, "bactrian-node.mjs"), "--translate=1", "--stats", ...options, ...words],
    { cwd: WORK, encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL", env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });
  assert.equal(status, 0, stderr);
  const [, modules, bytes, released, evicted] = /^tier: (\d+) modules of (\d+) bytes, released (\d+), evicted (\d+)$/m.exec(stderr).map(Number);
  return { stdout, modules, bytes, released, evicted };
}

// A phrase of a toplevel is a fragment of its own, which goes when it has been executed, if it made no closure.
const PHRASES = 200;
function toplevelScript() {
  const phrase = (i) => `let () = let s = ref 0 in for j = 1 to 50 do s := !s + j * ${i} done; if !s <> ${1275 * i} then print_endline "wrong";;\n`;
  writeFileSync(join(WORK, "phrases.ml"), Array.from({ length: PHRASES }, (_, i) => phrase(i)).join("") + 'print_endline "end";;\n');
  return [join(OCAML, "ocaml"), "-noinit", "-I", join(BUILD, "ocaml/lib/ocaml"), "phrases.ml"];
}
const ONLY_LOOPS = ["--tier-up=60000", "--loop-up=0"];

test("translations of fragments that are gone are released, and their slots used again", () => {
  const { stdout, modules, released } = run(toplevelScript(), ONLY_LOOPS);
  assert.equal(stdout, "end\n");
  assert.ok(released >= PHRASES * 0.75, `${released} released`);
  assert.ok(modules < 50 + PHRASES / 4, `${modules} left`);
});

test("the engine frees the instances of released modules", () => {
  const file = join(WORK, "instances");
  rmSync(file, { force: true });
  run(toplevelScript(), ONLY_LOOPS, { env: { BACTRIAN_WATCH: file }, node: ["--expose-gc", "--import", join(ROOT, "tests/node/watch_instances.mjs")] });
  const [made, alive, tableLength] = readFileSync(file, "utf8").split(" ").map(Number);
  assert.ok(made > PHRASES, `${made} made`);
  assert.ok(alive < made - PHRASES / 2, `${alive} of ${made} alive`);
  assert.ok(tableLength < 8192 + 64 + 2 * 1024, `${tableLength} slots`);
});

function compile(name, source) {
  writeFileSync(join(WORK, `${name}.ml`), source);
  execFileSync(join(OCAML, "ocamlc"), ["-w", "-a", "-o", `${name}.byte`, `${name}.ml`], { cwd: WORK });
  return [[`${name}.byte`], execFileSync(join(OCAML, "ocamlrun"), [`${name}.byte`], { cwd: WORK, encoding: "utf8" })];
}

// Functions that call each other in changing order, loops, partial and over-application.
const MANY = `
let table = Array.make 300 (fun _ x -> x)
${Array.from({ length: 300 }, (_, i) => `let f${i} y x = if x > 7 && x land 3 = ${i % 4} then table.(${(i * 7) % 300}) y (x / 2) + ${i} else x + y * ${i}
let () = table.(${i}) <- f${i}`).join("\n")}
let choose i = if i land 1 = 0 then table.(i) else table.(i) 3 |> fun g -> fun _ x -> g x
let () =
  let sum = ref 0 in
  for round = 1 to 40 do
    for i = 0 to 299 do sum := (!sum + (choose i) round (i * round)) land 0xFFFFFF done
  done;
  Printf.printf "%d\\n" !sum
`;

test("past code-limit the oldest modules are evicted, and programs go on as before", () => {
  const [words, expected] = compile("many", MANY);
  const all = run(words, ["--tier-up=10"]);
  assert.deepEqual([all.stdout, all.evicted], [expected, 0]);
  assert.ok(all.bytes > 40_000, `${all.bytes} bytes`);
  for (const options of [[], ["--force-unwind=3"], ["--tier-up=1", "--loop-up=1"]]) {
    const small = run(words, ["--tier-up=10", "--code-limit=20k", ...options]);
    assert.equal(small.stdout, expected);
    assert.ok(small.evicted > 0, "none evicted");
    assert.equal(small.released >= small.evicted, true);
    assert.ok(small.bytes < 60_000, `${small.bytes} bytes`);
  }
});

test("without room for more than one module evictions have their share of the time, not all of it", () => {
  const [words, expected] = compile("many", MANY);
  const { stdout, modules, evicted } = run(words, ["--tier-up=1", "--code-limit=1"]);
  assert.equal(stdout, expected);
  assert.equal(modules, 1);
  assert.ok(evicted > 0 && evicted < 1000, `${evicted} evicted`);
});
