// SPDX-License-Identifier: Apache-2.0
// The generator's trees. A node is a type and a template: text and nodes in turn, in OCaml's syntax and
// parenthesised, so that a node may be replaced by any other of its type without knowing what either is.
// A program is a list of top-level items, which are nodes too, of type "item".
//
// The shrinker works on these trees only: a replacement may put a variable out of its scope, and then the
// compiler refuses the candidate.

export class Node {
  constructor(type, parts) {
    this.type = type;
    this.parts = parts;
  }
  get children() { return this.parts.filter((part) => part instanceof Node); }
}

// node("int")`(${a} + ${b})`: strings and numbers are text, nodes stay nodes, lists are put in one after another.
export const node = (type) => (strings, ...values) => {
  const parts = [];
  strings.forEach((text, i) => {
    if (text !== "") parts.push(text);
    if (i < values.length) parts.push(...[values[i]].flat().map((value) => (value instanceof Node ? value : String(value))));
  });
  return new Node(type, parts);
};

// [a, b, c] → [a, "; ", b, "; ", c]
export const separated = (nodes, separator) => nodes.flatMap((item, i) => (i === 0 ? [item] : [separator, item]));

export function render(tree) {
  return tree.parts.map((part) => (part instanceof Node ? render(part) : part)).join("");
}

// Lines break before `in`, arms and items only; enough to read a shrunk program, and to give lines to debug information.
export function renderProgram(prelude, items) {
  const body = items.map((item) => render(item).replaceAll("(); ", "").replaceAll(" in ", " in\n  ").replaceAll(" | ", "\n  | ")).join("\n\n");
  return `${prelude}\n${body}\n`;
}

export function size(tree) {
  return 1 + tree.children.reduce((sum, child) => sum + size(child), 0);
}

// All nodes with the way to put another in their place: [{ node, replace(other) → new root }].
export function* places(root, rebuild = (tree) => tree) {
  for (let i = 0; i < root.parts.length; i++) {
    const part = root.parts[i];
    if (!(part instanceof Node)) continue;
    const replace = (other) => rebuild(new Node(root.type, root.parts.with(i, other)));
    yield { node: part, replace };
    yield* places(part, replace);
  }
}
