// SPDX-License-Identifier: Apache-2.0
// A line being typed: text, cursor, history. Keys come as xterm's input strings; the screen is the
// caller's. This is the terminal's cooked mode with a shell's editing keys (arrows, Home, End, Ctrl-A/E/U/K/W/L, up and down).
// Knows nothing of xterm, so that it is tested without a page.

export interface LineEvents {
  // Show `text` from the place where the line began, the cursor after its first `cursor` characters.
  redraw(text: string, cursor: number): void;
  accept(line: string): void;  // Enter: the line is done (not redrawn again).
  endOfFile(): void;           // Ctrl-D on an empty line.
  interrupt(): void;           // Ctrl-C.
  clearScreen(): void;         // Ctrl-L.
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WORD_BEFORE = /[^\s]+\s*$|\s+$/;
const MAX_HISTORY = 500;

export class LineEditor {
  text = "";
  cursor = 0;
  readonly history: string[] = [];
  #historyAt = 0;
  #draft = "";

  constructor(readonly events: LineEvents) {}

  // One chunk of xterm's onData: an escape sequence, a control character, or typed or pasted text.
  input(data: string): void {
    for (const [piece] of data.matchAll(/\x1b(?:[[O][0-9;]*[~A-Za-z]|.)|\r\n|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/gs)) {
      const action = this.#keys[piece];
      if (action) action();
      else if (!/^[\x00-\x1f\x7f]/.test(piece)) this.#insert(piece);
    }
  }

  #keys: Record<string, () => void> = {
    "\r": () => this.#enter(),
    "\n": () => this.#enter(),
    "\r\n": () => this.#enter(),
    "\x7f": () => this.#erase(this.#before(this.cursor), this.cursor),
    "\b": () => this.#erase(this.#before(this.cursor), this.cursor),
    "\x1b[3~": () => this.#erase(this.cursor, this.#after(this.cursor)),
    "\x1b[D": () => this.#move(this.#before(this.cursor)),
    "\x1b[C": () => this.#move(this.#after(this.cursor)),
    "\x02": () => this.#move(this.#before(this.cursor)),
    "\x06": () => this.#move(this.#after(this.cursor)),
    "\x1b[H": () => this.#move(0),
    "\x1b[F": () => this.#move(this.text.length),
    "\x1bOH": () => this.#move(0),
    "\x1bOF": () => this.#move(this.text.length),
    "\x01": () => this.#move(0),
    "\x05": () => this.#move(this.text.length),
    "\x1b[1;5D": () => this.#move(this.#wordStart()),
    "\x1bb": () => this.#move(this.#wordStart()),
    "\x1b[1;5C": () => this.#move(this.#wordEnd()),
    "\x1bf": () => this.#move(this.#wordEnd()),
    "\x15": () => this.#erase(0, this.cursor),
    "\x0b": () => this.#erase(this.cursor, this.text.length),
    "\x17": () => this.#erase(this.#wordStart(), this.cursor),
    "\x1b[A": () => this.#recall(-1),
    "\x1b[B": () => this.#recall(1),
    "\x10": () => this.#recall(-1),
    "\x0e": () => this.#recall(1),
    "\x0c": () => this.events.clearScreen(),
    "\t": () => this.#insert("  "),
    "\x03": () => {
      this.#move(this.text.length);
      this.reset();
      this.events.interrupt();
    },
    "\x04": () => {
      if (this.text === "") this.events.endOfFile();
      else this.#erase(this.cursor, this.#after(this.cursor));
    },
  };

  reset(): void {
    this.text = "";
    this.cursor = 0;
    this.#historyAt = this.history.length;
  }

  #enter(): void {
    const line = this.text;
    this.#move(line.length);
    if (line.trim() !== "" && this.history.at(-1) !== line) this.history.push(line);
    if (this.history.length > MAX_HISTORY) this.history.shift();
    this.reset();
    this.events.accept(line);
  }

  #insert(piece: string): void {
    this.#replace(this.text.slice(0, this.cursor) + piece + this.text.slice(this.cursor), this.cursor + piece.length);
  }

  #erase(from: number, to: number): void {
    if (from < to) this.#replace(this.text.slice(0, from) + this.text.slice(to), from);
  }

  #move(to: number): void {
    if (to !== this.cursor) this.#replace(this.text, to);
  }

  #replace(text: string, cursor: number): void {
    this.text = text;
    this.cursor = cursor;
    this.events.redraw(text, cursor);
  }

  #before(index: number): number {
    let start = 0;
    for (const { index: at } of segmenter.segment(this.text)) if (at < index) start = at;
    return start;
  }

  #after(index: number): number {
    for (const { index: at } of segmenter.segment(this.text)) if (at > index) return at;
    return this.text.length;
  }

  #wordStart(): number {
    return this.cursor - (WORD_BEFORE.exec(this.text.slice(0, this.cursor))?.[0].length ?? 0);
  }

  #wordEnd(): number {
    return this.cursor + (/^\s*[^\s]*/.exec(this.text.slice(this.cursor))?.[0].length ?? 0);
  }

  #recall(step: number): void {
    const at = this.#historyAt + step;
    if (at < 0 || at > this.history.length) return;
    if (this.#historyAt === this.history.length) this.#draft = this.text;
    this.#historyAt = at;
    const text = this.history[at] ?? this.#draft;
    this.#replace(text, text.length);
  }
}

// Columns that text takes in xterm: 0 for combining marks, 2 for East Asian wide characters and emoji.
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}|\u200d|[\ufe00-\ufe0f]/u.test(character)) continue;
    const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
    columns += wide.test(character) ? 2 : 1;
  }
  return columns;
}
