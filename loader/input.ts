// SPDX-License-Identifier: Apache-2.0
// A program's stdin: bytes that arrive when they like, read without blocking.
// In: a `pull` that gives the next piece, at once or as a promise; null is the end of file.
// Out: read (bytes, 0 at the end, or -EAGAIN) and ready, which asks for more and resolves when it has come.
// A terminal's end (Ctrl-D) is seen once, then reading goes on; any other end stays.

import type { Input } from "./api.ts";
import { EAGAIN } from "../build/generated/host.ts";
import { bytesOf } from "./text.ts";

type Piece = string | Uint8Array | null | undefined;
export type Pull = () => Piece | Promise<Piece>;

export class InputStream {
  #bytes = new Uint8Array(0);
  #ended = false;
  #pending: Promise<void> | undefined;

  constructor(readonly pull: Pull, readonly endIsSticky = true) {}

  read(buffer: Uint8Array): number {
    if (buffer.length === 0) return 0;
    if (this.#bytes.length === 0 && !this.#ended) {
      if (this.#pending) return -EAGAIN;
      const piece = this.pull();
      if (piece instanceof Promise) {
        this.#await(piece);
        return -EAGAIN;
      }
      this.#accept(piece);
    }
    if (this.#ended) {
      this.#ended = this.endIsSticky;
      return 0;
    }
    if (this.#bytes.length === 0) return -EAGAIN;
    const count = Math.min(buffer.length, this.#bytes.length);
    buffer.set(this.#bytes.subarray(0, count));
    this.#bytes = this.#bytes.subarray(count);
    return count;
  }

  // Rejects when the page's own code that gives the input fails.
  ready(): Promise<void> {
    if (this.#pending) return this.#pending;
    if (this.#bytes.length > 0 || this.#ended) return Promise.resolve();
    return this.#await(Promise.resolve(this.pull()));
  }

  #await(piece: Promise<Piece>): Promise<void> {
    const pending = piece.then((bytes) => {
      this.#pending = undefined;
      this.#accept(bytes);
    });
    pending.catch(() => {});  // Whoever waits sees it; if nobody does, it was not wanted.
    return (this.#pending = pending);
  }

  // An empty piece is no end: the next read asks again.
  #accept(piece: Piece): void {
    if (piece == null) this.#ended = true;
    else this.#bytes = bytesOf(piece) as Uint8Array<ArrayBuffer>;
  }
}

export function pullFrom(input: Input | undefined): Pull {
  if (typeof input === "function") return input;
  if (input && typeof input === "object" && Symbol.asyncIterator in input) {
    const iterator = input[Symbol.asyncIterator]();
    return async () => {
      const { done, value } = await iterator.next();
      return done ? null : value;
    };
  }
  let rest: Piece = input;
  return () => {
    const piece = rest;
    rest = null;
    return piece;
  };
}
