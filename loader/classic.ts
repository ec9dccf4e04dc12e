// SPDX-License-Identifier: Apache-2.0
// Entry point of bactrian.js, the classic script: one line in a page. Defines the global `Bactrian` and runs the
// script tags. In a worker that worker.ts started it serves a job instead.

import { api } from "./page.ts";
import { beside } from "./settings.ts";
import { watchTags } from "./tags.ts";
import { isBactrianWorker, serveWorker } from "./worker.ts";

if (isBactrianWorker()) {
  serveWorker();
} else if (!("Bactrian" in globalThis)) {
  const script = document.currentScript as HTMLScriptElement | null;
  beside(script?.src || document.baseURI, false);
  Object.assign(globalThis, { Bactrian: api });
  watchTags();
}
