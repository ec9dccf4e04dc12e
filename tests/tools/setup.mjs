// SPDX-License-Identifier: Apache-2.0
// Installs the Debian packages that are missing, for one purpose or several:
//   node tests/tools/setup.mjs [build] [demo] [test] [bench]      (default: build test)
// As root, or through sudo. Where that cannot be, says which packages to install and exits with 1.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const PACKAGES = {
  build: ["clang-19", "lld-19", "llvm-19", "wasi-libc", "libc++-19-dev-wasm32", "libclang-rt-19-dev-wasm32",
    "libboost-container-dev", "cmake", "ninja-build"],
  demo: ["ocaml-nox"],
  test: ["libclang-rt-19-dev", "googletest", "clang-format-19", "chromium", "firefox-esr", "make", "g++",
    "js-of-ocaml", "libjs-of-ocaml-dev", "liblwt-ocaml-dev", "libtyxml-ocaml-dev", "libreactivedata-ocaml-dev",
    "libcohttp-lwt-jsoo-ocaml-dev", "libppx-deriving-ocaml-dev", "ocaml-findlib"],
  bench: ["hyperfine"],
};

const quiet = (name, args) => spawnSync(name, args, { encoding: "utf8" });

// One dpkg-query for all: a package that is not installed is not listed as such.
export function missingPackages(packages) {
  const { stdout } = quiet("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...packages]);
  const installed = new Set((stdout ?? "").split("\n").filter((line) => line.endsWith(" installed")).map((line) => line.split(" ")[0]));
  return packages.filter((name) => !installed.has(name));
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

function giveUp(packages, reason) {
  console.error(`\nThese Debian packages are needed and missing: ${packages.join(" ")}\n${reason}\n`
    + `Install them by hand:  apt-get install ${packages.join(" ")}\n`);
  process.exit(1);
}

function apt(args) {
  const root = process.getuid?.() === 0;
  const command = [...(root ? [] : ["sudo", "-n"]), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", ...args];
  return spawnSync(command[0], command.slice(1), { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

export function ensurePackages(purposes) {
  const wanted = purposes.flatMap((purpose) => {
    if (!PACKAGES[purpose]) throw new Error(`no purpose '${purpose}'; there are: ${Object.keys(PACKAGES).join(", ")}`);
    return PACKAGES[purpose];
  });
  if (quiet("dpkg-query", ["--version"]).status !== 0) {
    if (process.env.BACTRIAN_NO_SETUP) return;
    giveUp(wanted, "This system has no dpkg, so it cannot be seen what is there.\n"
      + "If your system has their like (clang 19 with wasm32, wasi-libc, libc++ …), set BACTRIAN_NO_SETUP=1.");
  }
  const missing = missingPackages(wanted);
  if (missing.length === 0 || process.env.BACTRIAN_NO_SETUP) return;
  if (!isDebian()) giveUp(missing, "This is not Debian or a relative of it.");
  console.log(`Installing: ${missing.join(" ")}`);
  if (process.getuid?.() !== 0 && quiet("sudo", ["-n", "true"]).status !== 0) {
    giveUp(missing, "This user may not install packages (not root, and no sudo without a password).");
  }
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  if (!apt(install) && !(apt(["update"]) && apt(install))) giveUp(missing, "apt-get could not install them (see above).");
}

if (process.argv[1] === import.meta.filename) {
  const purposes = process.argv.slice(2);
  ensurePackages(purposes.length > 0 ? purposes : ["build", "test"]);
}
