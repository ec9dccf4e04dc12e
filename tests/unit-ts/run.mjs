// SPDX-License-Identifier: Apache-2.0
// Bundles each *.test.ts here with esbuild and runs them under node --test. Arguments: names to choose from.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { generate } from "../../loader/tools/generate.mjs";
import { BUILD } from "../../loader/tools/paths.mjs";

const here = import.meta.dirname;
const out = join(BUILD, "tests/unit-ts");
const chosen = process.argv.slice(2);

generate();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const names = readdirSync(here).filter((name) => name.endsWith(".test.ts")
  && (chosen.length === 0 || chosen.some((word) => name.includes(word))));
await build({
  entryPoints: names.map((name) => join(here, name)), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true,
  platform: "node", target: ["node20"], format: "esm", sourcemap: "inline", logLevel: "warning",
  define: { BACTRIAN_VERSION: '"test"' },
});
const tests = names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...tests], { stdio: "inherit" });
process.exit(status ?? 1);
