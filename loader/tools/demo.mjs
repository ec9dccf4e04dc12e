// SPDX-License-Identifier: Apache-2.0
// Builds build/demo, the demo page: its files, build/dist, and the programs compiled by an OCaml at hand:
// the 5.3 of build/ocaml when it has been built, else one on the PATH (Debian's ocaml-nox). What needs OCaml 5 and has
// none is taken from demo/prebuilt (checked against a rebuild by the tests; `--bless` renews it); the applications of
// jsapi/examples, which need Debian's libraries, always from their prebuilt bytecode (examples.mjs).

import { build } from "esbuild";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { strip } from "./bytecode.mjs";
import { copyPrebuilt } from "./examples.mjs";
import { BUILD, DEMO, DIST, LOADER } from "./paths.mjs";

const SOURCES = join(LOADER, "demo");
const PREBUILT = join(SOURCES, "prebuilt");

// → { ocamlc, ocaml, version: [major, minor], libraryFolder } or undefined. Only versions that Bactrian runs.
export function findOCaml() {
  for (const directory of [join(BUILD, "ocaml/bin/"), ""]) {
    const ocamlc = `${directory}ocamlc`;
    const { stdout, status } = spawnSync(ocamlc, ["-version"], { encoding: "utf8" });
    if (status !== 0) continue;
    const version = stdout.trim().split(".").map(Number);
    const [major, minor] = version;
    if ((major === 4 && minor >= 13) || (major === 5 && minor <= 3)) {
      const libraryFolder = execFileSync(ocamlc, ["-where"], { encoding: "utf8" }).trim();
      return { ocamlc, ocaml: findToplevel(directory), version, libraryFolder };
    }
  }
  return undefined;
}

function findToplevel(directory) {
  if (directory) return join(directory, "ocaml");
  return execFileSync("sh", ["-c", "command -v ocaml"], { encoding: "utf8" }).trim();
}

// The stripped executable of one demo program.
export function compileProgram(ocaml, id, work = join(BUILD, "demo-work")) {
  mkdirSync(work, { recursive: true });
  copyFileSync(join(SOURCES, `programs/${id}.ml`), join(work, `${id}.ml`));
  const { status } = spawnSync(ocaml.ocamlc, ["-o", `${id}.byte`, `${id}.ml`], { cwd: work, stdio: "inherit" });
  if (status !== 0) throw new Error(`${ocaml.ocamlc} could not compile ${id}.ml`);
  return strip(readFileSync(join(work, `${id}.byte`)));
}

async function listPrograms() {
  const outfile = join(BUILD, "generated/programs.mjs");
  await build({ entryPoints: [join(SOURCES, "programs.ts")], outfile, format: "esm", bundle: true, logLevel: "warning" });
  return (await import(pathToFileURL(outfile).href)).programs;
}

function buildToplevel(ocaml) {
  writeFileSync(join(DEMO, "toplevel.byte"), strip(readFileSync(ocaml.ocaml)));
  const interfaces = readdirSync(ocaml.libraryFolder).filter((name) => name.endsWith(".cmi"));
  execFileSync("tar", ["--format=ustar", "--owner=0", "--group=0", "-czf", join(DEMO, "toplevel-files.tar.gz"), "-C", ocaml.libraryFolder, ...interfaces]);
  copyFileSync(join(SOURCES, "programs/camels.ml"), join(DEMO, "camels.ml"));
}

function buildProgram(ocaml, { id, needsOCaml5 }) {
  if (!needsOCaml5 || ocaml.version[0] >= 5) {
    writeFileSync(join(DEMO, `${id}.byte`), compileProgram(ocaml, id));
    return `OCaml ${ocaml.version.join(".")}`;
  }
  copyFileSync(join(PREBUILT, `${id}.byte`), join(DEMO, `${id}.byte`));
  return "OCaml 5.3.0";
}

export async function buildDemo() {
  const ocaml = findOCaml();
  if (!ocaml) throw new Error("The demo programs need an ocamlc of OCaml 4.13 to 5.3: install Debian's ocaml-nox, or run 'npm run build:ocaml'.");
  rmSync(DEMO, { recursive: true, force: true });
  mkdirSync(DEMO, { recursive: true });
  cpSync(DIST, DEMO, { recursive: true });
  for (const name of ["index.html", "style.css", "camel.svg", "programs"]) cpSync(join(SOURCES, name), join(DEMO, name), { recursive: true });
  await build({
    entryPoints: [join(SOURCES, "demo.ts")], outfile: join(DEMO, "demo.js"), bundle: true, minify: true,
    format: "iife", target: ["es2022"], logLevel: "warning",
  });
  copyPrebuilt(DEMO);
  const made = {};
  for (const program of await listPrograms()) {
    let compiler = `OCaml ${ocaml.version.join(".")}`;
    if (program.guide) buildToplevel(ocaml);
    else compiler = buildProgram(ocaml, program);
    made[program.id] = { bytes: readFileSync(join(DEMO, `${program.id}.byte`)).length, compiler };
  }
  writeFileSync(join(DEMO, "programs.json"), JSON.stringify(made, null, 2));
}

async function bless() {
  const ocaml = findOCaml();
  if (ocaml?.version[0] !== 5) throw new Error("--bless needs OCaml 5.3: npm run build:ocaml");
  mkdirSync(PREBUILT, { recursive: true });
  for (const { id, needsOCaml5 } of await listPrograms()) {
    if (needsOCaml5) writeFileSync(join(PREBUILT, `${id}.byte`), compileProgram(ocaml, id));
  }
}

if (process.argv[1] === import.meta.filename) await (process.argv.includes("--bless") ? bless() : buildDemo());
