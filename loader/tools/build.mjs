// SPDX-License-Identifier: Apache-2.0
// Builds build/dist: bactrian.js, bactrian.mjs, bactrian-terminal.js, bactrian.d.ts, the Node command,
// and bactrian.wasm beside them (`--no-wasm`: as it is). Prints the sizes; above a limit it fails.

import { build } from "esbuild";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { brotliSize } from "./brotli.mjs";
import { generate } from "./generate.mjs";
import { BUILD, DIST, LOADER, ROOT } from "./paths.mjs";
import { buildWasm } from "./wasm.mjs";

// Bytes after brotli that a page may have to fetch.
const LIMITS = { "bactrian.wasm": 85 * 1024, "bactrian-translator.wasm": 60 * 1024, "bactrian.js": 12 * 1024,
  // Of pages that use JavaScript values only. Calls that wait, views of bigarrays and 6.x's primitives took the last of 13 and 6.
  "bactrian-jsapi.wasm": 14 * 1024, "bactrian-jsapi.js": 8 * 1024,
  // Of programs that use OCaml's Graphics.
  "bactrian-graphics.js": 6 * 1024 };

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const common = {
  bundle: true,
  minify: true,
  target: ["es2022"],
  legalComments: "none",
  define: { BACTRIAN_VERSION: JSON.stringify(version) },
  logLevel: "warning",
};

const LICENSE_BANNER = `/*! Bactrian ${version}, Apache-2.0 */`;

export async function buildScripts() {
  mkdirSync(DIST, { recursive: true });
  generate();
  const browser = { ...common, platform: "browser", banner: { js: LICENSE_BANNER } };
  await Promise.all([
    build({ ...browser, entryPoints: [join(LOADER, "classic.ts")], format: "iife", outfile: join(DIST, "bactrian.js") }),
    build({ ...browser, entryPoints: [join(LOADER, "module.ts")], format: "esm", outfile: join(DIST, "bactrian.mjs") }),
    build({
      ...browser, entryPoints: [join(LOADER, "terminal/terminal.ts")], format: "esm",
      outfile: join(DIST, "bactrian-terminal.js"), loader: { ".css": "text" },
      banner: { js: `${LICENSE_BANNER.slice(0, -3)}; contains xterm.js, MIT, (c) The xterm.js authors */` },
    }),
    build({ ...browser, platform: "neutral", entryPoints: [join(ROOT, "jsapi/jsapi.ts")], format: "esm", outfile: join(DIST, "bactrian-jsapi.js") }),
    build({ ...browser, entryPoints: [join(ROOT, "jsapi/graphics.ts")], format: "esm", outfile: join(DIST, "bactrian-graphics.js") }),
    build({
      ...common, entryPoints: [join(LOADER, "node/main.ts")], platform: "node", target: ["node20"], format: "esm",
      outfile: join(DIST, "bactrian-node.mjs"), banner: { js: `#!/usr/bin/env node\n${LICENSE_BANNER}` }, minify: false,
    }),
  ]);
  chmodSync(join(DIST, "bactrian-node.mjs"), 0o755);
  writeFileSync(join(DIST, "bactrian.d.ts"), declarations());
}

function declarations() {
  const api = readFileSync(join(LOADER, "api.ts"), "utf8");
  return `${api}
export declare const Bactrian: BactrianApi;
export declare const run: BactrianApi["run"];
export declare const Files: BactrianApi["Files"];
export default Bactrian;

declare global {
  /** Of the classic script. */
  var Bactrian: BactrianApi;
  interface HTMLElementEventMap extends BactrianEventMap {}
  interface HTMLScriptElement {
    /** Of a tag that runs bytecode. */
    readonly bactrian?: Promise<RunResult>;
  }
}
`;
}

export function copyWasm() {
  for (const name of ["runtime/bactrian.wasm", "translator/bactrian-translator.wasm", "translator/bactrian-translator-debug.wasm", "jsapi/bactrian-jsapi.wasm"]) {
    const from = join(BUILD, "wasm", name);
    if (existsSync(from)) copyFileSync(from, join(DIST, basename(name)));
  }
}

// Returns false when something is larger than it may be.
export function printSizes() {
  const rows = ["bactrian.wasm", "bactrian-translator.wasm", "bactrian-translator-debug.wasm", "bactrian.js", "bactrian.mjs", "bactrian-terminal.js", "bactrian-jsapi.wasm", "bactrian-jsapi.js", "bactrian-graphics.js", "bactrian-node.mjs"].flatMap((name) => {
    if (!existsSync(join(DIST, name))) return [];
    const bytes = readFileSync(join(DIST, name));
    return [{ name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliSize(bytes), limit: LIMITS[name] }];
  });
  const cell = (value) => String(value ?? "").padStart(10);
  console.log(`${"".padEnd(32)}${cell("raw")}${cell("gzip")}${cell("brotli")}${cell("limit")}`);
  for (const { name, raw, gzip, brotli, limit } of rows) {
    console.log(`${name.padEnd(32)}${cell(raw)}${cell(gzip)}${cell(brotli)}${cell(limit)}${brotli > limit ? "  TOO LARGE" : ""}`);
  }
  return rows.every(({ brotli, limit }) => !(brotli > limit));
}

if (process.argv[1] === import.meta.filename) {
  if (!process.argv.includes("--no-wasm")) await buildWasm();
  await buildScripts();
  copyWasm();
  if (!printSizes()) {
    console.error("A file is above its limit.");
    process.exit(1);
  }
}
