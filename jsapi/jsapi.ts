// SPDX-License-Identifier: Apache-2.0
// The JavaScript side of one program's bindings: entry point of bactrian-jsapi.js. In: the compiled
// bactrian-jsapi.wasm, the runtime's exports, the host. Out: what the loader needs of it (Attached).
//
// A JavaScript value has a slot here as long as OCaml has a handle for it; a value's slot is found again in `ids`, so
// that OCaml's == is ===. Words, cells and roots: jsapi/border.h, roots.h.
//
// Everything is in one closure, and so in one file of about 800 lines, for the engine: these are the hot paths of a border.

import { operations as operationNames } from "../build/generated/jsapi.ts";
import { makeRoom } from "../build/generated/room.ts";
import { evaluator } from "./expressions.ts";
import { flagsOf, libraryOf, mayWait, ThreadWaits } from "./externals.ts";
import type { Attached, AttachOptions } from "./face.ts";
import { makeOperations, viewOf } from "./operations.ts";
import { makeStubs, STUBS_PER_EXTERNAL } from "./stubs.ts";
import { hashOf, hashOfBytes, LONGEST_HASHED, makeTexts } from "./texts.ts";
import { OcamlBigarray, OcamlCustom, OcamlException, OcamlInt64, OcamlString, OcamlValue, ProgramExit, ROOT, type Reader } from "./values.ts";

interface Exports {
  __stack_pointer: WebAssembly.Global;
  jsapi_attach(stackEnd: number, runtime: number): void;
  jsapi_external(name: number, flags: number): void;
  jsapi_external_arguments(): number;
  jsapi_call_external(external: number, args: number, count: number): bigint;
  jsapi_start(stubs: number): void;
  jsapi_ready(): void;
  jsapi_exit_code(): number;
  jsapi_words(): number;
  jsapi_cells(): number;
  jsapi_call(root: number, arity: number, count: number, first: number, mayWait: number): number;
  jsapi_release_root(root: number): void;
  jsapi_tag(root: number): number;
  jsapi_size(root: number): number;
  jsapi_address(root: number): number;
  jsapi_bytes(root: number): number;  // The same, to write there.
  jsapi_field(root: number, i: number): number;
  jsapi_int64_part(root: number, shift: number): number;
  jsapi_bigarray(root: number): void;
  jsapi_block(array: number): number;
  jsapi_describe(root: number): number;
  jsapi_named(name: number, length: number): number;
}

// As in border.h, errors.h.
const NUMBER = -2, THROWN = -4, EXIT = -6, WAITS = -8, FIRST_ROOT = -10;
const OCAML = 0, ERROR = 1, OTHER = 2, OVERFLOW = 3, REGISTERED = 4;
const THIS = 2, ARGUMENTS = 4;
const CLOSURE = 1, STRING = 2, INT64 = 3, CUSTOM = 4, BIGARRAY = 5;
const TABLE_END = 1024 + 512;  // Where this module's functions lie in the table: CMakeLists.txt.
const MAX_EXTERNALS = 1000;    // Their stubs lie behind it, before the translator's functions.
const STACK_SIZE = 128 * 1024;
// Longer strings have a slot for each time that they cross.
const LONGEST_INTERNED = 1000;
const HINTS = 1023;
// Strings that are put together from characters here: so short that this is quicker than a decoder.
const SHORT = 12;
// Of the calls that a JavaScript function makes of OCaml's, which has called it, the first makes sure of the native stack, and
// one in so many: between two, JavaScript's own frames take little of it. Of others, each.
const CALLS_PER_LOOK = 16;
// After so many exceptions caught, later ones get no stack traces, unless the page wants longer ones than the engine's.
const MANY_CAUGHT = 1000, USUAL_TRACE = 10;

type Callable = (...args: unknown[]) => unknown;

export { libraryOf };

