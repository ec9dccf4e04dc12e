// SPDX-License-Identifier: Apache-2.0
// One running program: an instance of bactrian.wasm, fed and driven.
// In: a compiled module, the host, the executable's bytes, arguments. Out: the exit code.
//
//   load ──► run ─┬─ finished ──► exit code
//                 ├─ again: the time slice is over; let other tasks have the thread, then run
//                 └─ waits: for input, a time, the host; or a signal, which wakes it too
//
// A trap or caml_fatal_error becomes a BactrianError; the instance is not used again after it.

import type { Attached } from "../jsapi/face.ts";
import { loadAdvice } from "./advice.ts";
import type { Bindings } from "./bindings.ts";
import { copyIn, instantiate, RunState, takeMessage, WaitKind, withBytes, type Exports } from "./embed.ts";
import { BactrianError, messageOf } from "./errors.ts";
import { currentTime, HostAbort, type Host } from "./host.ts";
import { DBUG, sectionRange } from "./sections.ts";
import { encode } from "./text.ts";
import { Translation, type TranslatorSource } from "./translate.ts";

/** What `bytes` of a command lack, section DBUG, and how to read it. */
export interface LateBytes {
  range: readonly [number, number];
  read(offset: number, length: number): Uint8Array;
}

export interface Command {
  bytes: Uint8Array;
  late?: LateBytes | undefined;
  executable: string;            // Sys.executable_name
  argv: readonly string[];       // Sys.argv
  runparam?: string | undefined;  // OCAMLRUNPARAM
  options?: readonly string[] | undefined;  // "name=value"
  sliceMilliseconds: number;
  translator?: TranslatorSource | undefined;
  bindings?: Bindings | undefined;  // For a program that uses JavaScript values.
}

const ended = () => new BactrianError("usage", "The program has ended.");

const MAX_TIMEOUT = 2 ** 31 - 1;  // Longer ones fire at once.

export class Program {
  readonly #exports: Exports;
  readonly missing: string[] = [];
  readonly javascript: Attached | undefined;
  onWait: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #runs = false;  // The loop below has the program, for its main part or for calls that wait.
  // Told when the program ends in a function that the page called, after its main part.
  onExit: ((exitCode: number) => void) | undefined;
  #isOver = false;  // The main part is.
  // How the program ends at its next return to the loop, when from outside.
  #end: { exitCode: number } | { error: unknown } | undefined;

