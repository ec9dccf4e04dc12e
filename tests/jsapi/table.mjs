// SPDX-License-Identifier: Apache-2.0
// The table of primitives in jsapi/README.md: from jsapi/prims.def, with the tests that declare each by its name.
//   node tests/jsapi/table.mjs [--write]      without --write: fails when the table is not of today
// Fails too when a primitive has no test, and when the libraries use one that there is not: js_of_ocaml 4.0's are read from
// Debian's installed sources, 6.x's are in primitives-6.txt.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tools/runners.mjs";

const HERE = import.meta.dirname;
const README = join(ROOT, "jsapi/README.md");

const tests = readdirSync(HERE).filter((name) => name.endsWith(".ml"))
  .map((name) => ({ name: name.slice(0, -3), text: readFileSync(join(HERE, name), "utf8") }));
const definitions = readFileSync(join(ROOT, "jsapi/prims.def"), "utf8");
const VERSIONS = { 4: "4.0", 6: "6.x", "-": "Bactrian's own" };

const complaints = [];
const rows = [...definitions.matchAll(/^(?:PRIM|ALIAS|OPERATION)\((\w+),.*"([46 -]+)"\)$/gm)].map(([, name, versions]) => {
  const using = tests.filter(({ text }) => text.includes(`"${name}"`)).map((test) => test.name);
  if (using.length === 0) complaints.push(`${name} has no test`);
  return `| \`${name}\` | ${versions.split(" ").map((version) => VERSIONS[version]).join(", ")} | ${using.join(", ") || "—"} |`;
});
const table = ["| primitive | js_of_ocaml | test |", "|---|---|---|", ...rows].join("\n");

// ---- Complete? ----

const NOT_FOR_BYTECODE = /^caml_gr_.*_nat$/;
const PACKAGES = ["js_of_ocaml", "js_of_ocaml-lwt", "js_of_ocaml-lwt.graphics", "graphics", "js_of_ocaml-tyxml", "js_of_ocaml-ppx_deriving_json",
  "js_of_ocaml-toplevel", "cohttp-lwt-jsoo", "js_of_ocaml.deriving"];
const files = (directory, ending) => readdirSync(directory, { recursive: true }).filter((name) => ending.test(name)).map((name) => join(directory, name));

// Every `external` of the package's sources.
function declared(name) {
  let directory;
  try {
    directory = execFileSync("ocamlfind", ["query", name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return [];
  }
  return files(directory, /\.mli?$/).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bexternal\b[^=]*?=\s*((?:"[^"]*"\s*)+)/g)].flatMap(([, list]) => [...list.matchAll(/"([^"]*)"/g)].map((found) => found[1])));
}

const known = new Set([definitions, ...files(join(ROOT, "runtime/prims"), /\.def$/).map((file) => readFileSync(file, "utf8"))]
  .flatMap((text) => [...text.matchAll(/^[A-Z_0-9]+\((\w+)/gm)].map(([, name]) => name)));
// Those of OCaml's Graphics: tests/jsapi/pages/draw.ml and draw_js.ml use them all but close_subwindow (there is none) and
// sigio_handler (which nothing calls).
for (const [, name] of readFileSync(join(ROOT, "jsapi/graphics.ts"), "utf8").matchAll(/^ {4}(caml_gr_\w+)/gm)) known.add(name);
const of6 = readFileSync(join(HERE, "primitives-6.txt"), "utf8").replace(/^#.*$/gm, "").trim().split(/\s+/);
const of4 = PACKAGES.flatMap(declared);
for (const name of new Set([...of4, ...of6])) {
  if (!name.startsWith("%") && !NOT_FOR_BYTECODE.test(name) && !known.has(name)) complaints.push(`the libraries use ${name}, which there is not`);
}

const readme = readFileSync(README, "utf8");
const updated = readme.replace(/(<!-- table -->\n)[\s\S]*?(\n<!-- end -->)/, (_, before, after) => before + table + after);
if (process.argv.includes("--write")) writeFileSync(README, updated);
else if (updated !== readme) complaints.push("jsapi/README.md: its table is not of today: node tests/jsapi/table.mjs --write");
for (const complaint of complaints) console.error(complaint);
console.log(`${rows.length} primitives; the libraries of 4.0 declare ${new Set(of4).size}, of 6.x ${of6.length}`);
if (complaints.length > 0) process.exit(1);
