// SPDX-License-Identifier: Apache-2.0
// What `npm start`, `npm test` and the others do first: the packages of package-lock.json, where they are not
// installed yet or are others than it says. Needs nothing but Node itself.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

// npm leaves beside the packages what it has installed: the lock file's entries without the package itself.
function isInstalled() {
  const read = (path) => JSON.parse(readFileSync(join(ROOT, path), "utf8")).packages;
  try {
    const wanted = read("package-lock.json"), installed = read("node_modules/.package-lock.json");
    return Object.entries(wanted).every(([path, { version, optional }]) =>
      path === "" || optional || installed[path]?.version === version);
  } catch {
    return false;
  }
}

if (!isInstalled()) {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: ROOT, stdio: "inherit", shell: process.platform === "win32" });
  process.exit(status ?? 1);
}
