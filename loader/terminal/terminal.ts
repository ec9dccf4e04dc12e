// SPDX-License-Identifier: Apache-2.0
// bactrian-terminal.js: xterm.js in an element, with a line discipline, as a Console (console.ts).
//
// Output and the line being typed share the screen: the line is taken away before output and drawn again
// after it. xterm works through what it is given later, so everything that needs to know where the cursor is runs
// in the callback of an empty write.

import { FitAddon } from "@xterm/addon-fit";
import { Terminal, type ITheme } from "@xterm/xterm";
import xtermStyle from "@xterm/xterm/css/xterm.css";
import type { Console, ConsoleInput } from "../console.ts";
import { columnsOf, LineEditor } from "./line_editor.ts";

const STYLE = `${xtermStyle}
.bactrian-terminal { height: 100%; min-height: 8em; box-sizing: border-box; }
.bactrian-terminal .xterm { height: 100%; padding: 8px 4px 8px 10px; box-sizing: border-box; }
.bactrian-terminal .xterm .xterm-viewport { background: transparent; }`;

// Colours of the element's own, for a page to set: --bactrian-background and so on.
const DARK: ITheme = {
  background: "#14171c", foreground: "#d8dce3", cursor: "#f4b942", selectionBackground: "#3a4557",
  black: "#1d2128", red: "#f2777a", green: "#8fc97a", yellow: "#f4b942", blue: "#6cabea", magenta: "#c792d9", cyan: "#62c3c0", white: "#d8dce3",
  brightBlack: "#6d7686", brightRed: "#ff9c9e", brightGreen: "#b0e29c", brightYellow: "#ffd479",
  brightBlue: "#98c8f7", brightMagenta: "#e0b3ee", brightCyan: "#8fe0dd", brightWhite: "#ffffff",
};

interface OpenInput {
  interrupt: () => void;
  take: ((line: string | null) => void) | undefined;  // Set while it waits for a line.
}

export class XtermConsole implements Console {
  readonly #terminal: Terminal;
  readonly #editor: LineEditor;
  readonly #inputs: OpenInput[] = [];
  #wasRead = false;  // A program has had input from here.
  #lines: (string | null)[] = [];  // Entered before a program asked.
  #promptColumn = 0;
  #shownCursor = 0;  // Columns between the line's beginning and the cursor, as drawn now.
  #drawn = false;    // Is the line being typed on the screen?
  #atLineStart = true;  // As far as output tells; xterm knows later.
  #redrawScheduled = false;

