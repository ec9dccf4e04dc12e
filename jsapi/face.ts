// SPDX-License-Identifier: Apache-2.0
// Between the loader and bactrian-jsapi.js: types only.

import type { Host } from "../loader/host.ts";
import type { Exports } from "../loader/embed.ts";

export interface AttachOptions {
  module: WebAssembly.Module;  // bactrian-jsapi.wasm
  runtime: Exports;            // Of an instance in which no program has been loaded yet.
  host: Host;
  // Tells the program that a promise has been settled.
  hostDone(id: number): void;
  // A function that JavaScript has called waits: the program's loop has to look at what for.
  callWaits(): void;
  // Primitives that the page supplies, and those that come with Bactrian (libraryOf).
  externals?: Externals | undefined;
  library?: Library | undefined;
}

export type Externals = Readonly<Record<string, (...args: any[]) => unknown>>;

export type Library = () => Externals;

export interface Attached {
  ready(): void;  // The program has been loaded.
  // No function of the program's is to run any more: it has been ended. Promises of calls that wait are rejected.
  close(error: unknown): void;
  // Called when the program ends in a function that JavaScript called, not by way of OCaml.
  onExit(action: (exitCode: number) => void): void;
  // What it has registered (Callback.register, Js.export). The result, or a promise of it when the function waits.
  call(name: string, args: readonly unknown[]): unknown;
  readonly exported: Readonly<Record<string, unknown>>;
}

export interface JsapiModule {
  attach(options: AttachOptions): Attached;
  // Of a program with these primitives (their names, each followed by a zero byte): what supplies others of them.
  libraryOf(primitives: string): Promise<Library | undefined>;
}
