// SPDX-License-Identifier: Apache-2.0
// What bactrian.wasm exports (runtime/main/embed.cpp), and its instantiation. Text crosses as a
// pointer and a length of UTF-8 bytes; only i32 and f64 cross.

import { BactrianError, messageOf } from "./errors.ts";
import type { Host } from "./host.ts";
import { decode } from "./text.ts";

export interface Exports {
  memory: WebAssembly.Memory;
  __indirect_function_table: WebAssembly.Table;
  // Called before all others: it also runs the module's constructors.
  bactrian_malloc(size: number): number;
  bactrian_free(pointer: number): void;
  // "name=value" of options.def; 0 when there is no such option.
  bactrian_option(text: number, length: number): number;
  bactrian_runparam(text: number, length: number): void;
  // Executable's name, argv[0], argv[1]…, a NUL behind each. Takes over the malloc'ed text.
  bactrian_set_args(text: number, length: number): void;
  // Takes over a malloc'ed executable. 0, or an error whose text is the message.
  bactrian_load(bytes: number, length: number): number;
  bactrian_message_ptr(): number;
  bactrian_message_len(): number;
  bactrian_missing_count(): number;
  bactrian_missing_names(): void;  // Makes them the message, with NULs between.
  bactrian_run(): number;          // A RunState.
  bactrian_exit_code(): number;
  bactrian_exited(): number;
  bactrian_wait_kind(): number;  // WaitKind bits.
  bactrian_wait_fd(): number;
  bactrian_wait_deadline(): number;
  bactrian_host_done(id: number): void;
  // 0: no handler, so the system's default action is the host's to take.
  bactrian_signal(ocamlNumber: number): number;
  bactrian_set_time_slice(milliseconds: number): void;
  // For translate.ts: the translator's view of the runtime; slots of the table; functions loaded.
  bactrian_tier_interface(): number;
  bactrian_wants_inspection(): number;  // 1: bactrian-translator-debug.wasm is wanted.
  bactrian_set_native_stack(bytes: number): void;  // What translated code may use.
  bactrian_call_stub(arity: number): number;
  bactrian_function_count(): number;
  bactrian_side_interface(): number;  // For a module with more primitives (runtime/side/side.h).
}

export const RunState = { finished: 0, again: 1, waits: 2 } as const;
export const WaitKind = { read: 1, deadline: 2, host: 4 } as const;

export function instantiate(module: WebAssembly.Module, host: Host): Exports {
  try {
    const instance = new WebAssembly.Instance(module, { bactrian: host.imports() as unknown as WebAssembly.ModuleImports });
    const exports = instance.exports as unknown as Exports;
    host.memory = exports.memory;
    return exports;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new BactrianError("memory", `Not enough memory to start a program (${error.message}). Close other tabs, or reload the page.`);
    }
    throw wasmRefused(error);
  }
}

export function wasmRefused(error: unknown): BactrianError {
  const text = messageOf(error);
  if (/content security policy|unsafe-eval|blocked by CSP/i.test(text)) {
    return new BactrianError("wasm", "The page's Content-Security-Policy does not let WebAssembly run: "
      + "add 'wasm-unsafe-eval' to its script-src.", { cause: error });
  }
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
    return new BactrianError("wasm", `bactrian.wasm does not fit (${text}): is it damaged, of another version than the script, or the browser too old?`, { cause: error });
  }
  return new BactrianError("internal", text, { cause: error });
}

// Calls `use` with a copy of the bytes in the program's memory, freed after.
export function withBytes<T>(exports: Exports, bytes: Uint8Array, use: (pointer: number, length: number) => T): T {
  const pointer = copyIn(exports, bytes);
  const result = use(pointer, bytes.length);
  exports.bactrian_free(pointer);
  return result;
}

// But for what is between `from` and `to`.
export function copyIn(exports: Exports, bytes: Uint8Array, [from, to]: readonly [number, number] = [0, 0]): number {
  const pointer = exports.bactrian_malloc(Math.max(1, bytes.length));
  if (pointer === 0) throw new BactrianError("memory", `Not enough memory for a program of ${bytes.length} bytes.`);
  const copy = new Uint8Array(exports.memory.buffer, pointer >>> 0, bytes.length);
  copy.set(bytes.subarray(0, from));
  copy.set(bytes.subarray(to), to);
  return pointer;
}

export const takeMessage = (exports: Exports): string =>
  decode(new Uint8Array(exports.memory.buffer, exports.bactrian_message_ptr() >>> 0, exports.bactrian_message_len()).slice());
