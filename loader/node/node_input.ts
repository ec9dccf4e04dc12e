// SPDX-License-Identifier: Apache-2.0
// The Node command's stdin where it can wait: a terminal, a pipe, a socket. Reads what process.stdin
// has, else -EAGAIN, and `ready` waits for more without holding the thread: signals, timers and other OCaml threads go on.
// process.stdin is touched at the first read only: a program that does not read leaves its input to others.

import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { EAGAIN } from "../../build/generated/host.ts";

export class NodeInput {
  // False for files and /dev/null, which are read at once.
  readonly waits: boolean;
  #stream: NodeJS.ReadStream | undefined;
  #ended = false;
  #rest: Buffer | undefined;  // Of a piece larger than what was asked for.
  #wake: (() => void) | undefined;

  constructor() {
    let waits = false;
    try {
      const stat = fstatSync(0);
      waits = stat.isFIFO() || stat.isSocket() || isatty(0);
    } catch { /* Closed: the read will say so. */ }
    this.waits = waits;
  }

  #open(): NodeJS.ReadStream {
    if (this.#stream) return this.#stream;
    const stream = (this.#stream = process.stdin);
    const wake = () => this.#wake?.();
    const end = () => {
      this.#ended = true;
      wake();
    };
    return stream.on("readable", wake).on("end", end).on("close", end).on("error", end);
  }

  read(into: Uint8Array): number {
    const bytes = this.#rest ?? (this.#open().read() as Buffer | null);
    if (bytes) {
      const count = bytes.copy(into);
      this.#rest = count < bytes.length ? bytes.subarray(count) : undefined;
      return count;
    }
    return this.#ended || this.#stream!.destroyed ? 0 : -EAGAIN;
  }

  ready(): Promise<void> {
    const stream = this.#open();
    if (this.#rest || stream.readableLength > 0 || this.#ended || stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
