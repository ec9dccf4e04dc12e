// SPDX-License-Identifier: Apache-2.0
// Script tags: order, attributes, tags added later, workers, events and promises.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, start, stop, tag, tagResults } from "./harness.mjs";

before(start);
after(stop);

const outputs = (page) => page.messages.filter((message) => message.startsWith("log: ")).map((message) => message.slice(5));

test("one line in the page, one tag: output goes to the developer console", async () => {
  const page = await openPage(tag("/hello.byte"));
  assert.deepEqual(await tagResults(page), [0]);
  assert.deepEqual(page.messages, ["log: Hello from OCaml"]);
});

test("tags run in the page's order, each after the one before", async () => {
  const page = await openPage(tag("/busy.byte", 'data-args="one"') + tag("/busy.byte", 'data-args="two"') + tag("/hello.byte"));
  assert.deepEqual(await tagResults(page), [0, 0, 0]);
  assert.deepEqual(outputs(page), ["one begins", "one ends", "two begins", "two ends", "Hello from OCaml"]);
});

test("a program that waits lets the next one start", async () => {
  const page = await openPage(`<div id="screen" style="height: 300px"></div>${tag("/cat.byte", 'data-console="#screen"')}${tag("/hello.byte")}`);
  await page.waitForFunction(() => document.querySelectorAll("script")[2].bactrian?.then(() => true));
  assert.deepEqual(outputs(page), ["Hello from OCaml"]);
});

test("a tag that fails does not hold the next one", async () => {
  const page = await openPage(tag("/nothing.byte") + tag("/hello.byte"));
  const [first, second] = await tagResults(page);
  assert.match(first, /^error fetch:/);
  assert.equal(second, 0);
});

test("tags added by code, long after loading", async () => {
  const page = await openPage("");
  await page.waitForLoadState("load");
  const exitCode = await page.evaluate(async () => {
    const tag = document.createElement("script");
    tag.type = "application/x-ocaml-bytecode";
    tag.src = "/hello.byte";
    const holder = document.createElement("section");
    holder.append(tag);
    document.body.append(holder);
    await new Promise((resolve) => tag.addEventListener("bactrian:exit", resolve));
    return (await tag.bactrian).exitCode;
  });
  assert.equal(exitCode, 0);
  assert.deepEqual(outputs(page), ["Hello from OCaml"]);
});

test("the script itself added after the page has loaded", async () => {
  const page = await openPage(tag("/hello.byte"), { head: "" });
  await page.waitForLoadState("load");
  await page.addScriptTag({ url: "/bactrian.js" });
  assert.deepEqual(await tagResults(page), [0]);
});

test("the module bactrian.mjs runs the tags too", async () => {
  const page = await openPage(tag("/hello.byte"), { head: '<script type="module" src="/bactrian.mjs"></script>' });
  await page.waitForFunction(() => Boolean(document.querySelectorAll("script")[1].bactrian));
  assert.deepEqual(await tagResults(page), [0]);
});

test("data-args, data-env and data-files", async () => {
  const page = await openPage(tag("/echo_env.byte", `data-args="one 'two words' &quot;three&quot;" data-env="ANIMAL='two humps' EMPTY=" data-files="data.txt=/page-text.txt"`)
    .replace("/page-text.txt", "/fixtures/data.txt"));
  assert.deepEqual(await tagResults(page), [0]);
  assert.deepEqual(outputs(page), ["argv 0=echo_env.byte", "argv 1=one", "argv 2=two words", "argv 3=three", "exe=/echo_env.byte cwd=/",
    "ANIMAL=two humps", "EMPTY=", "MISSING=(none)", "data: carried by the desert wind"]);
});

test("data-args as JSON", async () => {
  const page = await openPage(tag("/echo_env.byte", `data-args='["a b", "", "é"]'`));
  await tagResults(page);
  assert.deepEqual(outputs(page).slice(1, 4), ["argv 1=a b", "argv 2=", "argv 3=é"]);
});

test("data-worker runs off the main thread", async () => {
  const page = await openPage(tag("/busy.byte", "data-worker"), {
    init: () => {
      window.longest = 0;
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
        setTimeout(tick, 1);
      };
      tick();
    },
  });
  assert.deepEqual(await tagResults(page), [0]);
  assert.deepEqual(outputs(page), ["busy begins", "busy ends"]);
  assert.ok(await page.evaluate(() => window.longest) < 600);
});

test("data-worker with the module", async () => {
  const page = await openPage(tag("/echo_env.byte", 'data-worker data-args="x"'), { head: '<script type="module" src="/bactrian.mjs"></script>' });
  await page.waitForFunction(() => Boolean(document.querySelectorAll("script")[1].bactrian));
  assert.deepEqual(await tagResults(page), [0]);
  assert.equal(outputs(page)[1], "argv 1=x");
});

test("on the main thread the page answers while a program computes", async () => {
  const page = await openPage(tag("/busy.byte"), {
    init: () => {
      window.ticks = 0;
      setInterval(() => window.ticks++, 5);
    },
  });
  await page.waitForFunction(() => Boolean(document.querySelectorAll("script")[1].bactrian));
  await tagResults(page);
  // Not how often, which depends on the machine: a page that waits for the program counts none before it ends.
  assert.ok(await page.evaluate(() => window.ticks) > 3);
});

test("events tell of loading, ready and exit, and bubble", async () => {
  const page = await openPage(tag("/hello.byte"), {
    init: () => {
      window.events = [];
      for (const name of ["loading", "ready", "exit", "error"]) {
        document.addEventListener(`bactrian:${name}`, (event) => window.events.push([name, event.detail]));
      }
    },
  });
  await tagResults(page);
  const events = await page.evaluate(() => window.events);
  const loading = events.filter(([name]) => name === "loading");
  const last = loading.at(-1)[1];
  assert.equal(last.loaded, last.total);
  assert.ok(last.total > 10_000);
  assert.deepEqual(events.slice(loading.length), [["ready", null], ["exit", { exitCode: 0 }]]);
});

test("the event bactrian:stop ends a program", async () => {
  const page = await openPage(tag("/endless.byte"));
  await page.waitForFunction(() => Boolean(document.querySelectorAll("script")[1].bactrian));
  while (!outputs(page).includes("started")) await new Promise((resolve) => setTimeout(resolve, 20));
  await page.evaluate(() => document.querySelectorAll("script")[1].dispatchEvent(new Event("bactrian:stop")));
  assert.match((await tagResults(page))[0], /stopped/);
  assert.deepEqual(page.messages, ["log: started"]);
});

test("no unhandled rejections and no page errors from failing tags", async () => {
  const page = await openPage(tag("/nothing.byte"));
  await tagResults(page);
  assert.deepEqual(page.crashes, []);
});
