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
  // Primitives that the page supplies.
  externals?: Readonly<Record<string, (...args: any[]) => unknown>> | undefined;
}

export interface Attached {
  ready(): void;  // The program has been loaded.
  // Called when the program ends in a function that JavaScript called after its main part.
  onExit(action: (exitCode: number) => void): void;
  // What it has registered (Callback.register, Js.export).
  call(name: string, args: readonly unknown[]): unknown;
  readonly exported: Readonly<Record<string, unknown>>;
}

export interface JsapiModule {
  attach(options: AttachOptions): Attached;
}
