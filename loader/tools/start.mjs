// SPDX-License-Identifier: Apache-2.0
// `npm start`: builds what is needed, serves the demo page on localhost and opens it where there is a display.
//   --port=N (default 8080, or the next that is free)   --build-only

import { spawn } from "node:child_process";
import { ensurePackages } from "../../tests/tools/setup.mjs";
import { answer } from "../../jsapi/examples/search/server.mjs";
import { buildScripts, copyWasm, printSizes } from "./build.mjs";
import { buildDemo, findOCaml } from "./demo.mjs";
import { DEMO } from "./paths.mjs";
import { serve } from "./serve.mjs";
import { buildWasm } from "./wasm.mjs";

async function serveOnFreePort(first) {
  for (let port = first; port < first + 20; port++) {
    try {
      return await serve([DEMO], { port, intercept: answer });
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    }
  }
  return serve([DEMO], { intercept: answer });
}

function openBrowser(url) {
  const opener = process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
  if (opener === "xdg-open" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  spawn(opener, [url], { stdio: "ignore", detached: true }).on("error", () => {}).unref();
}

const option = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.split("=")[1];

try {
  ensurePackages(findOCaml() ? ["build"] : ["build", "demo"]);
  await buildWasm();
  await buildScripts();
  copyWasm();
  printSizes();
  await buildDemo();
  if (!process.argv.includes("--build-only")) {
    const { port } = await serveOnFreePort(Number(option("port") ?? 8080));
    const url = `http://localhost:${port}/`;
    console.log(`\nThe demo is at ${url}  (Ctrl-C ends it)`);
    openBrowser(url);
  }
} catch (error) {
  console.error(`\nnpm start: ${error.message}`);
  process.exit(1);
}
