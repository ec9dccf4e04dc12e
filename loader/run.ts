// SPDX-License-Identifier: Apache-2.0
// From a program and the page's options to its exit code: fetch everything at the same time, wire
// stdin, stdout and stderr, start the job here or in a worker, tidy up.
// `Bactrian.run` and the script tags both come here; the tags add hooks.

import type { Externals, FileContent, Program, Progress, RunOptions, RunResult } from "./api.ts";
import { gatherFiles, type FileList } from "./archive.ts";
import { usesJavaScript } from "./bindings.ts";
import { findConsole, type Console, type ConsoleInput } from "./console.ts";
import { BactrianError, messageOf } from "./errors.ts";
import { fetchBytes, refuseHtml, wasmModule } from "./fetch.ts";
import { pullFrom } from "./input.ts";
import { startJob, type Call, type JobData, type JobEvents, type RunningJob } from "./job.ts";
import { BacktraceHint, ConsoleOutput, textOutput, type Write } from "./output.ts";
import { settings } from "./settings.ts";
import { SIGINT } from "./signals.ts";
import { Files } from "./tree.ts";
import { startInWorker } from "./worker.ts";

export type ProgramSource = string | URL | Uint8Array | ArrayBuffer;

export interface Hooks {
  // The program has finished a first stretch: it waits for something.
  waits?(): void;
  // The program starts when this has resolved; fetching does not wait for it.
  turn?: Promise<void>;
}

interface Streams {
  stdout: Write;
  stderr: Write;
  close(note: string | undefined): void;
}

function openStreams(options: RunOptions, terminal: Console | undefined): Streams {
  const page = new ConsoleOutput();
  const write = terminal && ((bytes: Uint8Array) => terminal.write(bytes.slice()));
  const stderr = options.stderr ? textOutput(options.stderr) : write ?? page.stderr;
  return {
    stdout: options.stdout ? textOutput(options.stdout) : write ?? page.stdout,
    stderr,
    close(note) {
      if (note && !options.stderr) {
        if (terminal) terminal.notice(note, "info");
        else return page.close(note);
      }
      page.close();
    },
  };
}

const baseName = (url: string): string => {
  const name = new URL(url, document.baseURI).pathname.split("/").pop() || "program.byte";
  try {
    return decodeURIComponent(name).replace(/[/\0]/g, "_");
  } catch {
    return name;
  }
};

async function programBytes(source: ProgramSource, onProgress?: (progress: Progress) => void): Promise<Uint8Array> {
  // A copy: the page may go on to use its own, and parts of a program are read late (program.ts).
  if (source instanceof Uint8Array) return source.slice();
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice());
  const url = String(source);
  const bytes = await fetchBytes(url, onProgress);
  refuseHtml(url, bytes);
  return bytes;
}

function reportMissing(names: readonly string[], terminal: Console | undefined): void {
  const text = `This program uses ${names.length === 1 ? "a primitive" : `${names.length} primitives`} that Bactrian does not have: ${names.join(", ")}. `
    + "It runs; a call of one raises Failure. C code of a library must be written anew, or avoided, in a page.";
  console.warn(text);
  terminal?.notice(text, "info");
}

async function prepare({ files, worker }: RunOptions): Promise<FileList> {
  if (!(files instanceof Files)) return gatherFiles((files ?? {}) as Readonly<Record<string, FileContent>>);
  if (worker) throw new BactrianError("usage", "A Files cannot be shared with a worker: give its contents as an object.");
  return [];
}

const callable = (call: Call | undefined): Program => ({
  call(name, ...args) {
    if (!call) throw new BactrianError("usage", `'${name}' cannot be called: the program uses no JavaScript values.`);
    return call(name, args);
  },
});

// Those given as functions; with the page's, unless the program runs in a worker.
function externalFunctions({ externals, worker }: RunOptions): Externals {
  const given = typeof externals === "object" && !(externals instanceof URL) ? externals : {};
  if (worker && Object.keys(given).length > 0) {
    throw new BactrianError("usage", "Functions cannot be sent to a worker: give the URL of a module that exports the externals.");
  }
  return worker ? {} : { ...settings.externals, ...given };
}

