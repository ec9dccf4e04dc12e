// SPDX-License-Identifier: Apache-2.0
// The page's API, in types only: what `Bactrian` is, what `run` takes and gives, the events of a
// script tag. The build makes bactrian.d.ts of this file, so it imports nothing.

/** What a file of the virtual file system can be made from. A URL object is fetched. */
export type FileContent = string | Uint8Array | ArrayBuffer | Blob | URL;

/** What stdin reads: all at once, or piece by piece; null or the iteration's end is end of file. */
export type Input =
  | string
  | Uint8Array
  | AsyncIterable<string | Uint8Array>
  | (() => string | Uint8Array | null | undefined | Promise<string | Uint8Array | null | undefined>);

/** Called with the text written, and its bytes (`text` never ends inside a character). */
export type Output = (text: string, bytes: Uint8Array) => void;

export interface Progress {
  /** Bytes of the program that have arrived. */
  loaded: number;
  /** Bytes of the whole, where the server tells. */
  total: number | undefined;
}

export interface RunOptions {
  /** `Sys.argv` from 1 on. */
  args?: readonly string[];
  /** The environment; OCAMLRUNPARAM is read from it. */
  env?: Readonly<Record<string, string>>;
  stdin?: Input;
  /** Default: the developer console, line by line. */
  stdout?: Output;
  stderr?: Output;
  /** A terminal in this element (or the first that the selector finds) is stdin, stdout and stderr. */
  console?: Element | string;
  /** Path → content. A path that ends in "/" takes a tar archive (or tar.gz), unpacked there. A
   *  `Files` is used as it is: what the program writes can be read from it, or given to another. */
  files?: Readonly<Record<string, FileContent>> | FileTree;
  /** Stops the program: the promise rejects with the signal's reason; no function of it runs any more, also after its
   *  main part. On the page's thread a main part is stopped at its next poll, a function that the page called is not. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Called once, when the program's first instruction is about to run. */
  onReady?: (program: Program) => void;
  /** Run in a worker of its own, off the page's thread. */
  worker?: boolean;
  /** Supplies `external f : … = "name"` of the program: functions, or the URL of a module that exports them, which a
   *  worker imports for itself (functions cannot be sent there). Also, not in a worker: `Bactrian.externals`. */
  externals?: Externals | string | URL;
  /** Options of the runtime, "name=value" with commas between: "stack-limit=1M,trace-gc". */
  options?: string;
}

/** A program while it runs and after its main part has ended. */
export interface Program {
  /** Calls what the program has given that name by `Callback.register` or `Js.export`. Gives the result and throws what
   *  the function raises, or, when the function waits (for a promise, input, a time), a promise of that. Of a program
   *  in a worker always a promise, and arguments and result are copied, as by postMessage. `await` does for all. */
  call(name: string, ...args: unknown[]): unknown;
}

export interface RunResult extends Program {
  exitCode: number;
}

/** What stands for an OCaml value other than a number in JavaScript (jsapi/README.md has the table). A string: */
export interface OcamlString {
  toString(): string;
  /** In bytes. */
  readonly length: number;
  /** Its bytes in the program's memory, good until OCaml code runs again. */
  readonly bytes: Uint8Array;
}

/** A block: a tuple, a record, a constructor with arguments, an array. */
export interface OcamlBlock {
  readonly tag: number;
  readonly size: number;
  field(i: number): unknown;
}

export interface OcamlBigarray {
  /** The number of `Bigarray.kind`'s constructor. */
  readonly kind: number;
  readonly dimensions: readonly number[];
  /** A typed array on its elements; to be asked for again after OCaml code has run. */
  readonly view: ArrayBufferView;
}

export type Externals = Readonly<Record<string, (...args: any[]) => unknown>>;

/** A tree of files in memory. Paths are absolute, or relative to "/". */
export interface FileTree {
  read(path: string): Uint8Array;
  text(path: string): string;
  /** Makes the directories on the way. */
  write(path: string, content: string | Uint8Array): void;
  list(path: string): string[];
  remove(path: string): void;
}

export type ErrorCode =
  /** A file could not be fetched: no connection, 404, CORS, a page opened from a disk. */
  | "fetch"
  /** Not a bytecode executable, or one of a version this runtime does not run, or damaged. */
  | "program"
  /** The page's or the browser's rules do not let WebAssembly run. */
  | "wasm"
  /** Memory could not be had. */
  | "memory"
  /** A wrong attribute or option. */
  | "usage"
  /** The runtime stopped by itself: a bug of Bactrian, or caml_fatal_error. */
  | "internal";

/** What `run` rejects with, and `detail.error` of bactrian:error. */
export interface BactrianError extends Error {
  name: "BactrianError";
  code: ErrorCode;
}

export interface BactrianApi {
  run(program: string | URL | Uint8Array | ArrayBuffer, options?: RunOptions): Promise<RunResult>;
  /** Adds functions that supply externals of all programs that start from now on. */
  externals(functions: Externals): void;
  /** An empty tree, or one filled with these files. */
  Files: new (files?: Readonly<Record<string, string | Uint8Array>>) => FileTree;
  /** Where bactrian.wasm and bactrian-terminal.js are, when not beside the script. */
  wasmUrl: string;
  terminalUrl: string;
  version: string;
}

/** Events of a script tag, in order: loading (several), ready, then exit or error. They bubble. */
export interface BactrianEventMap {
  "bactrian:loading": CustomEvent<Progress>;
  "bactrian:ready": CustomEvent<null>;
  "bactrian:exit": CustomEvent<RunResult>;
  "bactrian:error": CustomEvent<{ error: Error }>;
}
