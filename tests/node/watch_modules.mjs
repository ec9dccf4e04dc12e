// SPDX-License-Identifier: Apache-2.0
// Loaded with --import before the command: writes to the file that BACTRIAN_WATCH names what translated modules call their
// functions ("name …"), and who is on the stack when the program writes ("frame …").

import { appendFileSync } from "node:fs";

const note = (kind, text) => appendFileSync(process.env.BACTRIAN_WATCH, `${kind} ${text}\n`);

function leb(bytes, at) {
  let n = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at.i++];
    n |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return n;
  }
}

// Subsection 1: function names.
function functionNames(module) {
  const names = [];
  for (const section of WebAssembly.Module.customSections(module, "name")) {
    const bytes = new Uint8Array(section), at = { i: 0 };
    while (at.i < bytes.length) {
      const kind = bytes[at.i++], size = leb(bytes, at), end = at.i + size;
      for (let left = kind === 1 ? leb(bytes, at) : 0; left > 0; left--) {
        leb(bytes, at);
        const length = leb(bytes, at);
        names.push(new TextDecoder().decode(bytes.subarray(at.i, (at.i += length))));
      }
      at.i = end;
    }
  }
  return names;
}

Error.stackTraceLimit = 50;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  if (imports?.b) for (const name of functionNames(module)) note("name", name);
  const host = imports?.bactrian;
  if (host) {
    const { write } = host;
    imports = { ...imports, bactrian: { ...host, write(...args) {
      for (const [, name] of new Error().stack.matchAll(/^\s+at (.*) \(wasm:/gm)) note("frame", name);
      return write(...args);
    } } };
  }
  return new Instance(module, imports);
};
WebAssembly.Instance.prototype = Instance.prototype;
