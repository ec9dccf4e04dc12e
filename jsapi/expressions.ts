// SPDX-License-Identifier: Apache-2.0
// JavaScript expressions in a program's text: constants, dotted names and the few that the libraries use are looked up, so
// that a page whose Content-Security-Policy forbids 'unsafe-eval' still works. All others are evaluated.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const STRING = /^(?:"([^"\\\n]*)"|'([^'\\\n]*)')$/;
const NAMES = /^[A-Za-z_$][\w$]*(\s*\.\s*[A-Za-z_$][\w$]*)*$/;
const WORDS = new Set(["new", "typeof", "void", "delete", "function", "class", "super", "import", "await", "yield", "throw", "this"]);

export function evaluator(exported: object): (text: string) => unknown {
  const known = new Map<string, unknown>([
    ["null", null], ["undefined", undefined], ["true", true], ["false", false], ["this", globalThis],
    ["jsoo_exports", exported], ["joo_global_object", globalThis], ["jsoo_runtime", {}],
  ]);
  const written = new Map<string, () => unknown>([
    ["[]", () => []], ["{}", () => ({})], ["[].slice", () => Array.prototype.slice],
    ["(function (exn) { throw exn })", () => (exn: unknown) => { throw exn; }],
  ]);

  function lookUp(names: string[]): unknown {
    const [first, ...rest] = names as [string, ...string[]];
    if (!known.has(first) && !(first in globalThis)) throw new ReferenceError(`${first} is not defined`);
    const start = known.has(first) ? known.get(first) : (globalThis as Record<string, unknown>)[first];
    return rest.reduce((value: any, name) => value[name], start);
  }

  return (source) => {
    let text = source.trim();
    while (/^\([\w$.\s]+\)$/.test(text)) text = text.slice(1, -1).trim();
    if (known.has(text)) return known.get(text);
    const made = written.get(text);
    if (made) return made();
    if (NUMBER.test(text)) return Number(text);
    const string = STRING.exec(text);
    if (string) return string[1] ?? string[2];
    if (NAMES.test(text) && !WORDS.has(text.split(/[.\s]/)[0]!)) {
      const names = text.split(/\s*\.\s*/);
      // A global `let` or `class` is no property of globalThis.
      if (known.has(names[0]!) || names[0]! in globalThis) return lookUp(names);
    }
    return (0, eval)(source);
  };
}
