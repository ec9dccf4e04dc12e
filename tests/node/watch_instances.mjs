// SPDX-License-Identifier: Apache-2.0
// Loaded with --import before the command: writes to the file that BACTRIAN_WATCH names how many instances of translated
// modules were made, how many are alive at the end after a collection, and the length of the runtime's table.

import { writeFileSync } from "node:fs";

const { Instance } = WebAssembly;
const made = [];
let table;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  if (imports?.b) {
    made.push(new WeakRef(instance));
    table = imports.b.c;
  }
  return instance;
};
WebAssembly.Instance.prototype = Instance.prototype;
process.on("exit", () => {
  globalThis.gc();
  writeFileSync(process.env.BACTRIAN_WATCH, `${made.length} ${made.filter((ref) => ref.deref()).length} ${table.length}`);
});
