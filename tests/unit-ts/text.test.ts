// SPDX-License-Identifier: Apache-2.0
// Attribute words, bytes and text, input streams, archives, the Node command's arguments.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EAGAIN } from "../../build/generated/host.ts";
import { fillTree, gatherFiles } from "../../loader/archive.ts";
import { InputStream, pullFrom } from "../../loader/input.ts";
import { parseCommandLine } from "../../loader/node/command_line.ts";
import { decode, encode, splitAssignments, splitWords, toBinary, fromBinary } from "../../loader/text.ts";
import { Files } from "../../loader/tree.ts";

test("words of attributes", () => {
  assert.deepEqual(splitWords("  a 'b c' \"d \\\"e\\\"\" f\\ g h'i'j ''"), ["a", "b c", 'd "e"', "f g", "hij", ""]);
  assert.deepEqual(splitWords('["x y", 1]'), ["x y", "1"]);
  assert.deepEqual(splitWords(""), []);
  assert.deepEqual(splitAssignments("A=1 B='x=y z' C"), [["A", "1"], ["B", "x=y z"], ["C", ""]]);
});

test("binary strings keep every byte", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(fromBinary(toBinary(bytes)), bytes);
});

test("an input stream gives what there is, then waits, then ends", async () => {
  const pieces: (string | null | Promise<string>)[] = ["ab", Promise.resolve("c"), "", null];
  const input = new InputStream(() => pieces.shift()!);
  const buffer = new Uint8Array(1);
  const read = () => {
    const count = input.read(buffer);
    return count === 1 ? decode(buffer) : count;
  };
  assert.deepEqual([read(), read(), read()], ["a", "b", -EAGAIN]);
  await input.ready();
  assert.deepEqual([read(), read()], ["c", -EAGAIN]);
  await input.ready();
  assert.deepEqual([read(), read()], [0, 0]);
});

test("a terminal's end of file is seen once", () => {
  const pieces = [null, "x"];
  const input = new InputStream(() => pieces.shift()!, false);
  assert.equal(input.read(new Uint8Array(4)), 0);
  assert.equal(input.read(new Uint8Array(4)), 1);
});

test("a failing input rejects whoever waits", async () => {
  const input = new InputStream(pullFrom(async () => { throw new Error("no tape"); }));
  assert.equal(input.read(new Uint8Array(4)), -EAGAIN);
  await assert.rejects(input.ready(), /no tape/);
});

test("tar archives, gzipped and plain, with long names", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bactrian-tar-"));
  try {
    const long = "d".repeat(90) + "/" + "f".repeat(120);
    mkdirSync(join(directory, "in", "d".repeat(90)), { recursive: true });
    mkdirSync(join(directory, "in", "empty"));
    writeFileSync(join(directory, "in", "a.txt"), "text of a");
    writeFileSync(join(directory, "in", long), "x".repeat(1000));
    for (const [format, options] of [["gnu", "-czf"], ["gnu", "-cf"], ["ustar", "-czf"]] as const) {
      const names = format === "ustar" ? ["a.txt", "empty"] : ["a.txt", "empty", "d".repeat(90)];
      execFileSync("tar", [`--format=${format}`, options, join(directory, "x.tar"), "-C", join(directory, "in"), ...names]);
      const files = new Files();
      fillTree(files.tree, await gatherFiles({ "/lib/": readFileSync(join(directory, "x.tar")), "/é": "plain" }));
      assert.equal(files.text("/lib/a.txt"), "text of a");
      assert.deepEqual(files.list("/lib/empty"), []);
      assert.equal(files.text("/é"), "plain");
      if (format === "gnu") assert.equal(files.read(`/lib/${long}`).length, 1000);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("something else than an archive is refused", async () => {
  await assert.rejects(gatherFiles({ "/lib/": encode("no archive ".repeat(100)) }), /no tar archive/);
});

test("Files for the page's own code", () => {
  const files = new Files({ "/a/b/c.txt": "one", "top": encode("two") });
  assert.equal(files.text("/a/b/c.txt"), "one");
  assert.equal(files.text("/top"), "two");
  files.write("/a/b/c.txt", "three");
  assert.equal(files.text("/a/b/c.txt"), "three");
  assert.deepEqual(files.list("/a"), ["b"]);
  files.remove("/a/b/c.txt");
  files.remove("/a/b");
  assert.deepEqual(files.list("/a"), []);
  assert.throws(() => files.text("/a/none"), /\/a\/none: no such file/);
});

test("the Node command's arguments", () => {
  assert.deepEqual(parseCommandLine(["-b", "--gc-stress", "-I", "x", "p.byte", "-v", "--help"]),
    { program: "p.byte", args: ["-v", "--help"], options: ["backtrace=1", "gc-stress"] });
  assert.equal(parseCommandLine(["--help", "p"]).show, "help");
  assert.equal(parseCommandLine([]).program, undefined);
  assert.throws(() => parseCommandLine(["-x"]), /unknown option -x/);
});
