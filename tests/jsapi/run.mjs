// SPDX-License-Identifier: Apache-2.0
// Programs against js_of_ocaml's library (Debian's: OCaml 4.13, js_of_ocaml 4.0), run from their bytecode, under several
// settings, beside what js_of_ocaml's own compiled JavaScript prints: NAME.expected, written by --bless.
//
//   node tests/jsapi/run.mjs [--only text] [--bless]
//
// A program whose first comment begins with @own does what js_of_ocaml's JavaScript cannot: its .expected is written by hand.
// `@with NAME` in it: with jsapi/ocaml/NAME.mli and .ml compiled in.
// The last line is "N passed, N failed".

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diffLines } from "../tools/diff.mjs";
import { parseOptions, runProcess } from "../tools/processes.mjs";
import { BUILD, findRunner, ROOT } from "../tools/runners.mjs";

const HERE = import.meta.dirname;
const WORK = join(BUILD, "tests/jsapi");

// BACTRIAN for each run.
const SETTINGS = {
  interpreted: "translate=0", translated: "tier-up=1,loop-up=1", unwound: "tier-up=1,loop-up=1,force-unwind=3",
  stressed: "translate=0,gc-stress",
};

// What ocamlc is told so that it links programs with primitives that only Bactrian has.
export function stubFlags() {
  mkdirSync(WORK, { recursive: true });
  execFileSync("cc", ["-shared", "-fPIC", "-o", join(WORK, "dlljsapi_stubs.so"), join(HERE, "stubs.c")]);
  return ["-I", WORK, "-dllib", "-ljsapi_stubs"];
}

export function compile(name, packages = "js_of_ocaml,js_of_ocaml-lwt,js_of_ocaml-ppx,bigstringaf") {
  mkdirSync(WORK, { recursive: true });
  const source = join(HERE, `${name}.ml`), target = join(WORK, `${name}.byte`);
  const [, module] = /^\(\*[^*:]*@with (\w+)/.exec(readFileSync(source, "utf8")) ?? [];
  const files = module ? [`${module}.mli`, `${module}.ml`] : [];
  const sources = [source, ...files.map((file) => join(ROOT, "jsapi/ocaml", file))];
  if (existsSync(target) && sources.every((file) => statSync(target).mtimeMs > statSync(file).mtimeMs)) return target;
  for (const file of files) copyFileSync(join(ROOT, "jsapi/ocaml", file), join(WORK, file));
  copyFileSync(source, join(WORK, `${name}.ml`));
  execFileSync("ocamlfind", ["ocamlc", "-g", "-w", "-a", "-package", packages, "-linkpkg", ...stubFlags(), ...files, `${name}.ml`, "-o", target], { cwd: WORK, stdio: ["ignore", "inherit", "inherit"] });
  return target;
}

function bless(name, byte) {
  const script = join(WORK, `${name}.cjs`);
  execFileSync("js_of_ocaml", ["+bigstringaf/runtime.js", byte, "-o", script]);
  writeFileSync(join(HERE, `${name}.expected`), execFileSync(process.execPath, [script]));
}

if (process.argv[1] === import.meta.filename) {
  const { options } = parseOptions(process.argv.slice(2), { only: "", bless: false });
  const runner = findRunner("wasm");
  let passed = 0, failed = 0;
  for (const file of readdirSync(HERE).sort()) {
    if (!file.endsWith(".ml") || file === "bench.ml" || readFileSync(join(HERE, file), "utf8").startsWith("(* @page") || !file.includes(options.only)) continue;
    const name = file.slice(0, -3);
    const byte = compile(name);
    const own = readFileSync(join(HERE, file), "utf8").startsWith("(* @own");
    if (options.bless && !own) bless(name, byte);
    const expected = readFileSync(join(HERE, `${name}.expected`), "utf8");
    for (const [setting, text] of Object.entries(SETTINGS)) {
      const { stdout, stderr, code, timedOut } = await runProcess([...runner.command, byte], { timeout: 300, env: { ...process.env, BACTRIAN: text } });
      const actual = stdout.toString() + stderr.toString() + (code === 0 ? "" : `exit ${timedOut ? "timeout" : code}\n`);
      if (actual === expected) passed++;
      else {
        failed++;
        console.log(`FAILED ${name} (${setting})\n${diffLines(expected, actual, 12)}`);
      }
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}
