// SPDX-License-Identifier: Apache-2.0
// Makes a failing program small: drops items, then puts the least value of its type, or one of its own parts, in the
// place of each expression, as long as `fails` says that the program still fails. Candidates need not compile:
// `fails` says no to those.

import { Node, places, render, size } from "./ast.mjs";
import { leastOf } from "./generate.mjs";

// Items in chunks, half of them at first, from the end: later items depend on earlier ones.
async function dropItems(items, fails, out_of_time) {
  for (let chunk = Math.ceil(items.length / 2); chunk >= 1; chunk = Math.floor(chunk / 2)) {
    for (let end = items.length; end > 0 && !out_of_time(); end -= chunk) {
      const candidate = [...items.slice(0, Math.max(0, end - chunk)), ...items.slice(end)];
      if (candidate.length < items.length && (await fails(candidate))) items = candidate;
    }
  }
  return items;
}

// The parts of a node that could stand for it, the outermost first.
function partsOfType(type, tree, levels) {
  if (levels === 0) return [];
  return tree.children.flatMap((child) => [...(child.type === type ? [child] : []), ...partsOfType(type, child, levels - 1)]);
}

function replacements(tree, items) {
  const least = leastOf(tree.type, items);
  if (least === undefined) return [];
  const text = render(tree);
  if (text === least) return [];
  return [new Node(tree.type, [least]), ...partsOfType(tree.type, tree, 3)];
}

// One item, its nodes in preorder; after a success the same place is tried again.
async function simplifyItem(items, index, fails, out_of_time) {
  for (let at = 0; !out_of_time();) {
    const place = [...places(items[index])][at];
    if (!place) break;
    let replaced = false;
    for (const other of replacements(place.node, items)) {
      const candidate = items.with(index, place.replace(other));
      if (!(await fails(candidate))) continue;
      items = candidate;
      replaced = true;
      break;
    }
    if (!replaced) at++;
  }
  return items;
}

// fails(items) → Promise<boolean>.
export async function shrink(items, fails, seconds) {
  const end = Date.now() + seconds * 1000;
  const out_of_time = () => Date.now() > end;
  const total = (list) => list.reduce((sum, tree) => sum + size(tree), 0);
  for (;;) {
    const before = total(items);
    items = await dropItems(items, fails, out_of_time);
    for (let index = items.length - 1; index >= 0; index--) items = await simplifyItem(items, index, fails, out_of_time);
    if (total(items) === before || out_of_time()) return items;
  }
}
