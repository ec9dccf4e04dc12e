// SPDX-License-Identifier: Apache-2.0
// What each part of bactrian.wasm costs, from the linker's map of the module (build/wasm/runtime/
// bactrian.map, with the module beside it).
//
//   node loader/tools/size-report.mjs              a row per family of primitives, folder, libc piece
//   node loader/tools/size-report.mjs --objects    a row per object file
//   node loader/tools/size-report.mjs --functions  raw sizes, a row per function or datum
//
// "brotli" is what the module would shrink by without the part's bytes, so the rows do not add up to
// the whole. Constant strings, which the linker merges, are a row of their own.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { BUILD, ROOT } from "./paths.mjs";
import { brotliSize } from "./brotli.mjs";

const DEFS = join(ROOT, "runtime/prims/defs");

// ---- The map: { object, name, offset, size } for each piece of the file ------------------------

function readMap(text) {
  const pieces = [];
  for (const line of text.split("\n")) {
    const match = /^ +(?:-|[0-9a-f]+) +([0-9a-f]+) +([0-9a-f]+) {9}(\S+):\((\S+)\)$/.exec(line);
    // Zeroed data has an address, but no bytes in the file: the linker prints offset 0.
    if (match && parseInt(match[1], 16) > 0) {
      pieces.push({ offset: parseInt(match[1], 16), size: parseInt(match[2], 16), object: objectName(match[3]), name: match[4] });
    } else {
      // The symbol's own line, which follows, has its name in C++'s words.
      const symbol = /^ +(?:-|[0-9a-f]+) +[0-9a-f]+ +[0-9a-f]+ {17}(\S.*)$/.exec(line);
      if (symbol && pieces.length > 0) pieces.at(-1).name = symbol[1];
    }
  }
  return pieces;
}

function objectName(path) {
  if (path === "<internal>") return "linker";
  const archived = /lib([\w.+-]+)\.a\((.+?)(?:\.\w)?\.o(?:bj)?\)$/.exec(path);
  if (archived) return `${archived[1].startsWith("clang_rt") ? "builtins" : `lib${archived[1]}`}/${archived[2]}`;
  return path.replace(/^.*\.dir\//, "").replace(/\.obj$/, "");
}

// ---- Families ----------------------------------------------------------------------------------

// A file under prims/ belongs to the table, of defs/, that lists most of the primitives it defines.
function primitiveFamilies(pieces) {
  const familyOf = new Map();
  for (const file of readdirSync(DEFS)) {
    for (const [, name] of readFileSync(join(DEFS, file), "utf8").matchAll(/^PRIM(?:_N)?\((\w+)/gm)) familyOf.set(name, basename(file, ".def"));
  }
  const votes = new Map();
  for (const { object, name } of pieces) {
    const family = familyOf.get(/\b(caml_\w+)\(/.exec(name)?.[1]);
    if (!family || !object.startsWith("prims/")) continue;
    if (!votes.has(object)) votes.set(object, new Map());
    votes.get(object).set(family, (votes.get(object).get(family) ?? 0) + 1);
  }
  return new Map([...votes].map(([object, counts]) => [object, [...counts].sort((a, b) => b[1] - a[1])[0][0]]));
}

function familyOfObject(object, primitives) {
  if (primitives.has(object)) return `prims: ${primitives.get(object)}`;
  const stem = /^prims\/([a-z]+)[_.]/.exec(object)?.[1];
  for (const [other, family] of primitives) if (stem && other.startsWith(`prims/${stem}`)) return `prims: ${family}`;
  return object === "linker" ? "constant strings" : object.startsWith("prims/") || object.startsWith("lib") || object.startsWith("builtins")
    ? object : object.includes("/") ? `${object.split("/")[0]}/` : object;
}

// ---- The table ---------------------------------------------------------------------------------

function group(pieces, keyOf) {
  const groups = new Map();
  for (const piece of pieces) {
    const key = keyOf(piece);
    if (!groups.has(key)) groups.set(key, { key, raw: 0, pieces: [] });
    groups.get(key).raw += piece.size;
    groups.get(key).pieces.push(piece);
  }
  return [...groups.values()].sort((a, b) => b.raw - a.raw);
}

function without(bytes, pieces) {
  const kept = [];
  let at = 0;
  for (const { offset, size } of [...pieces].sort((a, b) => a.offset - b.offset)) {
    kept.push(bytes.subarray(at, offset));
    at = offset + size;
  }
  return Buffer.concat([...kept, bytes.subarray(at)]);
}

function main([mode, stem = join(BUILD, "wasm/runtime/bactrian")]) {
  const bytes = readFileSync(`${stem}.wasm`);
  const pieces = readMap(readFileSync(`${stem}.map`, "utf8"));
  const primitives = primitiveFamilies(pieces);
  const keyOf = { "--objects": (p) => p.object, "--functions": (p) => `${p.object}: ${p.name}` }[mode]
    ?? ((p) => familyOfObject(p.object, primitives));
  const whole = brotliSize(bytes);
  const row = (key, raw, brotli) => console.log(`${String(raw).padStart(8)} ${String(brotli).padStart(8)}  ${key}`);
  console.log("     raw   brotli");
  row("bactrian.wasm as linked", bytes.length, whole);
  for (const { key, raw, pieces: own } of group(pieces, keyOf)) {
    row(key, raw, mode === "--functions" ? "" : whole - brotliSize(without(bytes, own)));
  }
}

main(process.argv.slice(2));
