// SPDX-License-Identifier: Apache-2.0
// Programs that use JavaScript values, in a page. Those of tests/jsapi whose first comment begins with @page.

import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compile } from "../jsapi/run.mjs";
import { openPage, origin, start, stop, tag, tagResults } from "./harness.mjs";
import { WORK } from "./programs.mjs";

const STRICT = { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'" };

before(async () => {
  await start();
  for (const name of ["todo", "externals", "externals_many", "called", "page_primitives"]) copyFileSync(compile(name), join(WORK, `${name}.byte`));
});
after(stop);

const items = (page) => page.$$eval("#app li", (list) => list.map((li) => li.textContent + (li.className ? " " + li.className : "")));

async function addItem(page, text) {
  await page.type("#new", text);
  await page.press("#new", "Enter");
}

test("a to-do list under a strict policy: handlers of load that come late, typing, clicks", async () => {
  const page = await openPage(`<div id="app"></div>${tag("todo.byte")}`, { headers: STRICT });
  await page.waitForSelector("#new");
  await addItem(page, "bread");
  await addItem(page, "Käse");
  assert.deepEqual(await items(page), ["bread", "Käse"]);
  assert.equal(await page.textContent("#count"), "2 left");
  await page.click("#app li:first-of-type");
  assert.deepEqual(await items(page), ["bread done", "Käse"]);
  assert.equal(await page.textContent("#count"), "1 left");
  assert.equal(await page.$$eval("#new", (all) => all.length), 1, "load ran once");
  assert.match(await page.textContent("body"), /ready/);
  assert.deepEqual(page.crashes, []);
});

test("the page calls the program", async () => {
  const page = await openPage(`<div id="app"></div>`);
  const result = await page.evaluate(async () => {
    const program = await Bactrian.run("todo.byte");
    let raised;
    try {
      program.call("fail", 0);
    } catch (error) {
      raised = `${error.name}: ${error.message}`;
    }
    return [program.exitCode, program.call("add", 2, 3), program.call("items").length, raised];
  });
  assert.deepEqual(result, [0, 5, 0, 'OcamlException: Failure("as asked")']);
});

test("calls where JavaScript has used up the native stack fail, and leave the program as it was", async () => {
  const page = await openPage(`<div id="app"></div>`);
  const result = await page.evaluate(async () => {
    const program = await Bactrian.run("todo.byte");
    let made = 0, failed = 0;
    const call = () => {
      try {
        if (program.call("add", 2, 3) === 5) made++;
      } catch {
        failed++;
      }
    };
    const down = (n) => {
      try {
        down(n + 1);
      } finally {
        call();
      }
    };
    for (let round = 0; round < 5; round++) {
      try {
        down(0);
      } catch {
        // The engine's own: too much recursion.
      }
    }
    return [made > 1000, failed > 0, program.call("add", 20, 3)];
  });
  assert.deepEqual(result, [true, true, 23]);
  assert.deepEqual(page.crashes, []);
});

test("a hundred thousand handlers, added and removed", async () => {
  const page = await openPage(`<div id="app"></div>`);
  const clicks = await page.evaluate(async () => (await Bactrian.run("todo.byte")).call("many", 0));
  assert.equal(clicks, 1);
});

test("externals that the page supplies", async () => {
  const page = await openPage("");
  const output = await page.evaluate(async () => {
    Bactrian.externals({ page_greeting: (name) => `hello, ${name}` });
    let text = "";
    const program = await Bactrian.run("externals.byte", {
      stdout: (piece) => { text += piece; },
      externals: { page_sum: (a, b) => a + b, page_fail() { throw new Error("no"); } },
    });
    return text + program.call("twice", 21);
  });
  assert.equal(output, 'hello, café\n3.5\nFailure("Error: no")\n42');
});

test("many externals, with many arguments, that wait, that raise registered exceptions", async () => {
  const page = await openPage("", { headers: STRICT });
  const output = await page.evaluate(async () => {
    const later = (value, milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds, value));
    const list = (...args) => args.join(" ");
    const copies = (f) => Object.assign(f, { copies: true });
    const externals = {
      ...Object.fromEntries([1, 2, 3, 4, 5, 6, 9].map((n) => [`page_a${n}`, list])),
      ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`page_n${i}`, (n) => n + i])),
      page_swap: copies(([number, text]) => [0, text, number]),
      page_describe: copies(([name, size, on, parts]) => `${name} ${size} ${on} ${parts.join("+")}`),
      page_record: copies((name) => [0, name, 7, true, [254, 1.5, 2, 3.25]]),
      page_reverse: copies((list) => { let back = 0; for (; list !== 0; list = list[1]) back = [0, list[0], back]; return back; }),
      page_length: copies((list) => { let n = 0; for (; list !== 0; list = list[1]) n++; return n; }),
      page_identity: copies((array) => array),
      page_joined: copies((texts) => texts.join()),
      page_beside: copies((text, others) => others.includes(undefined) ? "undefined" : text),
      page_text: copies((text) => text),
      page_poke: (block) => { block.field(0).bytes[1] = 98; },
      page_made: (number) => ({ number }),
      page_number_of: ({ number }) => number,
      page_wait: Object.assign((text, milliseconds) => milliseconds === 0 ? Promise.resolve(text) : later(text, milliseconds), { waits: true }),
      page_wait_fail: Object.assign(async (text) => { throw new Error(text); }, { waits: true }),
      page_refuse(text) { throw Object.assign(new Error(text), { raises: "Refused" }); },
      page_unknown() { throw Object.assign(new Error("what"), { raises: "Nobody" }); },
    };
    let text = "";
    const program = await Bactrian.run("externals_many.byte", { stdout: (piece) => { text += piece; }, externals });
    const order = [];
    await Promise.all([90, 60, 30].map(async (n) => order.push(await program.call("waiting", n))));
    return [...text.trimEnd().split("\n"), ...order];
  });
  assert.deepEqual(output, ["1", "1 2.5", "1 2 three", "1 2 3 4", "1 2 3 4 5", "1 2 3 4 5 6", "1 2 3 4 5 6 7 8 nine", "465", "400600000",
    "ab", "492", 'Failure("Error: late")', 'Externals_many.Refused("not today")', 'Failure("what")',
    "café 3", "n 2 1 1.5+2", "given 7 true 3", "3,2,1", "100000", "no end", "true", "abaaa", "30!", "60!", "90!"]);
});

