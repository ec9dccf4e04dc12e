// SPDX-License-Identifier: Apache-2.0
// Terminals of the page: one for each element, fetched (bactrian-terminal.js) when the first is wanted, shared
// by the programs that name the same element. The face only; the terminal itself is terminal/.

import { BactrianError, messageOf } from "./errors.ts";

export interface Console {
  write(bytes: Uint8Array): void;
  // A line of the loader's own, in a colour of its own.
  notice(text: string, kind: "error" | "info"): void;
  // A program's hold on the keyboard. Ctrl-C calls `interrupt` of the one that was opened last.
  openInput(interrupt: () => void): ConsoleInput;
  readonly rows: number;
}

export interface ConsoleInput {
  // The next line a person enters, with its newline; null is Ctrl-D. Of several that wait, the one opened last gets it.
  readLine(): Promise<string | null>;
  close(): void;
}

export interface ConsoleModule {
  openConsole(element: HTMLElement): Promise<Console>;
}

const consoles = new WeakMap<Element, Promise<Console>>();

const parsed = (): Promise<void> => document.readyState !== "loading" ? Promise.resolve()
  : new Promise((resolve) => document.addEventListener("DOMContentLoaded", () => resolve(), { once: true }));

// A selector may name an element further down a page that is still arriving.
async function findElement(where: Element | string): Promise<HTMLElement> {
  if (typeof where !== "string") return where as HTMLElement;
  const find = () => document.querySelector<HTMLElement>(where);
  try {
    const element = find() ?? (await parsed(), find());
    if (element) return element;
  } catch {
    throw new BactrianError("usage", `The console's selector '${where}' is no CSS selector.`);
  }
  throw new BactrianError("usage", `The page has no element '${where}' for the console. Add one, or correct data-console.`);
}

export async function findConsole(where: Element | string, terminalUrl: string): Promise<Console> {
  const element = await findElement(where);
  let console = consoles.get(element);
  if (!console) {
    console = open(element, terminalUrl);
    consoles.set(element, console);
    console.catch(() => consoles.delete(element));
  }
  return console;
}

async function open(element: HTMLElement, terminalUrl: string): Promise<Console> {
  let module: ConsoleModule;
  try {
    module = (await import(/* webpackIgnore: true */ /* @vite-ignore */ terminalUrl)) as ConsoleModule;
  } catch (error) {
    throw new BactrianError("fetch", `The terminal could not be loaded from ${terminalUrl} (${messageOf(error)}). `
      + "Put bactrian-terminal.js beside the script, or set Bactrian.terminalUrl.", { cause: error });
  }
  return module.openConsole(element);
}
