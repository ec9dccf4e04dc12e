// SPDX-License-Identifier: Apache-2.0
// The terminal's line editor, without a terminal.

import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, LineEditor } from "../../loader/terminal/line_editor.ts";

function makeEditor() {
  const log: string[] = [];
  let shown = "";
  const editor = new LineEditor({
    redraw: (text, cursor) => (shown = `${text.slice(0, cursor)}|${text.slice(cursor)}`),
    accept: (line) => log.push(`line ${line}`),
    endOfFile: () => log.push("eof"),
    interrupt: () => log.push("interrupt"),
    clearScreen: () => log.push("clear"),
  });
  return { editor, log, shown: () => shown };
}

test("typing, moving, erasing", () => {
  const { editor, shown } = makeEditor();
  editor.input("hello world");
  editor.input("\x1b[D\x1b[D");
  assert.equal(shown(), "hello wor|ld");
  editor.input("\x7f");
  assert.equal(shown(), "hello wo|ld");
  editor.input("\x1b[1;5D");
  assert.equal(shown(), "hello |wold");
  editor.input("\x0b");
  assert.equal(shown(), "hello |");
  editor.input("\x17");
  assert.equal(shown(), "|");
});

test("a grapheme is one step: combining marks and emoji sequences", () => {
  const { editor, shown } = makeEditor();
  editor.input("e\u0301👩‍🚀x");
  editor.input("\x1b[D\x7f");
  assert.equal(shown(), "e\u0301|x");
  editor.input("\x7f");
  assert.equal(shown(), "|x");
});

test("several lines in one chunk, history, Ctrl-C and Ctrl-D", () => {
  const { editor, log, shown } = makeEditor();
  editor.input("one\rtwo\r\nthree\n");
  assert.deepEqual(log, ["line one", "line two", "line three"]);
  editor.input("draft\x1b[A\x1b[A");
  assert.equal(shown(), "two|");
  editor.input("\x1b[B\x1b[B");
  assert.equal(shown(), "draft|");
  editor.input("\x04");
  editor.input("\x03");
  assert.equal(editor.text, "");
  editor.input("\x04");
  assert.deepEqual(log.slice(3), ["interrupt", "eof"]);
});

test("unknown escape sequences and control characters do nothing", () => {
  const { editor, log } = makeEditor();
  editor.input("a\x1b[5~\x1bOP\x00b");
  assert.equal(editor.text, "ab");
  assert.deepEqual(log, []);
});

test("columns", () => {
  assert.equal(columnsOf("abc"), 3);
  assert.equal(columnsOf("日本"), 4);
  assert.equal(columnsOf("🐪é"), 3);
  assert.equal(columnsOf("e\u0301"), 1);
});
