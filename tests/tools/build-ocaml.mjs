// SPDX-License-Identifier: Apache-2.0
// Builds the OCaml that the tests use, once, from the npm package `ocaml` (its full sources).
//
//   node tests/tools/build-ocaml.mjs [--native] [--version 4.14] [--jobs n]
//
//   (nothing)       5.3.0, bytecode only, with ocamltest   build/ocaml-src → build/ocaml
//   --native        5.3.0 with ocamlopt, for the bench      build/ocaml-native-src → build/ocaml-native
//   --version 4.14  4.14.1, bytecode only                   build/ocaml-4.14-src → build/ocaml-4.14
// A stamp in the installed directory says that it is done. A build that was interrupted goes on.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { BUILD } from "./runners.mjs";
import { parseOptions } from "./processes.mjs";

const BYTECODE = ["--disable-native-compiler", "--enable-ocamltest", "--disable-ocamldoc"];
const KINDS = {
  bytecode: { package: "ocaml@5.3.0", name: "ocaml", configure: BYTECODE, targets: [["world"], ["ocamltest"]] },
  native: { package: "ocaml@5.3.0", name: "ocaml-native", targets: [["world.opt"]],
    configure: ["--disable-ocamltest", "--disable-ocamldoc", "--disable-debugger", "--disable-debug-runtime", "--disable-instrumented-runtime"] },
  "4.14": { package: "ocaml@4.14.1000", name: "ocaml-4.14", targets: [["world"]],
    configure: ["--disable-native-compiler", "--disable-ocamldoc", "--disable-debugger", "--disable-debug-runtime", "--disable-instrumented-runtime"] },
};

function run(command, args, cwd) {
  console.log(`$ ${command} ${args.join(" ")}`);
  execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
}

// npm's archive holds one directory, `package`.
function fetchSources(kind, directory) {
  if (existsSync(join(directory, "configure"))) return;
  const work = `${directory}.tmp`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  run("npm", ["pack", "--silent", kind.package], work);
  const archive = readdirSync(work).find((name) => name.endsWith(".tgz"));
  run("tar", ["xzf", archive], work);
  rmSync(directory, { recursive: true, force: true });
  renameSync(join(work, "package"), directory);
  rmSync(work, { recursive: true });
  // Packing may lose the permission to execute.
  run("sh", ["-c", "chmod +x configure; find . -name '*.sh' -exec chmod +x {} +; chmod +x stdlib/Compflags build-aux/* 2>/dev/null || true"], directory);
}

export function buildOcaml(kindName, jobs) {
  const kind = KINDS[kindName];
  const source = join(BUILD, `${kind.name}-src`);
  const prefix = join(BUILD, kind.name);
  const stamp = join(prefix, ".built");
  if (existsSync(stamp)) return prefix;
  mkdirSync(BUILD, { recursive: true });
  fetchSources(kind, source);
  if (!existsSync(join(source, "Makefile.config"))) run("./configure", [`--prefix=${prefix}`, ...kind.configure], source);
  for (const target of kind.targets) run("make", [`-j${jobs}`, ...target], source);
  run("make", ["install"], source);
  writeFileSync(stamp, `${kind.package}\n`);
  return prefix;
}

if (process.argv[1] === import.meta.filename) {
  const { options } = parseOptions(process.argv.slice(2), { native: false, version: "5.3", jobs: 2 });
  const kind = options.native ? "native" : options.version === "4.14" ? "4.14" : "bytecode";
  console.log(`OCaml in ${buildOcaml(kind, options.jobs)}`);
}
