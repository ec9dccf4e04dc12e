// SPDX-License-Identifier: Apache-2.0
// The object `Bactrian` of a page.

import type { BactrianApi } from "./api.ts";
import { run } from "./run.ts";
import { settings } from "./settings.ts";
import { Files } from "./tree.ts";

declare const BACTRIAN_VERSION: string;  // Put in by the build, from package.json.

export const api: BactrianApi = {
  run: (program, options) => run(program, options),
  externals: (functions) => void Object.assign(settings.externals, functions),
  Files,
  get wasmUrl() { return settings.wasmUrl; },
  set wasmUrl(url) { settings.wasmUrl = new URL(url, document.baseURI).href; },
  get terminalUrl() { return settings.terminalUrl; },
  set terminalUrl(url) { settings.terminalUrl = new URL(url, document.baseURI).href; },
  version: BACTRIAN_VERSION,
};