export function attach({ module, runtime, host, hostDone, callWaits, externals: given_externals, library }: AttachOptions): Attached {
  const slots: unknown[] = [undefined, null, false, true];
  const free: number[] = [];
  const ids = new Map<unknown, number>();  // All but short strings:
  const texts = makeTexts(slots);
  let arrays: WeakMap<object, number> | undefined;  // Of Json.unsafe_input: the roots of the blocks.
  const hints = new Int32Array(HINTS + 1);
  const exported: Record<string, unknown> = {};
  const externals: { f: Callable; flags: number }[] = [];

  // ---- Memory ----

  let wordsAt = 0, cellsAt = 0;
  let words = new Int32Array(0), cells = new Float64Array(0), bytes = new Uint8Array(0);
  // A memory that grows takes its old views away.
  const refresh = () => {
    const { buffer } = runtime.memory;
    words = new Int32Array(buffer, wordsAt, 1024);
    cells = new Float64Array(buffer, cellsAt, 1024);
    bytes = new Uint8Array(buffer);
  };

  // ---- JavaScript → words ----

  function newSlot(v: unknown): number {
    const slot = free.length > 0 ? free.pop()! : slots.length;
    slots[slot] = v;
    return slot;
  }

  function internText(text: string, hash: number): number {
    let slot = texts.find(text, hash);
    if (slot === 0) texts.add(slot = newSlot(text), hash);
    return slot;
  }

  function intern(v: unknown): number {
    if (typeof v === "string" && v.length <= LONGEST_HASHED) return internText(v, hashOf(v)) << 1;
    const parsedRoot = arrays?.get(v as object);
    if (parsedRoot !== undefined) return FIRST_ROOT - 2 * parsedRoot;
    const known = ids.get(v);
    if (known !== undefined) return known << 1;
    if (typeof v === "object" ? v instanceof OcamlValue : typeof v === "function" && ROOT in v) {
      return FIRST_ROOT - 2 * (v instanceof OcamlValue ? v.root : (v as unknown as { [ROOT]: number })[ROOT]);
    }
    const slot = newSlot(v);
    if (typeof v !== "string" || v.length <= LONGEST_INTERNED) ids.set(v, slot);
    return slot << 1;
  }

  function wordOf(v: unknown, at: number): number {
    switch (typeof v) {
      case "number": {
        const n = v | 0;
        if (n === v && n << 1 >> 1 === n && (n !== 0 || 1 / v > 0)) return n << 1 | 1;
        if (words.length === 0) refresh();
        cells[at] = v;
        return NUMBER;
      }
      case "undefined": return 0;
      case "boolean": return v ? 6 : 4;
      default: return v === null ? 2 : intern(v);
    }
  }

  // ---- Words → JavaScript ----

  function valueOf(word: number, at: number): unknown {
    if ((word & 1) !== 0) return word >> 1;
    if (word >= 0) return slots[word >> 1];
    if (word === NUMBER) return cells[at];
    return ofRoot((FIRST_ROOT - word) >> 1);
  }

  // ---- Roots ----

  const kinds: number[] = [];
  const holders: (WeakRef<object> | undefined)[] = [];
  const byAddress = new Map<number, number>();
  const collected = new FinalizationRegistry<{ root: number; ref: WeakRef<object> | undefined }>(({ root, ref }) => {
    // Another object may have taken its place meanwhile.
    if (holders[root] !== ref) return;
    holders[root] = undefined;
    own.jsapi_release_root(root);
  });

  function hold(root: number, holder: object): void {
    const ref = new WeakRef(holder);
    holders[root] = ref;
    collected.register(holder, { root, ref });
  }

  function ofRoot(root: number): unknown {
    return holders[root]?.deref() ?? makeHolder(root);
  }

  function makeHolder(root: number): object {
    let holder: object;
    switch (kinds[root]) {
      case CLOSURE:
        holder = callback(root, 0, -1);
        Object.defineProperty(holder, ROOT, { value: root });
        break;
      case STRING: holder = new OcamlString(reader, root); break;
      case INT64: holder = new OcamlInt64(reader, root); break;
      case CUSTOM: holder = new OcamlCustom(reader, root); break;
      case BIGARRAY: holder = new OcamlBigarray(reader, root); break;
      default: holder = new OcamlValue(reader, root);
    }
    hold(root, holder);
    return holder;
  }

  const reader: Reader = {
    tag: (root) => own.jsapi_tag(root),
    size: (root) => own.jsapi_size(root),
    field: (root, i) => valueOf(own.jsapi_field(root, i), 0),
    text: (root) => {
      if (words.length === 0) refresh();
      const at = own.jsapi_address(root) >>> 0;
      return utf8(at, own.jsapi_size(root));
    },
    int64Part: (root, shift) => own.jsapi_int64_part(root, shift),
    bytes: (root) => new Uint8Array(runtime.memory.buffer, own.jsapi_bytes(root) >>> 0, own.jsapi_size(root)),
    bigarray(root) {
      own.jsapi_bigarray(root);
      if (words.length === 0) refresh();
      const kind = words[0]!;
      return {
        kind,
        dimensions: Array.from(cells.subarray(2, 2 + words[1]!)),
        view: viewOf(runtime.memory.buffer, kind, cells[0]!, cells[1]!),
      };
    },
    buffer: () => runtime.memory.buffer,
  };

  // ---- Exceptions ----

  let depth = 0;  // Of OCaml code that called JavaScript, and has not got its answer.

  // An engine notes a stack trace in every Error, which takes long, and through wasm frames ten times as long. A program
  // that catches very many goes without, for as long as OCaml calls JavaScript.
  let caught = 0;

  // What `unshorten` is to put back; 0: nothing.
  function shorten(): number {
    const limit = Error.stackTraceLimit;
    if (!(limit > 0 && limit <= USUAL_TRACE)) return 0;
    Error.stackTraceLimit = 0;
    return limit;
  }
  function unshorten(limit: number): void {
    if (limit !== 0) Error.stackTraceLimit = limit;
  }

  function thrown(error: unknown): number {
    caught++;
    if (words.length === 0) refresh();
    if (error instanceof ProgramExit) return EXIT;
    let what = OTHER;
    if (error instanceof OcamlException) {
      what = OCAML;
      error = error.value;
    } else if (error instanceof OcamlValue && error.size > 0) {
      what = OCAML;
    } else if (error instanceof RangeError && /call stack|recursion/i.test(error.message)) {
      what = OVERFLOW;
    } else if (error instanceof Error && "raises" in error && typeof error.raises === "string") {
      what = REGISTERED;
      words[2] = wordOf(error.raises, 2);
      error = error.message;
    } else if (error instanceof Error) {
      what = ERROR;
    }
    words[0] = what === OTHER ? wordOf(String(error), 0) : wordOf(error, 0);
    words[1] = what;
    return THROWN;
  }

  function cString(at: number): string {
    if (words.length === 0) refresh();
    return utf8(at, bytes.indexOf(0, at) - at);
  }

  // What an OCaml function has raised (put_exception), as what JavaScript gets to see.
  function raised(): unknown {
    const value = valueOf(words[0]!, 0);
    if (words[1] !== OCAML) return value;
    const holder = value as OcamlValue;
    const text = own.jsapi_describe(holder.root) >>> 0;
    const message = cString(text);
    runtime.bactrian_free(text);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const exception = new OcamlException(holder, message);
    Error.stackTraceLimit = stackTraceLimit;
    return exception;
  }

  // ---- Functions ----

  // JavaScript that has used up the native stack gets its RangeError before OCaml runs, whose state would not survive one.
  const room = makeRoom(() => {});
  let unlooked = 0;

  function refuseWhileBusy(): void {
    if (host.busy) throw new Error("OCaml code cannot run while it reads or writes");
  }

  // arity: see jsapi_call. `first` and words[1 .. count - 1] are the arguments.
  function enter(root: number, arity: number, count: number, first: number): unknown {
    if (over) return undefined;
    refuseWhileBusy();
    if (depth === 0 || --unlooked < 0) {
      room(false);
      unlooked = CALLS_PER_LOOK - 1;
    }
    const outer = depth, mayWait = depth === 0 || promising;
    depth = 0;
    promising = false;
    const word = own.jsapi_call(root, arity, count, first, mayWait ? 1 : 0);
    depth = outer;
    if ((word & 1) !== 0) return word >> 1;
    if (word >= 0) return slots[word >> 1];
    if (words.length === 0) refresh();
    if (word === THROWN) throw raised();
    if (word === WAITS) return promised(cells[0]!);
    if (word !== EXIT) return valueOf(word, 0);
    if (depth > 0) throw new ProgramExit();
    close(new ProgramExit());
    ended(own.jsapi_exit_code());
    return undefined;
  }

  // ---- Calls that wait: what JavaScript gets is a promise ----

  let promising = false;  // The next call may wait, although it is made by JavaScript that OCaml called.
  let over = false;       // The program has been ended: its functions do nothing any more.
  const pending = new Map<number, (error: unknown, value?: unknown) => void>();

  function promised(call: number): Promise<unknown> {
    callWaits();
    const promise = new Promise((resolve, reject) => pending.set(call, (error, value) => {
      pending.delete(call);
      if (over) promise.catch(() => {});  // Of an event, say: nobody looks at it.
      if (error) reject(error);
      else resolve(value);
    }));
    return promise;
  }

  function close(error: unknown): void {
    over = true;
    for (const settle of pending.values()) settle(error);
  }

  function callback(root: number, mode: number, arity: number): object {
    if ((mode & ARGUMENTS) !== 0) {
      return function (this: unknown, ...args: unknown[]): unknown {
        if (words.length === 0) refresh();
        const self = mode & THIS ? 1 : 0;
        const first = wordOf(self ? this : args, 0);
        if (self) words[1] = wordOf(args, 1);
        return enter(root, arity, self + 1, first);
      };
    }
    if ((mode & THIS) !== 0) {
      return function (this: unknown, ...args: unknown[]): unknown {
        if (words.length === 0) refresh();
        const first = wordOf(this, 0);
        const count = Math.min(args.length, 31);
        for (let i = 0; i < count; i++) words[i + 1] = wordOf(args[i], i + 1);
        return enter(root, arity, count + 1, first);
      };
    }
    return function (a: unknown, b: unknown): unknown {
      const count = Math.min(arguments.length, 32), first = wordOf(a, 0);
      if (count > 1) {
        if (words.length === 0) refresh();
        words[1] = wordOf(b, 1);
        for (let i = 2; i < count; i++) words[i] = wordOf(arguments[i], i);
      }
      return enter(root, arity, count || 1, first);
    };
  }

  // ---- Text ----

  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();

  function utf8(at: number, length: number): string {
    return (length <= SHORT ? short(at, length, 0x7F) : undefined) ?? decoder.decode(bytes.subarray(at, at + length));
  }

  // A character for each byte; undefined: one is above `highest`. One call makes one flat string: pieces that are put
  // together would have to be copied when the string is first looked up.
  function short(at: number, length: number, highest: number): string | undefined {
    const b = bytes, f = String.fromCharCode;
    let all = 0;
    for (let i = 0; i < length; i++) all |= b[at + i]!;
    if (all > highest) return undefined;
    switch (length) {
      case 0: return "";
      case 1: return f(b[at]!);
      case 2: return f(b[at]!, b[at + 1]!);
      case 3: return f(b[at]!, b[at + 1]!, b[at + 2]!);
      case 4: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!);
      case 5: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!);
      case 6: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!);
      case 7: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!);
      case 8: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!);
      case 9: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!);
      case 10: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!);
      case 11: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!);
      default: return f(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!);
    }
  }

  function latin1(at: number, length: number): string {
    let text = "";
    for (const end = at + length; at < end; at += SHORT) text += short(at, Math.min(end - at, SHORT), 0xFF);
    return text;
  }

  function writeBytes(text: string, at: number, highest: number): boolean {
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c > highest) return false;
      bytes[at + i] = c;
    }
    return true;
  }

  // ---- Waiting ----

  type Settled = { value: unknown } | { error: unknown };
  const settled = new WeakMap<object, Settled | number>();
  let waitCount = 0;

  function awaited(promise: unknown): number {
    const then = (promise as { then?: unknown } | null | undefined)?.then;
    if (typeof then !== "function") return wordOf(promise, 0);
    const key = promise as object;
    const state = settled.get(key);
    if (typeof state === "object") return "error" in state ? thrown(state.error) : wordOf(state.value, 0);
    if (words.length === 0) refresh();
    const id = state ?? ++waitCount;
    if (state === undefined) {
      settled.set(key, id);
      const done = (end: Settled) => {
        settled.set(key, end);
        hostDone(id);
      };
      then.call(promise, (value: unknown) => done({ value }), (error: unknown) => done({ error }));
    }
    cells[1] = id;
    return EXIT;
  }

  const threadWaits = new ThreadWaits(hostDone);

  function goOnWaiting(id: number): number {
    if (words.length === 0) refresh();
    cells[1] = id;
    return WAITS;
  }

  // ---- Events that are over when the program starts: their handlers still run, once, soon ----

  const page = typeof document === "object" && typeof window === "object";

  function isOver(target: unknown, event: unknown): boolean {
    if (event === "load") return target === window && document.readyState === "complete";
    return event === "DOMContentLoaded" && (target === document || target === window) && document.readyState !== "loading" && !parsing;
  }
  // Between the page's last tag and DOMContentLoaded the state is "interactive" already.
  let parsing = page && document.readyState !== "complete";
  if (parsing) document.addEventListener("DOMContentLoaded", () => (parsing = false), { once: true });

  function callLate(target: EventTarget, event: string, handler: unknown): void {
    setTimeout(() => {
      const arrived = new Event(event);
      if (typeof handler === "function") handler.call(target, arrived);
      else (handler as EventListenerObject | null)?.handleEvent?.(arrived);
    });
  }

  // ---- Json.unsafe_input: JSON.parse with a function of js_of_ocaml's library that makes OCaml strings and int64s; the
  // blocks, which are arrays to it, are left to us. It is known by what it makes of the array for an int64. ----

  function isUnsafeInput(v: unknown, reviver: unknown): v is unknown[] {
    return Array.isArray(v) && functions.has(reviver as object) &&
      (reviver as Callable).call({}, "", [255, 0, 0, 0]) instanceof OcamlInt64;
  }

  // The array stands for the block, while it lives: there are programs that expect JavaScript's array.
  function parsed(v: unknown[]): number {
    const word = own.jsapi_block(wordOf(v, 0));
    if (word === THROWN) throw raised();
    if (word <= FIRST_ROOT) {
      const root = (FIRST_ROOT - word) >> 1;
      hold(root, v);
      (arrays ??= new WeakMap()).set(v, root);
    }
    return word;
  }

  // ---- What the module imports ----

  const run: Callable[] = [];

  function invoke(f: Callable, self: unknown, count: number): unknown {
    switch (count) {
      case 0: return f.call(self);
      case 1: return f.call(self, valueOf(words[2]!, 2));
      case 2: return f.call(self, valueOf(words[2]!, 2), valueOf(words[3]!, 3));
      default: return Reflect.apply(f, self, given(count));
    }
  }
  const given = (count: number) => Array.from({ length: count }, (_, i) => valueOf(words[i + 2]!, i + 2));

  const imports = {
    get(object: number, key: number): number {
      if (words.length === 0) refresh();
      try {
        const v = (valueOf(object, 0) as any)[valueOf(key, 1) as PropertyKey];
        if (typeof v !== "object" && typeof v !== "string" || v === null) return wordOf(v, 0);
        // The value that this property had the last time, if it is the same: without looking for it in the map.
        const hint = (object ^ key << 3) & HINTS;
        const slot = hints[hint]!;
        if (slots[slot] === v) return slot << 1;
        const word = intern(v);
        if (word >= 0) hints[hint] = word >> 1;
        return word;
      } catch (error) {
        return thrown(error);
      }
    },
    set(object: number, key: number): number {
      if (words.length === 0) refresh();
      try {
        const target = valueOf(object, 0) as any, name = valueOf(key, 1) as PropertyKey, v = valueOf(words[2]!, 2);
        target[name] = v;
        if (name === "onload" && page && isOver(target, "load")) callLate(target, "load", v);
        return 0;
      } catch (error) {
        return thrown(error);
      }
    },
    call(f: number, self: number, count: number): number {
      if (words.length === 0) refresh();
      const limit = caught > MANY_CAUGHT ? shorten() : 0;
      depth++;
      unlooked = 0;
      try {
        return wordOf(invoke(valueOf(f, 0) as Callable, valueOf(self, 1), count), 0);
      } catch (error) {
        return thrown(error);
      } finally {
        depth--;
        unshorten(limit);
      }
    },
    method(object: number, name: number, count: number): number {
      if (words.length === 0) refresh();
      const limit = caught > MANY_CAUGHT ? shorten() : 0;
      depth++;
      unlooked = 0;
      try {
        const self = valueOf(object, 0) as any, key = valueOf(name, 1) as string;
        let v: unknown;
        switch (count) {
          case 0: v = self[key](); break;
          case 1: v = self[key](valueOf(words[2]!, 2)); break;
          case 2: {
            const second = valueOf(words[3]!, 3);
            v = self[key](valueOf(words[2]!, 2), second);
            if (self === JSON && key === "parse" && isUnsafeInput(v, second)) return parsed(v);
            break;
          }
          default:
            v = self[key](...given(count));
            if (key === "addEventListener" && page && isOver(self, valueOf(words[2]!, 2))) {
              callLate(self, valueOf(words[2]!, 2) as string, valueOf(words[3]!, 3));
            }
        }
        return wordOf(v, 0);
      } catch (error) {
        return thrown(error);
      } finally {
        depth--;
        unshorten(limit);
      }
    },
    construct(f: number, count: number): number {
      if (words.length === 0) refresh();
      const limit = caught > MANY_CAUGHT ? shorten() : 0;
      depth++;
      unlooked = 0;
      try {
        return wordOf(Reflect.construct(valueOf(f, 0) as Callable, given(count)), 0);
      } catch (error) {
        return thrown(error);
      } finally {
        depth--;
        unshorten(limit);
      }
    },
    operation(index: number): number {
      if (words.length === 0) refresh();
      const limit = caught > MANY_CAUGHT ? shorten() : 0;
      depth++;
      unlooked = 0;
      try {
        return wordOf(run[index]!(valueOf(words[0]!, 0), valueOf(words[1]!, 1), valueOf(words[2]!, 2)), 0);
      } catch (error) {
        return thrown(error);
      } finally {
        depth--;
        unshorten(limit);
      }
    },
    external(index: number, count: number, thread: number, isOver: number): number {
      if (words.length === 0) refresh();
      const limit = caught > MANY_CAUGHT ? shorten() : 0;
      depth++;
      unlooked = 0;
      try {
        const { f, flags } = externals[index]!;
        let result: unknown;
        if (isOver) {
          result = threadWaits.end(thread);
        } else {
          const args = Array.from({ length: count }, (_, i) => textOrSelf(valueOf(words[i]!, i)));
          const before = mayWait(flags) ? threadWaits.resume(thread, index, args) : undefined;
          if (before !== undefined) return goOnWaiting(before);
          result = f(...args);
          if (mayWait(flags) && typeof (result as PromiseLike<unknown> | undefined)?.then === "function") {
            threadWaits.start(thread, ++waitCount, index, args, result as PromiseLike<unknown>);
            return goOnWaiting(waitCount);
          }
        }
        if (words.length === 0) refresh();
        const word = wordOf(result, 0);
        words[1] = Number(typeof result === "string");
        return word;
      } catch (error) {
        return thrown(error);
      } finally {
        depth--;
        unshorten(limit);
      }
    },
    string(at: number, length: number, isUtf8: number): number {
      if (words.length === 0) refresh();
      at >>>= 0;
      const text = length <= SHORT ? short(at, length, isUtf8 ? 0x7F : 0xFF) : undefined;
      if (text !== undefined) return internText(text, hashOfBytes(bytes, at, length));
      return intern(isUtf8 ? utf8(at, length) : latin1(at, length)) >> 1;
    },
    text(word: number, at: number, capacity: number, isUtf8: number): number {
      if (words.length === 0) refresh();
      at >>>= 0;
      const v = valueOf(word, 0);
      const text = typeof v === "string" ? v : String(v);
      const { length } = text;
      words[0] = 0;
      if (length * 3 > capacity) {
        const place = runtime.bactrian_malloc(length * 3);
        if (place === 0) return -1;
        refresh();
        words[0] = place;
        at = place >>> 0;
      }
      if (!isUtf8) {
        for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
        return length;
      }
      if (length <= 48 && writeBytes(text, at, 0x7F)) return length;
      return encoder.encodeInto(text, bytes.subarray(at, at + length * 3)).written;
    },
    array(count: number): number {
      if (words.length === 0) refresh();
      return intern(Array.from({ length: count }, (_, i) => valueOf(words[i]!, i)));
    },
    append(array: number, count: number): void {
      if (words.length === 0) refresh();
      const list = valueOf(array, 0) as unknown[];
      for (let i = 0; i < count; i++) list.push(valueOf(words[i]!, i));
    },
    length: (array: number): number => (valueOf(array, 0) as { length?: number } | null | undefined)?.length ?? -1,
    read(array: number, from: number, count: number): void {
      if (words.length === 0) refresh();
      const list = valueOf(array, 0) as ArrayLike<unknown>;
      for (let i = 0; i < count; i++) {
        const word = wordOf(list[from + i], i);
        words[i] = word;
      }
    },
    callback(root: number, mode: number, arity: number): number {
      const f = callback(root, mode, arity);
      functions.set(f, root);
      // Nobody asks for it by its root: no WeakRef, which would keep it to the end of the task.
      collected.register(f, { root, ref: undefined });
      return intern(f);
    },
    call_ended(call: number, word: number): void {
      if (words.length === 0) refresh();
      const settle = pending.get(call)!;
      if (word === THROWN) settle(raised());
      else settle(undefined, valueOf(word, 0));
    },
    compare(a: number, b: number): number {
      if (words.length === 0) refresh();
      const x = valueOf(a, 0) as any, y = valueOf(b, 1) as any;
      if (x === y) return 0;
      // What cannot be converted to a primitive value is in no order.
      try {
        return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
      } catch {
        return 2;
      }
    },
    hash(word: number): number {
      const v = slots[word >> 1];
      if (typeof v !== "string") return word;
      let hash = v.length;
      for (let i = 0; i < v.length && i < 100; i++) hash = Math.imul(hash ^ v.charCodeAt(i), 0x01000193);
      return hash;
    },
    arity(slot: number): number {
      const v = slots[slot];
      return typeof v === "function" ? Math.min(Math.max(v.length, 1), 10) : 0;
    },
    release(slot: number): void {
      const v = slots[slot];
      if (typeof v === "string" && v.length <= LONGEST_HASHED) texts.remove(slot);
      else if (ids.get(v) === slot) ids.delete(v);
      slots[slot] = undefined;
      free.push(slot);
    },
    new_root: (root: number, kind: number): void => void (kinds[root] = kind),
    find_root: (address: number): number => byAddress.get(address) ?? -1,
    settle_root: (root: number, address: number): void => void byAddress.set(address, root),
    forget_root(root: number, address: number): void {
      if (byAddress.get(address) === root) byAddress.delete(address);
    },
    await: (word: number): number => {
      if (words.length === 0) refresh();
      return awaited(valueOf(word, 0));
    },
  };
  const functions = new WeakMap<object, number>();

  // ---- Start ----

  const { memory, __indirect_function_table } = runtime;
  if (__indirect_function_table.length < TABLE_END) __indirect_function_table.grow(TABLE_END - __indirect_function_table.length);
  const instance = new WebAssembly.Instance(module, {
    env: { memory, __indirect_function_table }, js: imports as unknown as WebAssembly.ModuleImports,
  });
  const own = instance.exports as unknown as Exports;
  wordsAt = own.jsapi_words() >>> 0;
  cellsAt = own.jsapi_cells() >>> 0;
  // For calls in each other through JavaScript: more than the gap between the modules' data has room for.
  const stack = runtime.bactrian_malloc(STACK_SIZE) >>> 0;
  own.__stack_pointer.value = stack + STACK_SIZE;
  refresh();
  own.jsapi_attach(stack, runtime.bactrian_side_interface());
  const supplied = library?.() ?? {};
  const all = Object.entries({ ...supplied, ...given_externals });
  if (all.length > MAX_EXTERNALS) throw new RangeError(`a program may have ${MAX_EXTERNALS} externals`);
  for (const [name, f] of all) {
    const text = encoder.encode(name + "\0");
    const place = runtime.bactrian_malloc(text.length) >>> 0;
    refresh();
    bytes.set(text, place);
    const flags = flagsOf(f);
    own.jsapi_external(place, flags);
    externals.push({ f, flags });
  }
  if (all.length > 0) {
    const end = TABLE_END + STUBS_PER_EXTERNAL * all.length;
    if (__indirect_function_table.length < end) __indirect_function_table.grow(end - __indirect_function_table.length);
    makeStubs(all.length, {
      memory, table: __indirect_function_table, first: TABLE_END, arguments: own.jsapi_external_arguments() >>> 0, call: own.jsapi_call_external,
    });
  }
  own.jsapi_start(TABLE_END);

  let ended: (exitCode: number) => void = () => {};
  const operations = makeOperations({
    host,
    evaluate: evaluator(exported),
    buffer: () => runtime.memory.buffer,
    closureOf: (f) => ofRootOrSelf(f),
    live: () => slots.length - free.length,
  });
  const ofRootOrSelf = (f: unknown): unknown => {
    const root = typeof f === "function" ? functions.get(f) : undefined;
    if (root === undefined) return f;
    // A bare closure of the same value: back in OCaml it is the closure.
    const bare = callback(root, 0, -1);
    Object.defineProperty(bare, ROOT, { value: root });
    return bare;
  };
  // An OCaml string as a string.
  const textOrSelf = (v: unknown): unknown => v instanceof OcamlString ? v.toString() : v;
  for (const name of operationNames) run.push(operations[name]!);

  return {
    ready: () => own.jsapi_ready(),
    onExit: (action) => void (ended = action),
    close,
    exported,
    call(name, args) {
      refuseWhileBusy();
      const text = encoder.encode(name);
      const place = runtime.bactrian_malloc(text.length + 1) >>> 0;
      refresh();
      bytes.set(text, place);
      const f = valueOf(own.jsapi_named(place, text.length), 0) ?? exported[name];
      runtime.bactrian_free(place);
      if (typeof f !== "function") throw new TypeError(`the program has registered no function '${name}'`);
      if (over) throw new ProgramExit();
      promising = true;
      try {
        const result: unknown = f(...args);
        return result instanceof Promise ? result.then(textOrSelf) : textOrSelf(result);
      } finally {
        promising = false;
      }
    },
  };
}
