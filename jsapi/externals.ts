// SPDX-License-Identifier: Apache-2.0
// What JavaScript functions that supply a program's externals may ask for, by properties (README.md), those that come with
// Bactrian, and the calls that wait.

import type { Externals, Library } from "./face.ts";
import type { GraphicsTools } from "./graphics.ts";

type Callable = (...args: any[]) => unknown;

// As in externals.h.
const WAITS = 1, COPIES = 2;

export function flagsOf(f: Callable): number {
  const { waits, copies } = f as { waits?: unknown; copies?: unknown };
  return (waits === true ? WAITS : 0) | (copies === true ? COPIES : 0);
}

export const mayWait = (flags: number): boolean => (flags & WAITS) !== 0;

const waits = <F extends Callable>(f: F): F => Object.assign(f, { waits: true });
const copies = <F extends Callable>(f: F): F => Object.assign(f, { copies: true });

export async function libraryOf(primitives: string): Promise<Library | undefined> {
  if (!/(^|\0)caml_gr_/.test(primitives)) return undefined;
  const url = new URL("bactrian-graphics.js", import.meta.url).href;
  const { graphics } = await import(/* webpackIgnore: true */ /* @vite-ignore */ url) as { graphics: (tools: GraphicsTools) => Externals };
  return () => graphics({
    waits, copies,
    fail: (message) => {
      throw Object.assign(new Error(message), { raises: "Graphics.Graphic_failure" });
    },
  });
}

class Rejected {
  constructor(readonly error: unknown) {}
}

interface Wait {
  id: number;
  external: number;
  args: readonly unknown[];
  result?: unknown;
}

// Of arguments that are given again.
const same = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => same(v, b[i])));

// The calls that a thread waits in: the last one, and those that a signal's handler has interrupted, which are made again
// when it has ended, or never, when it raised.
export class ThreadWaits {
  readonly #waits = new Map<number, Wait[]>();
  readonly #settled: (id: number) => void;

  constructor(settled: (id: number) => void) {
    this.#settled = settled;
  }

  start(thread: number, id: number, external: number, args: readonly unknown[], promise: PromiseLike<unknown>): void {
    const waits = this.#waits.get(thread) ?? [];
    const wait: Wait = { id, external, args };
    this.#waits.set(thread, waits);
    // Those that have been given up, and are over.
    for (let i = waits.length; i-- > 0;) if ("result" in waits[i]!) waits.splice(i, 1);
    waits.push(wait);
    const done = (result: unknown) => {
      wait.result = result;
      if (waits.at(-1) === wait) this.#settled(id);
      else if (waits.includes(wait)) waits.splice(waits.indexOf(wait), 1);
    };
    promise.then(done, (error: unknown) => done(new Rejected(error)));
  }

  // The wait's number, if this call has been made before and still waits.
  resume(thread: number, external: number, args: readonly unknown[]): number | undefined {
    const waits = this.#waits.get(thread);
    const i = waits?.findIndex((wait) => wait.external === external && !("result" in wait) && same(wait.args, args)) ?? -1;
    if (i < 0) return undefined;
    const [wait] = waits!.splice(i, 1);
    waits!.push(wait!);
    return wait!.id;
  }

  // What the promise gave for which the thread waited.
  end(thread: number): unknown {
    const waits = this.#waits.get(thread)!;
    const { result } = waits.pop()!;
    if (waits.length === 0) this.#waits.delete(thread);
    if (result instanceof Rejected) throw result.error;
    return result;
  }
}
