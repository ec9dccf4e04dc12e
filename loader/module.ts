// SPDX-License-Identifier: Apache-2.0
// Entry point of bactrian.mjs: for modules and bundlers. Runs the page's script tags too, unless the
// classic script is there and does. Imported where there is no document it only defines.

import type { BactrianApi } from "./api.ts";
import { api } from "./page.ts";
import { beside, settings } from "./settings.ts";
import { watchTags } from "./tags.ts";
import { isBactrianWorker, serveWorker } from "./worker.ts";

if (isBactrianWorker()) {
  serveWorker();
} else {
  beside(import.meta.url, true);
  // Bundlers know this form and copy the files along.
  settings.wasmUrl = new URL("./bactrian.wasm", import.meta.url).href;
  settings.terminalUrl = new URL("./bactrian-terminal.js", import.meta.url).href;
  if (typeof document !== "undefined" && !("Bactrian" in globalThis)) watchTags();
}

export const Bactrian: BactrianApi = api;
export const { run, Files } = api;
export default api;
