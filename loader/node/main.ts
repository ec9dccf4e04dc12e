// SPDX-License-Identifier: Apache-2.0
// The Node command `bactrian program.byte args…`: as ocamlrun. Entry point of bactrian-node.mjs, which
// stands beside bactrian.wasm. Exit code: the program's; 2 when it cannot be run or breaks down.

import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import { BactrianError, hostFail, messageOf } from "../errors.ts";
import { ENOSYS } from "../../build/generated/host.ts";
import type { JsapiModule } from "../../jsapi/face.ts";
import { primitiveNames, usesJavaScript, type Bindings } from "../bindings.ts";
import { Host, type System } from "../host.ts";
import { Program, type LateBytes } from "../program.ts";
import { DBUG, sectionRange, tableSize } from "../sections.ts";
import { signals } from "../signals.ts";
import { decode } from "../text.ts";
import { HELP, parseCommandLine, UsageError } from "./command_line.ts";
import { NodeFiles } from "./node_files.ts";
import { NodeInput } from "./node_input.ts";

declare const BACTRIAN_VERSION: string;

const TABLE = 4096;  // Of a program's end, read first: nearly always the table of sections is in it.
const SLICE = 100;  // Milliseconds between looks at signals and timers.

const nextTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// As ocamlrun: a name without a slash is looked for in PATH, then taken as it is.
function findExecutable(name: string): string {
  if (name.includes("/")) return name;
  for (const directory of (process.env["PATH"] ?? "").split(":")) {
    const path = `${directory || "."}/${name}`;
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  }
  return name;
}

const nodeSystem: System = {
  getenv(name) {
    const value = process.env[name];
    return value === undefined ? undefined : Buffer.from(value);
  },
  shell(command) {
    const { status, error } = spawnSync("/bin/sh", ["-c", decode(command)], { stdio: "inherit" });
    if (error && (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return error ? hostFail(ENOSYS) : status ?? 255;
  },
  cpuTime() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

// What the system does when a program has no handler. Node holds the signal as long as it listens.
function defaultAction(name: string): void {
  if (!signals[name]!.ends) return;
  process.on(name, () => {});  // To have listened, and to listen no more, restores the default
  process.removeAllListeners(name);  // of SIGPIPE too, which Node ignores.
  process.kill(process.pid, name);
}

function forwardSignals(program: Program): void {
  for (const [name, { ocaml }] of Object.entries(signals)) {
    // Node ignores SIGPIPE for its own sake; a failing write tells of it. SIGUSR1 starts Node's debugger.
    if (name === "SIGPIPE") continue;
    process.on(name, () => {
      if (!program.signal(ocaml)) defaultAction(name);
    });
  }
}

interface ProgramFile {
  bytes: Buffer;
  late?: LateBytes;
}

// But for its debug events, of which most of a program may consist: these when they are asked for.
function readProgram(executable: string): ProgramFile {
  try {
    const fd = openSync(executable, "r");
    const stat = fstatSync(fd);
    const { size } = stat;
    const whole = (): ProgramFile => {
      const bytes = readFileSync(fd);
      closeSync(fd);
      return { bytes };
    };
    if (!stat.isFile() || size < TABLE) return whole();
    const bytes = Buffer.allocUnsafeSlow(size);
    const read = (from: number, to: number): void => {
      while (from < to) {
        const count = readSync(fd, bytes, from, to - from, from);
        if (count === 0) throw new Error("it has become shorter");
        from += count;
      }
    };
    read(size - TABLE, size);
    if (tableSize(bytes) > TABLE) return whole();
    const range = sectionRange(bytes, DBUG);
    const [from, to] = range;
    if (from === 0) return whole();
    read(0, from);
    read(to, size);
    return {
      bytes,
      late: {
        range,
        read(offset, length) {
          read(offset, offset + length);
          return bytes.subarray(offset, offset + length);
        },
      },
    };
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOENT"
      ? new BactrianError("fetch", `cannot find file '${executable}'`)
      : new BactrianError("fetch", `cannot read file '${executable}' (${messageOf(error)})`);
  }
}

const besideThis = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const readTranslator = (name: string): WebAssembly.Module => new WebAssembly.Module(readFileSync(besideThis(name)));

async function readBindings(program: Uint8Array): Promise<Bindings> {
  const { attach, libraryOf } = (await import(new URL("bactrian-jsapi.js", import.meta.url).href)) as JsapiModule;
  return { attach, library: await libraryOf(primitiveNames(program)), module: await WebAssembly.compile(readFileSync(besideThis("bactrian-jsapi.wasm"))) };
}

async function main(): Promise<number | undefined> {
  const { program: name, args, options, show } = parseCommandLine(process.argv.slice(2));
  if (show === "help") process.stdout.write(HELP);
  if (show === "version") process.stdout.write(`Bactrian ${BACTRIAN_VERSION}, for bytecode of OCaml 4.13 to 5.3\n`);
  if (show) return 0;
  if (name === undefined) throw new UsageError("no program");
  const executable = findExecutable(name);
  const { bytes, late } = readProgram(executable);
  const module = await WebAssembly.compile(readFileSync(besideThis("bactrian.wasm")));
  const bindings = usesJavaScript(bytes) ? await readBindings(bytes) : undefined;
  const files = new NodeFiles(new NodeInput());
  const program = new Program(module, new Host(files, nodeSystem), {
    bytes,
    late,
    executable,
    argv: [name, ...args],
    runparam: process.env["OCAMLRUNPARAM"] ?? process.env["CAMLRUNPARAM"],
    options: [...(process.env["BACTRIAN"]?.split(",").filter((option) => option !== "") ?? []), ...options],
    sliceMilliseconds: SLICE,
    translator: readTranslator,
    bindings,
  }, nextTask);
  files.onBrokenPipe = () => {
    if (!program.signal(signals["SIGPIPE"]!.ocaml)) defaultAction("SIGPIPE");
  };
  forwardSignals(program);
  if (program.missing.length > 0 && isatty(2)) {
    console.error(`bactrian: primitives that are missing, and raise Failure when called: ${program.missing.join(", ")}`);
  }
  const exitCode = await program.run();
  if (!program.javascript || program.exited || exitCode !== 0) return exitCode;
  // Its functions may still be called: Node ends when nothing is left that could.
  program.onExit = (code) => process.exit(code);
  return undefined;
}

function complain(error: unknown): number {
  if (error instanceof UsageError) process.stderr.write(`bactrian: ${error.message}\n${HELP}`);
  else if (error instanceof BactrianError) process.stderr.write(`Fatal error: ${error.message}\n`);
  else process.stderr.write(`bactrian: ${(error as Error)?.stack ?? messageOf(error)}\n`);
  return 2;
}

main().catch(complain).then((exitCode) => {
  if (exitCode !== undefined) process.exit(exitCode);
});
