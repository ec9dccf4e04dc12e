// SPDX-License-Identifier: Apache-2.0
// Hot code's way through the translator: from the runtime's requests to instances of the modules that
// bactrian-translator.wasm makes of them. Nothing waits for any of it: while the translator is not there, or
// cannot be had at all, the program goes on interpreted.
//
//   request ──► translator ──► bytes ──► module (small: at once; large: meanwhile) ──► instance ──► installed
//
// A translated module places its functions itself: in the runtime's table, at slots that this has
// added to it, and in T_n, one table for each number of parameters, indexed by function id (translator/README.md).

import type { Exports } from "./embed.ts";
import { messageOf } from "./errors.ts";
import type { TranslationPort } from "./host.ts";
import { nativeStackBudget } from "./native_stack.ts";

// Undefined: not yet. It is asked when there is something to translate; when it throws, there will be none. `name` is the
// module's: translatorName or debugTranslatorName.
export type TranslatorSource = (name: string) => WebAssembly.Module | undefined;

const translatorName = "bactrian-translator.wasm";
const debugTranslatorName = "bactrian-translator-debug.wasm";  // The same, with what the dump and verify options need.

interface TranslatorExports {
  translator_start(tierInterface: number): void;
  // A pointer to {bytes, byte length, length that the runtime's table must have}, or 0: no translation.
  translator_translate(functionId: number, pc: number): number;
  // Of each translation, one of these, before the next one.
  translator_installed(): void;
  translator_discard(isRefused: number): void;
}

// Engines keep a copy of the table for each instance: it seldom grows.
const SLOTS_AT_ONCE = 1024;
const FIRST_CODE_SLOT = 8192 + 64;  // kFirstCodeSlot of runtime/tier/tier.h.
// Larger modules are compiled meanwhile.
const SYNCHRONOUS_BYTES = 100_000;

const refusal = (error: unknown) => (): never => {
  throw error;
};

const NEVER = 0, INSTALLED = 1, NOT_NOW = -1;

function growTo(table: WebAssembly.Table, size: number, filler: unknown): void {
  const from = table.length;
  if (from >= size) return;
  table.grow(size - from, filler);
  fill(table, from, filler);
}

// Engines without reference types have left the filler out.
function fill(table: WebAssembly.Table, from: number, filler: unknown): void {
  if (table.length === 0 || table.get(from) === filler) return;
  for (let i = from; i < table.length; i++) table.set(i, filler);
}

export class Translation implements TranslationPort {
  readonly #exports: Exports;
  readonly #source: TranslatorSource;
  #translator: TranslatorExports | undefined;
  #imports: WebAssembly.Imports = {};
  // T_n, made when the first module asks for it.
  readonly #tables: { table: WebAssembly.Table; stub: unknown; n: number }[] = [];
  #broken = false;
  #pending = false;  // A large module is being compiled.
  #stale = false;    // And functions that may be in it are gone.

  constructor(exports: Exports, source: TranslatorSource) {
    this.#exports = exports;
    this.#source = source;
  }

  translate(functionId: number, pc: number): number {
    if (this.#broken) return NEVER;
    if (this.#pending) return NOT_NOW;
    try {
      this.#translator ??= this.#start();
      return this.#translator ? this.#translate(this.#translator, functionId, pc) : NOT_NOW;
    } catch (error) {
      this.#fail(error);
      return NEVER;
    }
  }

  functionsFreed(firstId: number, count: number, arity: number): void {
    this.#stale ||= this.#pending;
    for (const { table, stub, n } of this.#tables) {
      if (arity && arity !== n) continue;
      const end = Math.min(firstId + count, table.length);
      for (let id = firstId; id < end; id++) table.set(id, stub);
    }
  }

  codeReleased(firstSlot: number, count: number): void {
    for (let slot = firstSlot; slot < firstSlot + count; slot++) this.#exports.__indirect_function_table.set(slot, null);
  }

  // Some more than now: it may grow again soon.
  functionsGrew(count: number): void {
    for (const { table, stub } of this.#tables) if (count > table.length) growTo(table, Math.ceil(count * 1.25), stub);
  }

  #fail(error: unknown): void {
    this.#broken = true;
    console.debug(`Bactrian: programs run without the translator: ${messageOf(error)}`);
  }

  #start(): TranslatorExports | undefined {
    const module = this.#source(this.#exports.bactrian_wants_inspection() ? debugTranslatorName : translatorName);
    if (!module) return undefined;
    const { memory, __indirect_function_table: table } = this.#exports;
    growTo(table, FIRST_CODE_SLOT + SLOTS_AT_ONCE, null);
    const instance = new WebAssembly.Instance(module, { env: { memory, __indirect_function_table: table } });
    const translator = instance.exports as unknown as TranslatorExports;
    translator.translator_start(this.#exports.bactrian_tier_interface());
    this.#exports.bactrian_set_native_stack(nativeStackBudget());
    this.#imports = { b: this.#importable() };
    return translator;
  }

  // What modules name (translator/emit/module.h): "m", "c", "t1" …, "f1" ….
  #importable(): WebAssembly.ModuleImports {
    const { memory: m, __indirect_function_table: c } = this.#exports;
    const calls: WebAssembly.Table[] = [];
    return new Proxy<WebAssembly.ModuleImports>({ m, c }, {
      get: (known, name: string) => {
        const n = Number(name.slice(1));
        return name[0] === "t" ? calls[n] ??= this.#callsOfArity(n) : name[0] === "f" ? c.get(n) as WebAssembly.ImportValue : known[name];
      },
    });
  }

  #callsOfArity(n: number): WebAssembly.Table {
    const stub: unknown = this.#exports.__indirect_function_table.get(this.#exports.bactrian_call_stub(n));
    const table = new WebAssembly.Table({ element: "anyfunc", initial: this.#exports.bactrian_function_count() }, stub);
    fill(table, 0, stub);
    this.#tables.push({ table, stub, n });
    return table;
  }

  #translate(translator: TranslatorExports, functionId: number, pc: number): number {
    const { memory, __indirect_function_table: table } = this.#exports;
    const result = translator.translator_translate(functionId, pc) >>> 0;
    if (result === 0) return NEVER;
    const [pointer, length, slotEnd] = new Uint32Array(memory.buffer, result, 3) as unknown as [number, number, number];
    const bytes = new Uint8Array(memory.buffer, pointer, length).slice();
    if (slotEnd > table.length) table.grow(slotEnd - table.length + SLOTS_AT_ONCE);
    if (length < SYNCHRONOUS_BYTES) return this.#install(translator, () => new WebAssembly.Module(bytes));
    this.#pending = true;
    void WebAssembly.compile(bytes).then((module) => () => module, refusal).then((compiled) => this.#finish(translator, compiled));
    return NOT_NOW;
  }

  #install(translator: TranslatorExports, compiled: () => WebAssembly.Module): number {
    try {
      new WebAssembly.Instance(compiled(), this.#imports);
    } catch (error) {
      console.debug(`Bactrian: a translation was refused: ${messageOf(error)}`);
      translator.translator_discard(1);
      return NEVER;
    }
    translator.translator_installed();
    return INSTALLED;
  }

  #finish(translator: TranslatorExports, compiled: () => WebAssembly.Module): void {
    try {
      if (this.#stale) translator.translator_discard(0);
      else this.#install(translator, compiled);
    } catch (error) {
      this.#fail(error);
    }
    this.#pending = this.#stale = false;
  }
}
