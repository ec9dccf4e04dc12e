// SPDX-License-Identifier: Apache-2.0
// Looking at translated code: names in stack traces, and the options that choose, print and check it.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BUILD, DIST, ROOT } from "../../loader/tools/paths.mjs";

const WORK = join(BUILD, "tests/inspection");
const OCAML = join(BUILD, "ocaml/bin");
const COMMAND = join(DIST, "bactrian-node.mjs");

// No tail calls: those leave no frame.
const SOURCE = `let shown = ref 0 let rec fib n =
  if n < 2 then n else fib (n - 1) + fib (n - 2)
let each f l = List.iter (fun x -> f (x + 1); incr shown) l
let show x = print_int x; print_newline (); incr shown
let () =
  show (fib 15);
  for i = 1 to 3 do each show [i; fib i] done
`;
const OUTPUT = "610\n2\n2\n3\n2\n4\n3\n";

function compile(name, flags) {
  mkdirSync(WORK, { recursive: true });
  writeFileSync(join(WORK, `${name}.ml`), SOURCE);
  execFileSync(join(OCAML, "ocamlc"), ["-w", "-a", ...flags, "-o", `${name}.byte`, `${name}.ml`], { cwd: WORK });
  return join(WORK, `${name}.byte`);
}
const withEvents = compile("shown", ["-g"]), without = compile("bare", []);

// stderr, after stdout has been found to be right.
function run(program, options, { env = {}, node = [] } = {}) {
  const words = [...node, COMMAND, "--translate=1", ...options, program];
  const { status, stdout, stderr } = spawnSync(process.execPath, words,
    { encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL", env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });
  assert.deepEqual([status, stdout], [0, OUTPUT], stderr);
  return stderr;
}

const atOnce = ["--tier-up=1", "--loop-up=1"];

// What watch_modules.mjs notes of a run.
function watched(program) {
  const file = join(WORK, "watched");
  rmSync(file, { force: true });
  run(program, atOnce, { env: { BACTRIAN_WATCH: file }, node: ["--import", join(ROOT, "tests/node/watch_modules.mjs")] });
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const of = (kind) => new Set(lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1)));
  return { names: of("name"), frames: of("frame") };
}

const missing = (wanted, found) => wanted.filter((name) => ![...found].some((text) => (name instanceof RegExp ? name.test(text) : text === name)));

test("translated functions carry OCaml's names and lines, in modules and in stack traces", () => {
  const { names, frames } = watched(withEvents);
  assert.deepEqual(missing(["Shown.fib shown.ml:2", "Shown.each shown.ml:3", "Shown.each.(fun) shown.ml:3", "Shown.show shown.ml:4",
    "Shown shown.ml:7 (loop)", /^Stdlib\.List\.iter list\.ml:\d+$/], names), [], [...names].join("\n"));
  assert.deepEqual(missing(["Shown.each.(fun) shown.ml:3", "Shown.show shown.ml:4", /^Stdlib\.List\.iter list\.ml:\d+$/], frames), [], [...frames].join("\n"));
});

test("without debug events they are named by their place in the code", () => {
  const { names, frames } = watched(without);
  for (const found of [names, frames]) {
    assert.ok(found.size > 0);
    assert.deepEqual([...found].filter((name) => !/^(fn@\d+|bactrian)/.test(name)), []);
  }
});

const counter = (stderr, text) => Number(new RegExp(`^tier:.*? ${text} (\\d+)`, "m").exec(stderr)?.[1]);
const installed = (stderr) => Number(/functions requested \d+ installed (\d+)/.exec(stderr)[1]);

test("translate-only: one function, by name or by place", () => {
  for (const name of ["Shown.fib", "fn@", ""]) {
    const place = /^==== bytecode: fn@(\d+)$/m.exec(run(without, [...atOnce, "--dump-bytecode=all"]))[1];
    const program = name === "Shown.fib" ? withEvents : without;
    const stderr = run(program, [...atOnce, "--stats", `--translate-only=${name === "Shown.fib" ? name : name + place}`]);
    assert.equal(installed(stderr), 1, stderr);
    assert.ok(/^tier: interpreted: not chosen [1-9]/m.test(stderr), stderr);
  }
  assert.equal(installed(run(withEvents, [...atOnce, "--stats", "--translate-only=Nowhere.f"])), 0);
});

