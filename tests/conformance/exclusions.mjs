// SPDX-License-Identifier: Apache-2.0
// Reads exclusions.txt: the tests of OCaml's suite that are not counted, with a reason each.
//   class  path-or-directory/  reason           class: one word, counted in the summary
//   class@gc-stress path  reason                only in passes whose name contains the word after @
// A path that ends in / stands for everything below it.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FILE = join(dirname(fileURLToPath(import.meta.url)), "exclusions.txt");

function parseLine(line, number) {
  const match = /^([a-z-]+)(?:@([a-z-]+))?\s+(\S+)\s+(\S.*)$/.exec(line);
  if (!match) throw new Error(`exclusions.txt:${number}: not "class path reason": ${line}`);
  const [, kind, pass, path, reason] = match;
  return { kind, pass, path, reason };
}

const covers = (path, test) => (path.endsWith("/") ? test.startsWith(path) : test === path);

// → { has(test), get(test) → { kind, reason } } for the named pass.
export function loadExclusions(pass) {
  const entries = readFileSync(FILE, "utf8").split("\n")
    .map((line, i) => (line.trim() === "" || line.startsWith("#") ? null : parseLine(line, i + 1)))
    .filter((entry) => entry && (!entry.pass || pass.includes(entry.pass)));
  const get = (test) => entries.find((entry) => covers(entry.path, test));
  return { has: (test) => get(test) !== undefined, get, entries };
}
