// SPDX-License-Identifier: Apache-2.0
// bactrian.wasm by CMake and clang-19. Quick when nothing has changed.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BUILD, ROOT } from "./paths.mjs";

export function command(name, args, options = {}) {
  const { status, error } = spawnSync(name, args, { cwd: ROOT, stdio: "inherit", ...options });
  if (error) throw new Error(`${name} cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`failed: ${name} ${args.join(" ")}`);
}

const hasCcache = () => spawnSync("ccache", ["--version"], { stdio: "ignore" }).status === 0;

// clang runs wasm-opt after linking where it finds one: always the one of package-lock.json, by whatever way the build is started.
const withWasmOpt = { env: { ...process.env, PATH: join(ROOT, "node_modules/.bin") + delimiter + process.env.PATH } };

export function cmakeBuild(preset, targets = []) {
  if (!existsSync(join(BUILD, preset, "build.ninja"))) {
    command("cmake", ["--preset", preset, ...(hasCcache() ? ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] : [])]);
  }
  command("cmake", ["--build", "--preset", preset, ...targets.flatMap((target) => ["--target", target])], withWasmOpt);
}

export async function buildWasm() {
  cmakeBuild("wasm");
}