test("OCaml code does not run in the page's functions that read and write for it", async () => {
  const page = await openPage("");
  const result = await page.evaluate(async () => {
    const refused = { stdin: [], stdout: [] };
    let program, output = "";
    const attempt = (where) => {
      try {
        program.call("add", 1, 2);
      } catch (error) {
        refused[where].push(error.message);
      }
    };
    await Bactrian.run("called.byte", {
      onReady: (p) => void (program = p), externals: "/fixtures/externals.js",
      stdin() { attempt("stdin"); return "first\n"; },
      stdout(text) { output += text; attempt("stdout"); },
    });
    const line = await program.call("line");
    return [output, line, new Set(refused.stdin).size, refused.stdin[0], refused.stdout[0], program.call("add", 1, 2)];
  });
  const message = "OCaml code cannot run while it reads or writes";
  assert.deepEqual(result, ["started\nmain ends\n", "first", 1, message, message, 3]);
});

test("a program that uses none fetches no bindings", async () => {
  const page = await openPage("");
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url()));
  await page.evaluate(() => Bactrian.run("hello.byte", { stdout() {} }).then(() => 0));
  assert.ok(fetched.length > 0 && !fetched.some((url) => url.includes("jsapi")), fetched.join(" "));
});

// Of called.ml: what a page can do with it, on its thread or in a worker.
for (const worker of [false, true]) {
  const where = worker ? "in a worker" : "on the page's thread";

  test(`calls that wait are promises, ${where}`, async () => {
    const page = await openPage("");
    const result = await page.evaluate(async (worker) => {
      let output = "";
      const program = await Bactrian.run("called.byte", {
        worker, stdin: "first\nsecond\n", stdout: (piece) => { output += piece; }, externals: "/fixtures/externals.js",
      });
      const outcome = async (...call) => {
        try {
          return await program.call(...call);
        } catch (error) {
          return `${error.name}: ${error.message}`;
        }
      };
      const direct = program.call("add", 1, 2), later = program.call("later", 21);
      return {
        kinds: [direct, later].map((v) => v instanceof Promise),
        values: await Promise.all([direct, later, outcome("later", 4), outcome("fail_later", 0), outcome("line", 0), outcome("greet", "you"), outcome("items", 0)]),
        none: await outcome("nothing"),
        output,
      };
    }, worker);
    assert.deepEqual(result, {
      kinds: [worker, true],
      values: [3, 42, 8, 'OcamlException: Failure("late")', "first", `hello, you, from ${worker ? "a worker" : "the page"}`, [1, 2, 3]],
      none: "TypeError: the program has registered no function 'nothing'",
      output: "started\nmain ends\n",
    });
  });

  test(`exit in a function that the page calls ends the program, ${where}`, async () => {
    const page = await openPage("");
    const result = await page.evaluate(async (worker) => {
      let output = "";
      const options = { worker, externals: "/fixtures/externals.js", stdout: (piece) => { output += piece; } };
      let during;
      const whole = Bactrian.run("called.byte", { ...options, args: ["wait"], onReady: (program) => { during = program; } });
      while (!output.includes("started")) await new Promise((done) => setTimeout(done, 5));
      Promise.resolve(during.call("quit", 7)).catch(() => {});
      const first = (await whole).exitCode;
      const program = await Bactrian.run("called.byte", options);
      Promise.resolve(program.call("quit", 3)).catch(() => {});
      while (!/quits[^]*quits/.test(output)) await new Promise((done) => setTimeout(done, 5));
      let refused;
      for (refused = false; !refused;) {
        refused = await Promise.resolve().then(() => program.call("add", 1, 2)).then(() => false, (error) => error.message);
      }
      return { first, refused, output };
    }, worker);
    assert.equal(result.first, 7);
    assert.match(result.refused, /has ended/);
    assert.equal(result.output, "started\nquits\nstarted\nmain ends\nquits\n");
  });

  test(`an endless loop is stopped by its AbortSignal, ${where}`, async () => {
    const page = await openPage("");
    const name = await page.evaluate(async (worker) => {
      const stop = new AbortController();
      const running = Bactrian.run("called.byte", {
        worker, args: ["spin"], externals: "/fixtures/externals.js", signal: stop.signal,
        stdout: () => setTimeout(() => stop.abort(), 1),
      });
      return running.then(() => "it ended", (error) => error.name);
    }, worker);
    assert.equal(name, "AbortError");
  });
}

