// SPDX-License-Identifier: Apache-2.0
// The test programs of tests/browser and tests/node, compiled by OCaml 5.3 (build/ocaml) into build/browser, each only
// when its source is newer.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { strip } from "../../loader/tools/bytecode.mjs";
import { BUILD } from "../../loader/tools/paths.mjs";

const OCAML = join(BUILD, "ocaml");
const PROGRAMS = join(import.meta.dirname, "programs");
export const WORK = join(BUILD, "browser");

const newer = (target, source) => existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs;

// By program: primitives that ocamlrun does not have.
const OTHER_PRIMITIVES = {
  "missing.ml": ["library_frobnicate", "library_polish"],
  "sleep.ml": ["caml_unix_sleep", "caml_unix_gettimeofday"],
};

// A list for ocamlc -use-prims: what ocamlrun has, and what only C code of a library would have.
function primitivesWith(names) {
  const path = join(WORK, "primitives.txt");
  const known = execFileSync(join(OCAML, "bin/ocamlrun"), ["-p"], { encoding: "utf8" });
  writeFileSync(path, `${known.trimEnd()}\n${names.join("\n")}\n`);
  return path;
}

// Each programs/*.ml → build/browser/*.byte, with -g. `broken.c` stands in for bactrian.wasm in one test.
export function compilePrograms() {
  if (!existsSync(join(OCAML, "bin/ocamlc"))) throw new Error("build/ocaml is missing: npm run build:ocaml");
  mkdirSync(WORK, { recursive: true });
  for (const name of readdirSync(PROGRAMS)) {
    const source = join(PROGRAMS, name);
    if (name.endsWith(".ml")) {
      const target = join(WORK, name.replace(/\.ml$/, ".byte"));
      if (newer(target, source)) continue;
      copyFileSync(source, join(WORK, name));
      const flags = OTHER_PRIMITIVES[name] ? ["-use-prims", primitivesWith(OTHER_PRIMITIVES[name])] : [];
      execFileSync(join(OCAML, "bin/ocamlc"), ["-g", ...flags, "-o", basename(target), name], { cwd: WORK, stdio: "inherit" });
    } else if (name.endsWith(".c")) {
      const target = join(WORK, name.replace(/\.c$/, ".wasm"));
      if (newer(target, source)) continue;
      execFileSync("clang-19", ["--target=wasm32", "-nostdlib", "-O1", "-Wl,--no-entry", "-Wl,--export-table", "-o", target, source], { stdio: "inherit" });
    }
  }
}

export function buildToplevel() {
  const target = join(WORK, "toplevel.byte");
  const source = join(OCAML, "bin/ocaml");
  if (newer(target, source)) return;
  const library = join(OCAML, "lib/ocaml");
  writeFileSync(target, strip(readFileSync(source)));
  const interfaces = readdirSync(library).filter((name) => name.endsWith(".cmi"));
  execFileSync("tar", ["--format=ustar", "-czf", join(WORK, "toplevel-files.tar.gz"), "-C", library, ...interfaces]);
}
