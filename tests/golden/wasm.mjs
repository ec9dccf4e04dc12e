// SPDX-License-Identifier: Apache-2.0
// Emitted modules through Binaryen: validation, and their text with names for addresses, on as few lines as fit.

import binaryen from "binaryen";

const F = binaryen.Features;
// What design and loader ask of an engine, and no more.
const FEATURES = F.MutableGlobals | F.NontrappingFPToInt | F.BulkMemory | F.SignExt | F.TailCall | F.ReferenceTypes | F.Multivalue;
const WIDTH = 110;

// null, or that it is not valid: Binaryen itself prints why, on stderr.
export function validate(bytes) {
  try {
    const module = binaryen.readBinary(bytes, FEATURES);
    module.setFeatures(FEATURES);
    const valid = module.validate();
    module.dispose();
    return valid ? null : "not valid (see above)";
  } catch (error) {
    return String(error);
  }
}

// Symbols: unsigned decimal → name. Constants of 32 bits are printed signed. An imported function has its table index in
// its name.
function named(text, symbols) {
  const nameOf = (digits) => symbols.get(String(Number(digits) >>> 0));
  const imported = new Map();
  const known = text.replace(/"f(-?\d+)" \(func (\$fimport\$\d+)/g, (_, digits, local) => {
    imported.set(local, `$${nameOf(digits)}`);
    return `"f…" (func ${local}`;
  }).replace(/\$fimport\$\d+/g, (local) => imported.get(local));
  return known.replace(/(i32\.const |i64\.const |offset=)(-?\d{4,})\b/g, (all, before, digits) => {
    const name = before === "i64.const " ? symbols.get(digits) : nameOf(digits);
    return name ? `${before}$${name}` : all;
  });
}

// Each "(…)" on one line where it fits, else its head, its parts indented below.
function compact(text) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/g);
  let at = 0;
  const parse = () => {
    if (tokens[at++] !== "(") return tokens[at - 1];
    const list = [];
    while (tokens[at] !== ")") list.push(parse());
    at++;
    return list;
  };
  const flat = (e) => (Array.isArray(e) ? `(${e.map(flat).join(" ")})` : e);
  const lines = (e, indent) => {
    const one = flat(e);
    if (!Array.isArray(e) || indent.length + one.length <= WIDTH) return [indent + one];
    const nested = e.findIndex((part, i) => i > 0 && Array.isArray(part) && !["param", "result", "type", "local"].includes(part[0]));
    const head = e.slice(0, nested < 0 ? e.length : nested).map(flat).join(" ");
    const parts = nested < 0 ? [] : e.slice(nested).flatMap((part) => lines(part, `${indent} `));
    if (parts.length === 0) return [`${indent}(${head})`];
    return [`${indent}(${head}`, ...parts.slice(0, -1), `${parts.at(-1)})`];
  };
  return lines(parse(), "").join("\n");
}

export function textOf(bytes, symbols) {
  const problem = validate(bytes);
  if (problem) throw new Error(problem);
  const module = binaryen.readBinary(bytes, FEATURES);
  const text = module.emitText();
  module.dispose();
  return compact(named(text, symbols));
}
