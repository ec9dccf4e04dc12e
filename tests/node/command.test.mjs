// SPDX-License-Identifier: Apache-2.0
// The Node command `bactrian` beside ocamlrun: stdin of all kinds, stdout, stderr, exit codes, signals, the shell,
// OCAMLRUNPARAM, npx.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { closeSync, copyFileSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { BUILD, DIST, ROOT } from "../../loader/tools/paths.mjs";
import { buildToplevel, compilePrograms, WORK } from "../browser/programs.mjs";

const OCAMLRUN = [join(BUILD, "ocaml/bin/ocamlrun")];
const BACTRIAN = [process.execPath, join(DIST, "bactrian-node.mjs")];

before(() => {
  compilePrograms();
  buildToplevel();
});

function run(command, args, options = {}) {
  const { status, signal, stdout, stderr } = spawnSync(command[0], [...command.slice(1), ...args], {
    cwd: WORK, encoding: "utf8", timeout: 60_000, ...options, env: { ...process.env, OCAMLRUNPARAM: "", ...options.env },
  });
  return { status, signal, stdout, stderr };
}

// Bactrian does what ocamlrun does.
function same(args, options) {
  const expected = run(OCAMLRUN, args, options);
  assert.deepEqual(run(BACTRIAN, args, options), expected);
  return expected;
}

test("stdout, arguments, exit code", () => {
  assert.equal(same(["hello.byte"]).stdout, "Hello from OCaml\n");
  same(["echo_env.byte", "a", "", "é", "--help"], { env: { ANIMAL: "camel" } });
});

test("stdin: a pipe, nothing, a file", () => {
  assert.equal(same(["cat.byte"], { input: "a\nb\nc" }).status, 7);
  same(["cat.byte"], { input: "" });
  same(["cat.byte"], { stdio: ["ignore", "pipe", "pipe"] });
  const path = join(WORK, "stdin.txt");
  writeFileSync(path, "line one\nline two\nline three\n");
  for (const program of ["cat.byte", "seek_stdin.byte"]) {
    const results = [OCAMLRUN, BACTRIAN].map((command) => {
      const fd = openSync(path);
      const result = run(command, [program], { stdio: [fd, "pipe", "pipe"] });
      closeSync(fd);
      return result;
    });
    assert.deepEqual(results[1], results[0]);
  }
});

test("a program's debug events are read when a backtrace asks for them", () => {
  const { stdout } = same(["late_backtrace.byte"]);
  assert.match(stdout, /line 2, characters 56-68/);
  copyFileSync(join(WORK, "late_backtrace.byte"), join(WORK, "removed.byte"));
  assert.equal(run(BACTRIAN, ["removed.byte", "removed.byte"]).stdout, stdout);
  const piped = run(["sh"], ["-c", `cat late_backtrace.byte | "${BACTRIAN[0]}" "${BACTRIAN[1]}" /dev/stdin`]);
  assert.equal(piped.stdout, stdout);
});

test("debug events that are gone when they are asked for, and in unusual places", () => {
  const whole = readFileSync(join(WORK, "late_backtrace.byte"));
  // Hot code asks for them as well, for its names.
  writeFileSync(join(WORK, "shortened.byte"), readFileSync(join(WORK, "shorten.byte")));
  const { status, stdout } = run(BACTRIAN, ["shortened.byte", "shortened.byte"]);
  assert.deepEqual([status, stdout], [0, "196418\n196418\nend\n"]);
  // DBUG at offset 0; behind a byte, with more sections than a table usually has.
  const count = whole.readUInt32BE(whole.length - 16), table = whole.length - 16 - 8 * count;
  const sections = [];
  for (let i = count - 1, end = table; i >= 0; i--) {
    const start = end - whole.readUInt32BE(table + 8 * i + 4);
    sections.unshift([whole.toString("latin1", table + 8 * i, table + 8 * i + 4), whole.subarray(start, end)]);
    end = start;
  }
  const first = [...sections.filter(([name]) => name === "DBUG"), ...sections.filter(([name]) => name !== "DBUG")];
  const many = [...first, ...Array.from({ length: 600 }, () => ["XXXX", Buffer.alloc(0)])];
  const expected = same(["late_backtrace.byte"]).stdout;
  for (const [head, list] of [["", first], ["\n", first], ["\n", many]]) {
    const entries = list.map(([name, bytes]) => {
      const entry = Buffer.from(`${name}    `, "latin1");
      entry.writeUInt32BE(bytes.length, 4);
      return entry;
    });
    const number = Buffer.alloc(4);
    number.writeUInt32BE(list.length);
    writeFileSync(join(WORK, "rearranged.byte"), Buffer.concat([Buffer.from(head), ...list.map(([, bytes]) => bytes), ...entries, number, whole.subarray(-12)]));
    assert.equal(run(BACTRIAN, ["rearranged.byte"]).stdout, expected);
  }
});

test("a large stdin through a pipe", () => {
  const input = "the quick brown camel\n".repeat(50_000);
  const { stdout } = run(BACTRIAN, ["cat.byte"], { input, maxBuffer: 1 << 26 });
  assert.ok(stdout.endsWith("50000: the quick brown camel\nend after 50000 lines\n"));
});

