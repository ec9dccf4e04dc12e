// SPDX-License-Identifier: Apache-2.0
// The applications of jsapi/examples: NAME/app.ml is compiled by the system's stock ocamlc with Debian's libraries for
// js_of_ocaml (OCaml 4.13), and laid out beside its page in build/examples/NAME.
//   node loader/tools/examples.mjs              compiles all
//   node loader/tools/examples.mjs --bless      renews jsapi/examples/NAME/app.byte.br, which the demo takes

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { strip } from "./bytecode.mjs";
import { BUILD, ROOT } from "./paths.mjs";

export const SOURCES = join(ROOT, "jsapi/examples");
export const EXAMPLES = join(BUILD, "examples");
const LIBRARIES = "js_of_ocaml,js_of_ocaml.deriving,js_of_ocaml-lwt,js_of_ocaml-tyxml,cohttp-lwt-jsoo";
const PREPROCESSORS = "js_of_ocaml-ppx,js_of_ocaml-ppx_deriving_json";  // Not to be linked: they are programs' parts.

export const exampleNames = () => readdirSync(SOURCES).filter((name) => existsSync(join(SOURCES, name, "app.ml")));
const prebuilt = (name) => join(SOURCES, name, "app.byte.br");

// NAME.ml in the directory → NAME.byte, as a person would make it; without -g, as the types of tyxml take megabytes there.
// `more`: other packages.
export function compileWithLibraries(directory, name, flags = [], more = []) {
  const packages = [LIBRARIES, ...more].join();
  const ocamlfind = (...args) => execFileSync("ocamlfind", ["ocamlc", ...args], { cwd: directory, stdio: ["ignore", "inherit", "inherit"] });
  ocamlfind("-c", "-package", `${packages},${PREPROCESSORS}`, `${name}.ml`);
  ocamlfind("-package", packages, "-linkpkg", ...flags, `${name}.cmo`, "-o", `${name}.byte`);
}

// build/examples/NAME/app.byte, compiled where it is older than its source.
export function compileExample(name) {
  const target = join(EXAMPLES, name, "app.byte"), source = join(SOURCES, name, "app.ml");
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return target;
  mkdirSync(join(EXAMPLES, name), { recursive: true });
  const work = join(BUILD, "examples-work", name);
  mkdirSync(work, { recursive: true });
  copyFileSync(source, join(work, "app.ml"));
  compileWithLibraries(work, "app");
  copyFileSync(join(work, "app.byte"), target);
  return target;
}

function copyPage(name, target) {
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(join(SOURCES, name))) {
    if (/\.(html|css|js|json)$/.test(file)) copyFileSync(join(SOURCES, name, file), join(target, file));
  }
}

// All of them, in build/examples.
export function buildExamples() {
  for (const name of exampleNames()) {
    compileExample(name);
    copyPage(name, join(EXAMPLES, name));
  }
}

// A copy with the prebuilt bytecode, for the demo: needs no OCaml.
export function copyPrebuilt(target) {
  for (const name of exampleNames()) {
    copyPage(name, join(target, name));
    writeFileSync(join(target, name, "app.byte"), readPrebuilt(name));
  }
}

export const readPrebuilt = (name) => brotliDecompressSync(readFileSync(prebuilt(name)));
export const stripped = (name) => strip(readFileSync(compileExample(name)));

function bless() {
  for (const name of exampleNames()) {
    const bytes = stripped(name);
    writeFileSync(prebuilt(name), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_LGWIN]: 24 } }));
  }
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes("--bless")) bless();
  else buildExamples();
}
