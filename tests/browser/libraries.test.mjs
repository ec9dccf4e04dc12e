// SPDX-License-Identifier: Apache-2.0
// Programs with Debian's libraries for js_of_ocaml (tests/jsapi/pages), from their stock bytecode in Chromium and in Firefox, under
// a strict policy: they print what js_of_ocaml's own output prints.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { compilePage, expectedOf, pageNames, PAGES, runPage, serveRequests } from "../jsapi/pages.mjs";
import { ENGINES, openPage, override, start, stop, tag } from "./harness.mjs";

const STRICT = { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' http://localhost:1" };

before(async () => {
  for (const name of pageNames()) compilePage(name);
  await start({ directories: [PAGES], both: true, programs: false });
  serveRequests(override);
});
after(stop);

const HEAD = '<title>page</title><script src="/bactrian.js"></script>';

for (const name of pageNames()) {
  for (const engine of ENGINES) {
    test(`${name} in ${engine}`, async () => {
      const page = await openPage(tag(`/${name}.byte`), { head: HEAD, headers: STRICT, engine });
      assert.equal(await runPage(page, name), expectedOf(name));
    });
  }
}
