// SPDX-License-Identifier: Apache-2.0
// The pictures in README.md: each application of jsapi/examples in use, in Chromium → jsapi/examples/NAME/screenshot.png.
//   node tests/browser/screenshots.mjs

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answer } from "../../jsapi/examples/search/server.mjs";
import { buildExamples, EXAMPLES, SOURCES } from "../../loader/tools/examples.mjs";
import { newPage, origin, override, start, stop } from "./harness.mjs";

const LIMIT = 60_000;

const SCENES = {
  async todo(page) {
    await page.waitForSelector("#new");
    for (const text of ["Water the camel", "Compile with ocamlc", "Reload the page", "Cross the desert"]) {
      await page.type("#new", text);
      await page.press("#new", "Enter");
    }
    for (const row of [1, 2]) await page.click(`#items li:nth-child(${row}) .toggle`);
    await page.hover("#items li:nth-child(4)");
  },
  async bricks(page) {
    await page.waitForFunction(async () => {
      const program = await document.querySelector("script[type]")?.bactrian;
      if (program) window.state = () => program.call("state");
      return program !== undefined;
    });
    await page.keyboard.press("Space");
    await page.waitForFunction(() => window.state().score > 0 && window.state().sparks > 8 && window.state().y > 220);
  },
  async search(page) {
    await page.waitForSelector("#query");
    await page.type("#query", "ar");
    await page.waitForSelector("#results li");
    await page.press("#query", "ArrowDown");
  },
};

buildExamples();
await start({ directories: [EXAMPLES], programs: false });
override("/search/elements", (request, response) => answer(request, response, "/search/elements"));
for (const [name, prepare] of Object.entries(SCENES)) {
  const page = await newPage();
  await page.setViewportSize({ width: 760, height: name === "bricks" ? 620 : 520 });
  await page.goto(`${origin()}/${name}/index.html#${name === "bricks" ? 2 : ""}`);
  await prepare(page);
  const picture = await page.screenshot();
  if (picture.length > LIMIT) throw new Error(`${name}: ${picture.length} bytes are too many`);
  writeFileSync(join(SOURCES, name, "screenshot.png"), picture);
  await page.close();
}
await stop();