test("translate-first: none, a few, all", () => {
  const of = (...options) => run(withEvents, ["--tier-up=1", "--stats", ...options]);
  const translated = (stderr) => installed(stderr) + Number(/loops requested \d+ installed (\d+)/.exec(stderr)[1]);
  const all = translated(of());
  assert.equal(translated(of("--translate-first=0")), 0);
  assert.equal(translated(of("--translate-first=1")), 1);
  assert.equal(translated(of("--translate-first=3")), 3);
  assert.equal(translated(of(`--translate-first=${all + 1}`)), all);
});

test("dump-bytecode, dump-ir, dump-wasm print the stages of one function", () => {
  const stages = run(withEvents, [...atOnce, "--dump-bytecode=Shown.fib", "--dump-ir=Shown.fib", "--dump-wasm=Shown.fib"]).split(/^(?=====)/m);
  const titles = stages.map((stage) => /^==== (\w+): (.*)$/m.exec(stage)?.slice(1).join(" "));
  assert.deepEqual(new Set(titles), new Set(["bytecode", "IR", "wasm"].map((stage) => `${stage} Shown.fib shown.ml:2`)));
  const [bytecode, ir, wasm] = ["bytecode", "IR", "wasm"].map((stage) => stages[titles.indexOf(`${stage} Shown.fib shown.ml:2`)]);
  assert.match(bytecode, /^L0: depth 1\n {2}0 {2}ACC0\n[^]*OFFSETINT -2\n[^]*ADDINT\n/m);
  assert.match(ir, /^function \d+ arity 1\nb0:\n[^]* = Call v\d+ v\d+ {2}\{call pc=/m);
  assert.match(wasm, /^ {2}locals \d+ × i\d\d[^]*\n +local\.get 2\n[^]*i64\.add\n[^]*\n {2}end\n$/m);
});

test("dump options need nothing but the modules beside the command", () => {
  assert.ok(existsSync(join(DIST, "bactrian-translator-debug.wasm")));
  assert.equal(run(withEvents, atOnce), "");
  assert.equal(run(withEvents, [...atOnce, "--verify-ir"]), "");
});

test("force-unwind-seed: at random, and the same again for the same seed", () => {
  const forced = (seed) => counter(run(withEvents, [...atOnce, "--stats", "--force-unwind=3", `--force-unwind-seed=${seed}`]), "forced");
  assert.ok(forced(1) > 0);
  assert.equal(forced(1), forced(1));
  assert.ok(new Set([1, 2, 3, 4, 5].map(forced)).size > 1);
});

test("gc-stress collects at every allocation of translated code", () => {
  assert.ok(counter(run(withEvents, [...atOnce, "--stats", "--gc-stress"]), "entered") > 0);
});

test("stats count why functions are interpreted", () => {
  const source = `let f x = ${Array.from({ length: 3000 }, (_, i) => `(if x = ${i} then print_int x);`).join(" ")} x\nlet () = ignore (f (-1)); ignore (f (-2))\n`;
  writeFileSync(join(WORK, "large.ml"), source);
  execFileSync(join(OCAML, "ocamlc"), ["-w", "-a", "-o", "large.byte", "large.ml"], { cwd: WORK });
  const { stderr } = spawnSync(process.execPath, [COMMAND, "--translate", "--tier-up=1", "--stats", join(WORK, "large.byte")], { encoding: "utf8", timeout: 60_000 });
  assert.match(stderr, /^tier: interpreted: too large 1$/m);
  assert.match(stderr, /^tier: of \d+ functions: translated \d+, cold [1-9]\d*$/m);
});

test("every option is in the table of loader/README.md", () => {
  const options = [...readFileSync(join(ROOT, "runtime/options.def"), "utf8").matchAll(/^OPTION\(\w+, \w+, "([\w-]+)"/gm)].map(([, name]) => name);
  const readme = readFileSync(join(ROOT, "loader/README.md"), "utf8");
  assert.ok(options.length > 20);
  assert.deepEqual(options.filter((name) => !readme.includes(`| \`${name}\` |`)), []);
});
