// SPDX-License-Identifier: Apache-2.0
// The table of short strings that have a slot, against a Map.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf, hashOfBytes, makeTexts } from "../../jsapi/texts.ts";

function makePair() {
  const slots: (string | undefined)[] = [undefined];
  const free: number[] = [];
  const texts = makeTexts(slots);
  const model = new Map<string, number>();
  return {
    model,
    find: (text: string) => texts.find(text, hashOf(text)),
    add(text: string) {
      const slot = free.pop() ?? slots.length;
      slots[slot] = text;
      texts.add(slot, hashOf(text));
      model.set(text, slot);
    },
    remove(text: string) {
      const slot = model.get(text)!;
      texts.remove(slot);
      slots[slot] = undefined;
      free.push(slot);
      model.delete(text);
    },
  };
}

test("strings that come and go", () => {
  const { model, find, add, remove } = makePair();
  let seed = 1;
  const random = (below: number) => (seed = Math.imul(seed, 48271) >>> 1) % below;
  for (const [turns, range] of [[20_000, 50], [60_000, 20_000], [40_000, 300]] as const) {
    for (let i = 0; i < turns; i++) {
      const text = `é${random(range)}`.slice(random(2));
      assert.equal(find(text), model.get(text) ?? 0);
      if (!model.has(text)) add(text);
      else if (random(3) > 0) remove(text);
    }
  }
  for (const [text, slot] of model) assert.equal(find(text), slot);
  for (const text of [...model.keys()]) {
    remove(text);
    assert.equal(find(text), 0);
  }
});

test("texts whose hashes lead to one entry", () => {
  const { find, add, remove } = makePair();
  // All of them begin at one entry, or near it.
  const byHash = new Map<number, string[]>();
  for (let i = 0; i < 100_000; i++) {
    const text = `${i}`, key = hashOf(text) & 1023;
    byHash.set(key, [...byHash.get(key) ?? [], text].slice(0, 300));
  }
  const crowd = [...byHash.values()][0]!;
  for (const text of crowd) add(text);
  for (const text of crowd.filter((_, i) => i % 2 === 0)) remove(text);
  crowd.forEach((text, i) => assert.equal(find(text) !== 0, i % 2 === 1));
});

test("a text's hash is its bytes'", () => {
  const bytes = new TextEncoder().encode("..name..");
  assert.equal(hashOfBytes(bytes, 2, 4), hashOf("name"));
});
