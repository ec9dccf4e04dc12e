// SPDX-License-Identifier: Apache-2.0
// Bactrian.run: sources, options, streams, files, stopping; several programs at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, start, stop } from "./harness.mjs";

before(start);
after(stop);

test("exit code, arguments, environment, stdout as text", async () => {
  const page = await openPage("");
  const result = await page.evaluate(async () => {
    let text = "";
    const { exitCode } = await Bactrian.run("/echo_env.byte", {
      args: ["é", ""], env: { ANIMAL: "dromedary" }, files: { "/data.txt": "from the page" }, stdout: (piece) => (text += piece),
    });
    return { exitCode, text };
  });
  assert.equal(result.exitCode, 0);
  assert.match(result.text, /argv 1=é\nargv 2=\n/);
  assert.match(result.text, /ANIMAL=dromedary\n/);
  assert.match(result.text, /data: from the page\n/);
  assert.deepEqual(page.messages, []);
});

for (const [name, makeInput] of Object.entries({
  "a string": () => "a\nb\nc\n",
  "bytes": () => new TextEncoder().encode("a\nb\nc\n"),
  "an async iterable": async function* () {
    for (const line of ["a\n", "b", "\nc\n"]) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield line;
    }
  },
  "a function": () => {
    const lines = ["a\n", "b\n", "c\n"];
    return () => lines.shift();
  },
  "a function of promises": () => {
    const lines = ["a\n", "b\n", "c\n"];
    return async () => lines.shift() ?? null;
  },
})) {
  test(`stdin from ${name}`, async () => {
    const page = await openPage("");
    const result = await page.evaluate(async (source) => {
      const make = (0, eval)(`(${source})`);
      let text = "";
      const { exitCode } = await Bactrian.run("/cat.byte", { stdin: make(), stdout: (piece) => (text += piece) });
      return [exitCode, text];
    }, name === "an async iterable" ? "async function* () { for (const l of ['a\\n', 'b', '\\nc\\n']) { await new Promise((r) => setTimeout(r, 5)); yield l; } }"
      : makeInput.toString());
    assert.deepEqual(result, [7, "1: a\n2: b\n3: c\nend after 3 lines\n"]);
  });
}

test("without stdin a program reads the end of file", async () => {
  const page = await openPage("");
  assert.equal(await page.evaluate(async () => (await Bactrian.run("/cat.byte", { stdout() {} })).exitCode), 0);
});

test("several programs at once do not disturb each other", async () => {
  const page = await openPage("");
  const texts = await page.evaluate(() => Promise.all(["x", "y", "z"].map(async (name) => {
    let text = "";
    await Bactrian.run("/busy.byte", { args: [name], stdout: (piece) => (text += piece) });
    return text;
  })));
  assert.deepEqual(texts, ["x", "y", "z"].map((name) => `${name} begins\n${name} ends\n`));
});

test("bytes as the program, and an ArrayBuffer", async () => {
  const page = await openPage("");
  const codes = await page.evaluate(async () => {
    const buffer = await (await fetch("/hello.byte")).arrayBuffer();
    const options = { stdout() {} };
    return [(await Bactrian.run(buffer, options)).exitCode, (await Bactrian.run(new Uint8Array(buffer), options)).exitCode];
  });
  assert.deepEqual(codes, [0, 0]);
});

test("files: what a program writes can be read, and given to the next", async () => {
  const page = await openPage("");
  const result = await page.evaluate(async () => {
    const files = new Bactrian.Files({ "/given/x.txt": "given" });
    let text = "";
    const { exitCode } = await Bactrian.run("/files.byte", { files, stdout: (piece) => (text += piece) });
    let second = "";
    files.write("/data.txt", "second program");
    await Bactrian.run("/echo_env.byte", { files, stdout: (piece) => (second += piece) });
    return { exitCode, text, written: files.text("/out/b"), list: files.list("/out"), given: files.text("/given/x.txt"), second };
  });
  assert.equal(result.text, "b\nsecond\n/out/a: No such file or directory\n/out: Directory not empty\ntrue true\n/out\nls: Function not implemented\n");
  assert.equal(result.exitCode, 0);
  assert.equal(result.written, "first\nsecond\n");
  assert.deepEqual(result.list, ["b"]);
  assert.equal(result.given, "given");
  assert.match(result.second, /data: second program/);
});

test("an AbortSignal stops a program that computes", async () => {
  const page = await openPage("");
  const message = await page.evaluate(async () => {
    const controller = new AbortController();
    const promise = Bactrian.run("/endless.byte", { signal: controller.signal, stdout: () => setTimeout(() => controller.abort(), 30) });
    return promise.catch((error) => error.name);
  });
  assert.equal(message, "AbortError");
});

test("an AbortSignal stops a program that waits, and one in a worker", async () => {
  const page = await openPage("");
  const names = await page.evaluate(() => Promise.all([["/cat.byte", false], ["/endless.byte", true]].map(([url, worker]) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    return Bactrian.run(url, { signal: controller.signal, worker, stdin: () => new Promise(() => {}), stdout() {} }).catch((error) => error.name);
  })));
  assert.deepEqual(names, ["AbortError", "AbortError"]);
});

test("a failing stdin rejects the run", async () => {
  const page = await openPage("");
  const message = await page.evaluate(() => Bactrian.run("/cat.byte", { stdin: async () => { throw new Error("no tape"); }, stdout() {} })
    .catch((error) => error.message));
  assert.equal(message, "no tape");
});

test("stdin and output through a worker", async () => {
  const page = await openPage("");
  const result = await page.evaluate(async () => {
    let text = "";
    const lines = ["a\n", "b\n", "c\n"];
    const { exitCode } = await Bactrian.run("/cat.byte", { worker: true, stdin: async () => lines.shift(), stdout: (piece) => (text += piece) });
    return [exitCode, text];
  });
  assert.deepEqual(result, [7, "1: a\n2: b\n3: c\nend after 3 lines\n"]);
});

test("characters split between writes arrive whole; lines without newline arrive at the end", async () => {
  const page = await openPage("");
  await page.evaluate(() => Bactrian.run("/unicode.byte"));
  assert.deepEqual(page.messages.sort(), ["error: stderr without newline", "log: a🐪é"]);
});

test("progress and options", async () => {
  const page = await openPage("");
  const result = await page.evaluate(async () => {
    const seen = [];
    await Bactrian.run("/hello.byte", { onProgress: (p) => seen.push(p), stdout() {} });
    const wrong = await Bactrian.run("/hello.byte", { options: "no-such=1", stdout() {} }).catch((error) => `${error.code}: ${error.message}`);
    return { last: seen.at(-1), wrong };
  });
  assert.equal(result.last.loaded, result.last.total);
  assert.equal(result.wrong, "usage: no runtime option 'no-such=1'");
});
