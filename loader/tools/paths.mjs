// SPDX-License-Identifier: Apache-2.0
// Where things are in the tree, for the scripts of loader/tools.

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const BUILD = join(ROOT, "build");
export const DIST = join(BUILD, "dist");
export const LOADER = join(ROOT, "loader");
export const DEMO = join(BUILD, "demo");
