// SPDX-License-Identifier: Apache-2.0
// Starting a program in a page: on this thread, or in a worker (worker.ts) with the same face.
// In: a Job, all of it fetched and ready. Out: a RunningJob.

import type { Externals } from "./api.ts";
import { fillTree, type FileList } from "./archive.ts";
import { primitiveNames, type Bindings } from "./bindings.ts";
import { wasmModule } from "./fetch.ts";
import { Host, type System } from "./host.ts";
import { InputStream, type Pull } from "./input.ts";
import { Program } from "./program.ts";
import type { JsapiModule } from "../jsapi/face.ts";
import { BactrianError, hostFail, messageOf } from "./errors.ts";
import { ENOSYS } from "../build/generated/host.ts";
import { nextTask } from "./tasks.ts";
import { encode } from "./text.ts";
import type { TranslatorSource } from "./translate.ts";
import { Tree } from "./tree.ts";
import { VirtualFiles } from "./vfs.ts";

// What can be posted to a worker.
export interface JobData {
  module: WebAssembly.Module;
  // Of a program that uses JavaScript values: bactrian-jsapi.wasm, and where its script is.
  bindings: { module: WebAssembly.Module; url: string; externalsUrl: string | undefined } | undefined;
  translatorBase: string;  // Its modules are beside this.
  bytes: Uint8Array;
  name: string;  // argv[0]: a file name without directories.
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  files: FileList;
  options: readonly string[];
  terminal: boolean;
  rows: number;
}

export interface JobEvents {
  pull: Pull;
  output(fd: number, bytes: Uint8Array): void;
  missing(names: readonly string[]): void;
  started(call?: Call): void;
  waits(): void;
  // After the main part, by `exit` in a function that was called.
  ended?(exitCode: number): void;
}

// Of a program that uses JavaScript values: calls a function that it has registered.
export type Call = (name: string, args: readonly unknown[]) => unknown;

export interface RunningJob {
  done: Promise<number>;
  // A signal by its number in OCaml; without a handler the program ends with `exitCode`.
  signal(ocamlNumber: number, exitCode: number): void;
  stop(error: unknown): void;
  readonly call?: Call | undefined;
  // After its main part: its functions still are there.
  mayBeCalled?(): boolean;
}

// Long enough to be efficient, short enough for a page to answer and paint.
const PAGE_SLICE = 12;
const WORKER_SLICE = 50;

// The script is fetched here: a job may be posted to a worker.
export async function startJob(job: JobData, events: JobEvents, tree = new Tree(), inWorker = false, externals?: Externals): Promise<RunningJob> {
  const bindings = job.bindings && {
    module: job.bindings.module,
    ...await bindingsScript(job.bindings.url, job.bytes),
    externals: { ...externals, ...await importExternals(job.bindings.externalsUrl) },
  };
  fillTree(tree, job.files);
  const executable = "/" + job.name;
  // Programs such as the toplevel read their own executable.
  if (!tree.locate(tree.root, executable).node) tree.put(executable, job.bytes);
  const files = new VirtualFiles(tree, {
    input: new InputStream(events.pull, !job.terminal),
    output: events.output,
    terminal: job.terminal,
    rows: () => job.rows,
  });
  const program = new Program(job.module, new Host(files, pageSystem(job.env)), {
    bytes: job.bytes,
    executable,
    argv: [job.name, ...job.args],
    runparam: job.env["OCAMLRUNPARAM"] ?? job.env["CAMLRUNPARAM"],
    options: job.options,
    translator: fetchedTranslator(job.translatorBase),
    bindings,
    sliceMilliseconds: inWorker ? WORKER_SLICE : PAGE_SLICE,
  }, nextTask);
  if (program.missing.length > 0) events.missing(program.missing);
  program.onWait = events.waits;
  program.onExit = events.ended;
  const call = program.javascript?.call;
  events.started(call);
  return {
    done: program.run(),
    signal(ocamlNumber, exitCode) {
      if (!program.signal(ocamlNumber)) program.exit(exitCode);
    },
    stop: (error) => program.stop(error),
    call,
    mayBeCalled: () => call !== undefined && !program.exited,
  };
}

async function importExternals(url: string | undefined): Promise<Externals | undefined> {
  try {
    return url === undefined ? undefined : await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
  } catch (error) {
    throw new BactrianError("fetch", `The module of externals ${url} could not be loaded: ${messageOf(error)}`, { cause: error });
  }
}

async function bindingsScript(url: string, program: Uint8Array): Promise<Pick<Bindings, "attach" | "library">> {
  try {
    const { attach, libraryOf } = await import(/* webpackIgnore: true */ /* @vite-ignore */ url) as JsapiModule;
    return { attach, library: await libraryOf(primitiveNames(program)) };
  } catch (error) {
    throw new BactrianError("fetch", `${url} could not be loaded (${messageOf(error)}): programs that use JavaScript values need it beside the script.`, { cause: error });
  }
}

// Fetched when a program first has something to translate, so that short ones do without.
function fetchedTranslator(base: string): TranslatorSource {
  let found: { module: WebAssembly.Module } | { error: unknown } | undefined;
  let asked = false;
  return (name) => {
    if (!asked) wasmModule(new URL(name, base).href).then((module) => (found = { module }), (error: unknown) => (found = { error }));
    asked = true;
    if (found && "error" in found) throw found.error;
    return found?.module;
  };
}

function pageSystem(env: Readonly<Record<string, string>>): System {
  const start = performance.now();
  const variables = new Map(Object.entries(env).map(([name, value]) => [name, encode(value)]));
  return {
    getenv: (name) => variables.get(name),
    shell: () => hostFail(ENOSYS),
    cpuTime: () => (performance.now() - start) / 1000,
  };
}

