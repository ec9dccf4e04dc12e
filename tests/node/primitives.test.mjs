// SPDX-License-Identifier: Apache-2.0
// Every primitive of OCaml's runtime, of 5.3 and of Debian's 4.13, is in the table of primitives, or in the list of exclusions with a reason;
// no name is in both.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { OCAML_SRC, ROOT } from "../tools/runners.mjs";

const names = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, name]) => name));
const prims = join(ROOT, "runtime/prims");
const tables = readdirSync(join(prims, "defs")).map((file) => readFileSync(join(prims, "defs", file), "utf8")).join("\n");
const implemented = names(tables, /^PRIM(?:_N|_ALIAS)?\((\w+),/gm);
const excluded = names(readFileSync(join(prims, "excluded.def"), "utf8"), /^EXCLUDED\((\w+), "[^"]+"\)/gm);

function allThere(text, atLeast) {
  const wanted = text.trim().split(/\s+/);
  assert.ok(wanted.length >= atLeast, `only ${wanted.length} names`);
  assert.deepEqual(wanted.filter((name) => !implemented.has(name) && !excluded.has(name)), []);
}

test("all primitives of OCaml 5.3's runtime are implemented or excluded with a reason", () => {
  allThere(readFileSync(join(OCAML_SRC, "runtime/primitives"), "utf8"), 450);
});

test("so are those of 4.13, and 4.14 has but two more", () => {
  allThere(execFileSync("/usr/bin/ocamlrun", ["-p"], { encoding: "utf8" }), 390);
});

test("nothing implemented is excluded", () => {
  assert.deepEqual([...excluded].filter((name) => implemented.has(name)), []);
});
