// SPDX-License-Identifier: Apache-2.0
// The table of primitives in jsapi/README.md: from jsapi/prims.def, with the tests that declare each by its name.
//   node tests/jsapi/table.mjs [--write]      without --write: fails when the table is not of today

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tools/runners.mjs";

const HERE = import.meta.dirname;
const README = join(ROOT, "jsapi/README.md");

const tests = readdirSync(HERE).filter((name) => name.endsWith(".ml"))
  .map((name) => ({ name: name.slice(0, -3), text: readFileSync(join(HERE, name), "utf8") }));
const definitions = readFileSync(join(ROOT, "jsapi/prims.def"), "utf8");
const VERSIONS = { 4: "4.0", 6: "6.x", "-": "Bactrian's own" };

const rows = [...definitions.matchAll(/^(?:PRIM|ALIAS|OPERATION)\((\w+),.*"([46 -]+)"\)$/gm)].map(([, name, versions]) => {
  const using = tests.filter(({ text }) => text.includes(`"${name}"`)).map((test) => test.name);
  return `| \`${name}\` | ${versions.split(" ").map((version) => VERSIONS[version]).join(", ")} | ${using.join(", ") || "—"} |`;
});
const table = ["| primitive | js_of_ocaml | test |", "|---|---|---|", ...rows].join("\n");

const readme = readFileSync(README, "utf8");
const updated = readme.replace(/(<!-- table -->\n)[\s\S]*?(\n<!-- end -->)/, (_, before, after) => before + table + after);
if (process.argv.includes("--write")) writeFileSync(README, updated);
else if (updated !== readme) {
  console.error("jsapi/README.md: its table is not of today: node tests/jsapi/table.mjs --write");
  process.exit(1);
}
