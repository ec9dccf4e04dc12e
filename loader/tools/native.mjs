// SPDX-License-Identifier: Apache-2.0
// Builds a native preset of CMake: node loader/tools/native.mjs native|native-release

import { cmakeBuild } from "./wasm.mjs";

try {
  cmakeBuild(process.argv[2] ?? "native");
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
