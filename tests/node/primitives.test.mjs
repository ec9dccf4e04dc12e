// SPDX-License-Identifier: Apache-2.0
// Every primitive of OCaml 5.3's runtime is in the table of primitives, or in the list of exclusions with a reason;
// no name is in both.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { OCAML_SRC, ROOT } from "../tools/runners.mjs";

const names = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, name]) => name));
const prims = join(ROOT, "runtime/prims");
const tables = readdirSync(join(prims, "defs")).map((file) => readFileSync(join(prims, "defs", file), "utf8")).join("\n");
const implemented = names(tables, /^PRIM(?:_N|_ALIAS)?\((\w+),/gm);
const excluded = names(readFileSync(join(prims, "excluded.def"), "utf8"), /^EXCLUDED\((\w+), "[^"]+"\)/gm);

test("all primitives of OCaml's runtime are implemented or excluded with a reason", () => {
  const wanted = readFileSync(join(OCAML_SRC, "runtime/primitives"), "utf8").trim().split(/\s+/);
  assert.ok(wanted.length >= 450, `only ${wanted.length} names in runtime/primitives`);
  assert.deepEqual(wanted.filter((name) => !implemented.has(name) && !excluded.has(name)), []);
});

test("nothing implemented is excluded", () => {
  assert.deepEqual([...excluded].filter((name) => implemented.has(name)), []);
});