test("a program that is stopped after its main part runs no function any more", async () => {
  const page = await openPage("");
  const result = await page.evaluate(async () => {
    const stop = new AbortController();
    const program = await Bactrian.run("called.byte", { args: ["count"], externals: { page_greeting: String }, signal: stop.signal, stdout() {} });
    const waiting = program.call("later", 1).then(() => "done", (error) => error.name);
    program.call("tick", 0);
    while (!(window.ticks > 3)) await new Promise((done) => setTimeout(done, 5));
    stop.abort();
    const { ticks } = window;
    let refused;
    try {
      program.call("add", 1, 2);
    } catch (error) {
      refused = error.message;
    }
    for (let i = 0; i < 20; i++) await new Promise((done) => setTimeout(done, 5));
    return [window.ticks - ticks, refused, await waiting === "done" || await waiting === "AbortError"];
  });
  assert.deepEqual(result, [0, "the OCaml program has ended", true]);
});

test("data-externals names a module, for the page's thread and for a worker", async () => {
  const page = await openPage(["", "data-worker"].map((worker) => tag("called.byte", `${worker} data-externals="/fixtures/externals.js"`)).join(""));
  assert.deepEqual(await tagResults(page), [0, 0]);
  const greetings = await page.evaluate(() => Promise.all([...document.querySelectorAll("script[data-externals]")].map(async (tag) => (await tag.bactrian).call("greet", "you"))));
  assert.deepEqual(greetings, ["hello, you, from the page", "hello, you, from a worker"]);
  const broken = await openPage(tag("called.byte", 'data-externals="/nowhere.js"'));
  assert.match((await tagResults(broken))[0], /^error fetch: The module of externals http.*nowhere\.js could not be loaded/);
});

test("what cannot be sent to a worker is refused", async () => {
  const page = await openPage("");
  const result = await page.evaluate(async () => {
    const refusal = (promise) => promise.then(() => "none", (error) => `${error.name} ${error.code ?? ""}`);
    const functions = refusal(Bactrian.run("called.byte", { worker: true, externals: { page_greeting: String } }));
    const program = await Bactrian.run("called.byte", { worker: true, externals: "/fixtures/externals.js", stdout() {} });
    return [await functions, await refusal(program.call("add", () => 1, 2)), await refusal(program.call("block", 0))];
  });
  assert.deepEqual(result, ["BactrianError usage", "DataCloneError 25", "DataCloneError "]);
});

test("primitives that need a document", async () => {
  const page = await openPage("");
  const output = await page.evaluate(async () => {
    let text = "";
    await Bactrian.run("page_primitives.byte", { stdout: (piece) => { text += piece; } });
    while (text.split("\n").length < 6) await new Promise((done) => setTimeout(done, 5));
    return text;
  });
  const data = await (await fetch(`${origin()}/fixtures/data.txt`)).text();
  assert.equal(output, `é\né\n&\nnone\n200 ${data}\n`);
});