  constructor(element: HTMLElement) {
    const style = getComputedStyle(element);
    const custom = (name: string) => style.getPropertyValue(`--bactrian-${name}`).trim();
    const theme = { ...DARK };
    for (const key of Object.keys(DARK) as (keyof ITheme)[]) {
      const value = custom(key.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase()));
      if (value) Object.assign(theme, { [key]: value });
    }
    this.#terminal = new Terminal({
      convertEol: true, cursorBlink: true, lineHeight: 1.15, scrollback: 10000, theme,
      fontSize: Number(custom("font-size")) || 14,
      fontFamily: custom("font-family") || "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
      macOptionIsMeta: true,
    });
    this.#editor = new LineEditor({
      redraw: (text, cursor) => this.#draw(text, cursor),
      accept: (line) => this.#enter(line + "\n", "\n"),
      endOfFile: () => this.#enter(null, ""),
      interrupt: () => {
        this.#erased();
        this.#terminal.write("^C\n");
        this.#atLineStart = true;
        this.#inputs.at(-1)?.interrupt();
      },
      clearScreen: () => {
        this.#terminal.clear();
        this.#drawn = false;
        this.#draw(this.#editor.text, this.#editor.cursor);
      },
    });
    this.#mount(element);
  }

  #mount(element: HTMLElement): void {
    const holder = document.createElement("div");
    holder.className = "bactrian-terminal";
    holder.style.background = this.#terminal.options.theme!.background!;
    element.append(holder);
    const fit = new FitAddon();
    this.#terminal.loadAddon(fit);
    this.#terminal.open(holder);
    // Copies as other programs do when there is a selection; else Ctrl-C interrupts.
    this.#terminal.attachCustomKeyEventHandler((event) =>
      !(event.type === "keydown" && event.ctrlKey && event.key === "c" && this.#terminal.hasSelection()));
    const resize = () => {
      if (holder.clientWidth > 0 && holder.clientHeight > 0) fit.fit();
    };
    resize();
    new ResizeObserver(resize).observe(holder);
    // A pasted text's lines one by one: after each the cursor is elsewhere.
    this.#terminal.onData((data) => {
      for (const [line] of data.matchAll(/[^\r\n]*(?:\r\n?|\n|$)/g)) {
        if (line !== "") this.#settled(() => this.#editor.input(line));
      }
    });
    // For tests, and for scripts that read the screen.
    Object.defineProperty(element, "bactrianTerminal", { value: this.#terminal, configurable: true });
  }

  // Runs `action` when xterm has worked through all output so far.
  #settled(action: () => void): void {
    this.#terminal.write("", action);
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  write(bytes: Uint8Array): void {
    this.#beforeOutput();
    this.#terminal.write(bytes);
    if (bytes.length > 0) this.#atLineStart = bytes.at(-1) === 0x0a;
    this.#afterOutput();
  }

  notice(text: string, kind: "error" | "info"): void {
    this.#beforeOutput();
    this.#terminal.write(`${this.#atLineStart ? "" : "\n"}\x1b[${kind === "error" ? "31" : "2"}m${text}\x1b[0m\n`);
    this.#atLineStart = true;
    this.#afterOutput();
  }

  openInput(interrupt: () => void): ConsoleInput {
    const input: OpenInput = { interrupt, take: undefined };
    this.#inputs.push(input);
    this.#wasRead = true;
    return {
      readLine: () => {
        const line = this.#lines.shift();
        return line !== undefined ? Promise.resolve(line) : new Promise((resolve) => (input.take = resolve));
      },
      close: () => this.#closeInput(input),
    };
  }

  #closeInput(input: OpenInput): void {
    this.#inputs.splice(this.#inputs.indexOf(input), 1);
    if (this.#inputs.length > 0) return;
    // What was typed for a program that has gone is not for the next one.
    this.#lines = [];
    this.#editor.reset();
    if (this.#drawn) this.#terminal.write("\n");
    this.#erased();
  }

  #enter(line: string | null, echo: string): void {
    this.#erased();
    this.#terminal.write(echo);
    if (echo !== "") this.#atLineStart = true;
    const reader = this.#inputs.findLast(({ take }) => take);
    if (!reader) {
      // What is typed while the first program loads is for it.
      if (this.#inputs.length > 0 || !this.#wasRead) this.#lines.push(line);
      return;
    }
    const { take } = reader;
    reader.take = undefined;
    take!(line);
  }

  #erased(): void {
    this.#drawn = false;
    this.#shownCursor = 0;
  }

  // The sequence that takes the cursor back to where the line began, and clears from there on.
  #backToPrompt(): string {
    if (!this.#drawn) return "";
    const up = Math.floor((this.#promptColumn + this.#shownCursor) / this.#terminal.cols);
    return `${up > 0 ? `\x1b[${up}A` : ""}\r${this.#promptColumn > 0 ? `\x1b[${this.#promptColumn}C` : ""}\x1b[J`;
  }

  #draw(text: string, cursor: number): void {
    const { cols } = this.#terminal;
    if (!this.#drawn) this.#promptColumn = this.#terminal.buffer.active.cursorX;
    const end = this.#promptColumn + columnsOf(text);
    const at = columnsOf(text.slice(0, cursor));
    // A line that ends at the edge leaves xterm's cursor there; a blank takes it to the next row.
    const edge = end > 0 && end % cols === 0 ? " \b" : "";
    const rowsBack = Math.floor(end / cols) - Math.floor((this.#promptColumn + at) / cols);
    const column = (this.#promptColumn + at) % cols;
    this.#terminal.write(`${this.#backToPrompt()}${text}${edge}`
      + `${rowsBack > 0 ? `\x1b[${rowsBack}A` : ""}\r${column > 0 ? `\x1b[${column}C` : ""}`);
    this.#drawn = true;
    this.#shownCursor = at;
  }

  #beforeOutput(): void {
    if (!this.#drawn) return;
    this.#terminal.write(this.#backToPrompt());
    this.#drawn = false;
  }

  #afterOutput(): void {
    if (this.#editor.text === "" || this.#redrawScheduled) return;
    this.#redrawScheduled = true;
    this.#settled(() => {
      this.#redrawScheduled = false;
      if (this.#editor.text !== "" && !this.#drawn) this.#draw(this.#editor.text, this.#editor.cursor);
    });
  }
}

let styled = false;

export async function openConsole(element: HTMLElement): Promise<Console> {
  if (!styled) {
    const style = document.createElement("style");
    style.textContent = STYLE;
    document.head.append(style);
    styled = true;
  }
  return new XtermConsole(element);
}