test("a pipe that fills slowly", async () => {
  const child = spawn(BACTRIAN[0], [BACTRIAN[1], "cat.byte"], { cwd: WORK });
  let text = "";
  child.stdout.on("data", (piece) => (text += piece));
  for (const line of ["a\n", "b", "\n", "c\n"]) {
    child.stdin.write(line);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  child.stdin.end();
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual([code, text], [7, "1: a\n2: b\n3: c\nend after 3 lines\n"]);
});

test("the shell, temporary files, the executable's name", () => {
  same(["system.byte"], { env: { BACTRIAN_TEST: "set" } });
  same(["./system.byte"]);
});

test("an uncaught exception, with and without OCAMLRUNPARAM=b and -b", () => {
  same(["uncaught.byte"]);
  same(["uncaught.byte"], { env: { OCAMLRUNPARAM: "b" } });
  same(["-b", "uncaught.byte"]);
});

test("characters that are split between writes", () => {
  same(["unicode.byte"]);
});

// Starts the program, waits until it has printed `sign`, sends the signals; what it was and how it ended.
async function interrupted(command, program, steps, stdin = "pipe") {
  const child = spawn(command[0], [...command.slice(1), program], { cwd: WORK, stdio: [stdin, "pipe", "pipe"] });
  let text = "";
  const closed = new Promise((resolve) => child.on("close", (status, signal) => resolve({ status, signal })));
  child.stdout.on("data", (piece) => (text += piece));
  const killer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  for (const [sign, signal] of steps) {
    while (!text.includes(sign) && child.signalCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 150));
    child.kill(signal);
  }
  const end = await closed;
  clearTimeout(killer);
  return { ...end, text };
}

test("SIGINT while reading is Sys.Break; by default it ends the program by that signal", async () => {
  const steps = [["first", "SIGINT"], ["second", "SIGINT"]];
  const expected = await interrupted(OCAMLRUN, "signal.byte", steps);
  assert.equal(expected.signal, "SIGINT");
  assert.deepEqual(await interrupted(BACTRIAN, "signal.byte", steps), expected);
});

test("signals while sleeping: handled at once, and the sleep goes on", async () => {
  const steps = [["asleep", "SIGINT"], ["caught 1", "SIGINT"], ["caught 2", "SIGINT"], ["caught 3", "SIGINT"], ["caught 4", "SIGINT"]];
  const { text, status } = await interrupted(BACTRIAN, "sleep.byte", steps);
  assert.equal(text, `asleep\n${[1, 2, 3, 4, 5].map((n) => `caught ${n} in time\n`).join("")}slept as long as asked for\n`);
  assert.equal(status, 0);
});

test("SIGTERM ends a program that computes: a loop, a recursion, interpreted and translated", async () => {
  for (const program of ["endless.byte", "recursing.byte"]) {
    const expected = await interrupted(OCAMLRUN, program, [["started", "SIGTERM"]]);
    for (const options of [["--translate=0"], ["--tier-up=1", "--loop-up=1"]]) {
      assert.deepEqual(await interrupted([...BACTRIAN, ...options], program, [["started", "SIGTERM"]]), expected, options.join(" "));
    }
  }
});

test("a reader that goes away ends the writer by SIGPIPE", () => {
  for (const command of [OCAMLRUN, BACTRIAN]) {
    const { stdout } = spawnSync("bash", ["-c", `${command.join(" ")} pipe.byte | head -2; echo "\${PIPESTATUS[0]}"`], { cwd: WORK, encoding: "utf8" });
    assert.equal(stdout, "y\ny\n141\n");
  }
});

test("a terminal: isatty is seen, typed lines are read", () => {
  const { stdout } = spawnSync("script", ["-qec", `${BACTRIAN.join(" ")} cat.byte`, "/dev/null"], { cwd: WORK, encoding: "utf8", input: "a\nb\n\x04", timeout: 60_000 });
  assert.match(stdout.replaceAll("\r", ""), /1: a\n(b\n)?2: b\n[^]*end after 2 lines/);
});

test("the toplevel on a script and on a pipe", () => {
  const env = { OCAMLLIB: join(BUILD, "ocaml/lib/ocaml") };
  same(["toplevel.byte", "-noprompt"], { env, input: "1 + 1;;\nList.map succ [1; 2];;\nraise Exit;;\n" });
  const traced = same(["toplevel.byte", "-noprompt"], { env, input: "#trace List.fold_left;;\nList.fold_left (fun x y -> x + y) 0 [1; 2; 3];;\n" });
  assert.match(traced.stdout, /List\.fold_left <--[^]*- : int = 6/);
});

test("a missing file, no program, an unknown option, --help, --version", () => {
  const missing = run(BACTRIAN, ["absent.byte"]);
  assert.deepEqual([missing.status, missing.stderr], [2, "Fatal error: cannot find file 'absent.byte'\n"]);
  assert.equal(run(BACTRIAN, []).status, 2);
  assert.match(run(BACTRIAN, ["--no-such", "hello.byte"]).stderr, /no runtime option 'no-such'/);
  assert.match(run(BACTRIAN, ["--help"]).stdout, /^Usage: bactrian/);
  assert.match(run(BACTRIAN, ["--version"]).stdout, /^Bactrian \d/);
});

test("npx bactrian", () => {
  const { status, stdout } = spawnSync("npx", ["--no-install", "bactrian", join(WORK, "hello.byte")], { cwd: ROOT, encoding: "utf8" });
  assert.deepEqual([status, stdout], [0, "Hello from OCaml\n"]);
});

test("a #! line and PATH", () => {
  same(["hello.byte"], { env: { PATH: `${WORK}:${process.env.PATH}` }, cwd: "/" });
});
