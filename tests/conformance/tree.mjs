// SPDX-License-Identifier: Apache-2.0
// A shadow of OCaml's source tree in which runtime/ocamlrun is a launcher that starts the runtime
// under test: everything else is a symbolic link. ocamltest is pointed at it by OCAMLSRCDIR.
//
//   shadow/            links to every entry of build/ocaml-src, but
//   shadow/runtime/    links to every entry of runtime/, but ocamlrun, the launcher (a sh script):
//                        ocamlrun -p, -version … → stock ocamlrun (ocamlc asks it for its primitives)
//                        the suite's tools       → stock ocamlrun; with CONFORMANCE_TOOLS=1, the tested runtime
//                        anything else           → the tested runtime
// Programs are linked with -use-runtime shadow/runtime/ocamlrun, so their #! line leads there too.
// The launcher appends each program that it starts to $CONFORMANCE_LAUNCHES: which tests are plain
// programs, and which never start a program (they only compile), is known from that.

import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OCAML_SRC, OCAMLRUN } from "../tools/runners.mjs";

// Compilers and tools of the source tree, which the suite uses to prepare or inspect what it runs.
const TOOLS = ["ocamlc", "ocamlopt", "lex/ocamllex", "tools/ocamlobjinfo", "tools/ocamlmklib", "tools/cmpbyt",
  "tools/ocamldep", "tools/ocamlcmt", "debugger/ocamldebug", "ocamldoc/ocamldoc"];

function launcherText(shadow, command) {
  const quote = (word) => `'${word.replaceAll("'", `'\\''`)}'`;
  const patterns = TOOLS.map((tool) => `${shadow}/${tool}`).join("|");
  return `#!/bin/sh
# Made by tests/conformance/tree.mjs: stands in for runtime/ocamlrun.
tested() {
  [ -n "$CONFORMANCE_LAUNCHES" ] && echo "$program" >> "$CONFORMANCE_LAUNCHES"
  exec ${command.map(quote).join(" ")} "$@"
}
stock() { exec ${quote(OCAMLRUN)} "$@"; }
for program in "$@"; do
  case "$program" in
    -I) ;;
    -*) stock "$@" ;;
    ${patterns}) [ -n "$CONFORMANCE_TOOLS" ] && tested "$@"; stock "$@" ;;
    *) tested "$@" ;;
  esac
done
stock "$@"
`;
}

function linkAll(from, to, except) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (!except.includes(name)) symlinkSync(join(from, name), join(to, name));
}

export function makeShadowTree(shadow, command) {
  rmSync(shadow, { recursive: true, force: true });
  linkAll(OCAML_SRC, shadow, ["runtime"]);
  linkAll(join(OCAML_SRC, "runtime"), join(shadow, "runtime"), ["ocamlrun"]);
  const launcher = join(shadow, "runtime/ocamlrun");
  writeFileSync(launcher, launcherText(shadow, command));
  chmodSync(launcher, 0o755);
}