function jobEvents(
  options: RunOptions, streams: Streams, hint: BacktraceHint, terminal: Console | undefined, keyboard: ConsoleInput | undefined, hooks: Hooks,
): JobEvents {
  return {
    pull: keyboard && options.stdin === undefined ? () => keyboard.readLine() : pullFrom(options.stdin),
    output(fd, bytes) {
      if (fd === 2) hint.watch(bytes);
      (fd === 2 ? streams.stderr : streams.stdout)(bytes);
    },
    missing: (names) => reportMissing(names, terminal),
    started: (call) => options.onReady?.(callable(call)),
    waits: () => hooks.waits?.(),
  };
}

async function fetchBindings(bytes: Uint8Array, options: RunOptions): Promise<JobData["bindings"]> {
  const { externals } = options;
  const externalsUrl = typeof externals === "string" || externals instanceof URL ? new URL(externals, document.baseURI).href : undefined;
  // Which names a module has is known when it has been imported, where the program runs.
  if (!usesJavaScript(bytes, externalFunctions(options)) && externalsUrl === undefined) return undefined;
  return { module: await wasmModule(settings.bindingsUrl + ".wasm"), url: settings.bindingsUrl + ".js", externalsUrl };
}

// All of it at once; of several failures the one that helps most counts, in this order.
async function fetchAll(source: ProgramSource, options: RunOptions, terminal: Promise<Console | undefined>) {
  const bytes = programBytes(source, options.onProgress);
  const module = wasmModule(settings.wasmUrl);
  const files = prepare(options);
  for (const promise of [bytes, module, files]) promise.catch(() => {});
  const bindings = bytes.then((program) => fetchBindings(program, options));
  bindings.catch(() => {});
  await terminal;
  return { bytes: await bytes, module: await module, files: await files, bindings: await bindings };
}

async function start(source: ProgramSource, options: RunOptions, hooks: Hooks, run: Run): Promise<number> {
  const found = options.console ? findConsole(options.console, settings.terminalUrl) : Promise.resolve(undefined);
  found.then((terminal) => (run.terminal = terminal), () => {});
  const fetched = await fetchAll(source, options, found);
  const { terminal } = run;
  const data: JobData = {
    ...fetched,
    translatorBase: settings.script,
    name: typeof source === "string" || source instanceof URL ? baseName(String(source)) : "program.byte",
    args: options.args ?? [],
    env: { ...(terminal && { TERM: "xterm-256color" }), ...options.env },
    options: options.options?.split(",").filter((option) => option !== "") ?? [],
    terminal: terminal !== undefined && options.stdin === undefined,
    rows: terminal?.rows ?? -1,
  };
  await hooks.turn;
  options.signal?.throwIfAborted();
  return execute(data, options, hooks, run);
}

async function execute(data: JobData, options: RunOptions, hooks: Hooks, run: Run): Promise<number> {
  const { terminal } = run;
  const hint = new BacktraceHint();
  const streams = openStreams(options, terminal);
  const keyboard = terminal?.openInput(() => run.job?.signal(SIGINT.ocaml, 128 + SIGINT.linux));
  let note: string | undefined;
  try {
    const events = jobEvents(options, streams, hint, terminal, keyboard, hooks);
    run.job = options.worker
      ? startInWorker(settings.script, settings.isModule, data, events)
      : await startJob(data, events, options.files instanceof Files ? options.files.tree : undefined, false, externalFunctions(options));
    if (options.signal?.aborted) run.job.stop(options.signal.reason);
    const exitCode = await run.job.done;
    note = hint.get(exitCode);
    return exitCode;
  } finally {
    keyboard?.close();
    streams.close(note);
  }
}

// What a run has got so far, for whoever stops it or reports its failure.
interface Run {
  terminal?: Console | undefined;
  job?: RunningJob;
}

export async function run(source: ProgramSource, options: RunOptions = {}, hooks: Hooks = {}): Promise<RunResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const current: Run = {};
  let stop!: () => void;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      current.job?.stop(signal!.reason);
      reject(signal!.reason);
    };
  });
  signal?.addEventListener("abort", stop);
  const work = start(source, options, hooks, current);
  try {
    const exitCode = await Promise.race([work, stopped]);
    // Not enumerable: a result can be cloned and compared as data.
    return Object.defineProperty({ exitCode }, "call", { value: callable(current.job?.call).call }) as RunResult;
  } catch (error) {
    work.catch(() => {});
    if (signal?.aborted && error === signal.reason) throw error;
    current.terminal?.notice(messageOf(error), "error");
    throw error instanceof Error ? error : new BactrianError("internal", messageOf(error));
  } finally {
    // One that may be called after its main part can still be stopped.
    if (!current.job?.call) signal?.removeEventListener("abort", stop);
  }
}