  constructor(module: WebAssembly.Module, readonly host: Host, command: Command, readonly nextTask: () => Promise<void>) {
    const exports = (this.#exports = instantiate(module, host));
    if (command.translator) host.translation = new Translation(exports, command.translator);
    for (const option of command.options ?? []) {
      if (withBytes(exports, encode(option), exports.bactrian_option) === 0) {
        throw new BactrianError("usage", `no runtime option '${option}'`);
      }
    }
    if (command.runparam) withBytes(exports, encode(command.runparam), exports.bactrian_runparam);
    const words = encode([command.executable, ...command.argv, ""].join("\0"));
    exports.bactrian_set_args(copyIn(exports, words), words.length);
    exports.bactrian_set_time_slice(command.sliceMilliseconds);
    const { bindings } = command;
    if (bindings) {
      const { attach, externals, library } = bindings;
      this.javascript = attach({ module: bindings.module, runtime: exports, host, hostDone: (id) => this.hostDone(id), callWaits: () => void this.#callWaits(), externals, library });
      this.javascript.onExit((exitCode) => this.exit(exitCode));
    }
    this.#guarded("loading", () => this.#load(command));
    this.javascript?.ready();
  }

  #load({ bytes, argv, late }: Command): void {
    const exports = this.#exports;
    const [from, to] = late?.range ?? sectionRange(bytes, DBUG);
    this.host.readProgram = late?.read ?? ((offset, length) => bytes.subarray(offset, offset + length));
    // What begins at offset 0 is never asked for.
    if (exports.bactrian_load(copyIn(exports, bytes, from > 0 ? [from, to] : undefined), bytes.length) !== 0) {
      const message = takeMessage(exports);
      throw new BactrianError("program", `${argv[0]}: ${message}. ${loadAdvice(bytes, message)}`);
    }
    if (exports.bactrian_missing_count() > 0) {
      exports.bactrian_missing_names();
      this.missing.push(...takeMessage(exports).split("\0").filter((name) => name !== ""));
    }
  }

  // The main part.
  async run(): Promise<number> {
    const exitCode = await this.#loop();
    this.#isOver = true;
    if (this.exited) this.javascript?.close(ended());
    return exitCode;
  }

  // By `exit`: nothing of it is to run any more. Otherwise its functions may still be called.
  get exited(): boolean {
    return this.#end !== undefined || this.#exports.bactrian_exited() !== 0;
  }

  async #loop(): Promise<number> {
    const exports = this.#exports;
    this.#runs = true;
    try {
      for (;;) {
        if (this.#end) return this.#finish(this.#end);
        const state = this.#guarded("running", exports.bactrian_run);
        if (this.host.failure) throw this.host.failure.error;
        if (state === RunState.finished) return exports.bactrian_exit_code();
        if (this.#end) continue;
        if (state === RunState.again) await this.nextTask();
        else await this.#wait();
      }
    } finally {
      this.#runs = false;
    }
  }

  // When the main part is over: for what the functions that the page has called wait for.
  async #callWaits(): Promise<void> {
    this.#wake?.();
    await undefined;  // There may be frames of the program's below.
    if (this.#runs) return;
    try {
      const exitCode = await this.#loop();
      if (this.exited) this.exit(exitCode);
    } catch (error) {
      this.javascript?.close(error);
    }
  }

  #finish(end: { exitCode: number } | { error: unknown }): number {
    if ("error" in end) throw end.error;
    return end.exitCode;
  }

  #wait(): Promise<void> {
    const exports = this.#exports;
    const kind = exports.bactrian_wait_kind();
    return new Promise<void>((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const wake = () => {
        clearTimeout(timer);
        if (this.#wake === wake) this.#wake = undefined;  // A late input must not undo a later wait.
        resolve();
      };
      this.#wake = wake;
      if (kind & WaitKind.read) this.host.files.ready(exports.bactrian_wait_fd()).then(wake, reject);
      if (kind & WaitKind.deadline) {
        const milliseconds = (exports.bactrian_wait_deadline() - currentTime()) * 1000;
        timer = setTimeout(wake, Math.min(Math.max(0, Math.ceil(milliseconds)), MAX_TIMEOUT));
      }
      this.onWait?.();
    });
  }

  hostDone(id: number): void {
    this.#exports.bactrian_host_done(id);
    this.#wake?.();
  }

  // False when the program has no handler: then the caller does what the system would.
  signal(ocamlNumber: number): boolean {
    const handled = this.#exports.bactrian_signal(ocamlNumber) !== 0;
    this.#wake?.();
    return handled;
  }

  exit(exitCode: number): void {
    this.javascript?.close(ended());
    this.#end ??= { exitCode };
    if (this.#isOver) this.onExit?.(exitCode);
    this.#wake?.();
  }

  stop(error: unknown): void {
    this.javascript?.close(error);
    this.#end ??= { error };
    this.#wake?.();
  }

  #guarded<T>(what: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof BactrianError) throw error;
      if (error instanceof HostAbort) throw new BactrianError("internal", error.message);
      const place = (error as Error)?.stack?.split("\n").find((line) => line.includes("wasm"))?.trim() ?? "";
      throw new BactrianError("internal", `Bactrian broke down while ${what} the program: ${messageOf(error)} ${place}\n`
        + "This is a bug of Bactrian, not of the program: please report it, with the program.", { cause: error });
    }
  }
}
