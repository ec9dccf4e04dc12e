// SPDX-License-Identifier: Apache-2.0
// Where stdout and stderr go in a page: to a function of the page's, or to the developer console.

import type { Output } from "./api.ts";
import { nextTask } from "./tasks.ts";

export type Write = (bytes: Uint8Array) => void;

// Bytes that end inside a character wait for the rest of it.
export function textOutput(output: Output): Write {
  const decoder = new TextDecoder();
  return (bytes) => output(decoder.decode(bytes, { stream: true }), bytes.slice());
}

// A line of stdout is one message. Lines of stderr that come together (an uncaught exception and its
// backtrace) are one message, an error.
export class ConsoleOutput {
  #out = "";
  #err = "";
  #scheduled = false;
  readonly #decoders = [new TextDecoder(), new TextDecoder()] as const;

  readonly stdout: Write = (bytes) => {
    this.#flushErrors(false);
    const lines = (this.#out + this.#decoders[0].decode(bytes, { stream: true })).split("\n");
    this.#out = lines.pop()!;
    for (const line of lines) console.log(line);
  };

  readonly stderr: Write = (bytes) => {
    this.#err += this.#decoders[1].decode(bytes, { stream: true });
    if (this.#scheduled) return;
    this.#scheduled = true;
    void nextTask().then(() => this.#flushErrors(false));  // Not before an exit that follows at once.
  };

  #flushErrors(all: boolean): void {
    this.#scheduled = false;
    const end = all ? this.#err.length : this.#err.lastIndexOf("\n") + 1;
    if (end === 0) return;
    console.error(this.#err.slice(0, end).replace(/\n$/, ""));
    this.#err = this.#err.slice(end);
  }

  // At the program's end: what no newline has ended.
  close(note?: string): void {
    if (note) this.#err += note;
    this.#flushErrors(true);
    if (this.#out) console.log(this.#out);
    this.#out = "";
  }
}

// What to do about an uncaught exception that came without a backtrace.
export class BacktraceHint {
  #tail = "";
  readonly #decoder = new TextDecoder();

  watch(bytes: Uint8Array): void {
    this.#tail = (this.#tail + this.#decoder.decode(bytes, { stream: true })).slice(-4000);
  }

  get(exitCode: number): string | undefined {
    const uncaught = exitCode === 2 && /^Fatal error: exception /m.test(this.#tail);
    if (!uncaught || /^(Raised|Re-raised|Called) (at|by)/m.test(this.#tail)) return undefined;
    return "(For a backtrace: compile and link with -g, and run with OCAMLRUNPARAM=b.)";
  }
}
