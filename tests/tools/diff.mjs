// SPDX-License-Identifier: Apache-2.0
// A small line diff for test failures: what is common at both ends is left out, and the middle is
// aligned by the longest common subsequence where it is short enough, else shown as two halves.

const MAX_CELLS = 4_000_000;
const MAX_WIDTH = 200;

// The line, shortened around the place where it first differs from `other`.
function clip(line, other = "") {
  if (line.length <= MAX_WIDTH) return JSON.stringify(line).slice(1, -1);
  let at = 0;
  while (at < line.length && line[at] === other[at]) at++;
  const from = Math.max(0, Math.min(at - 40, line.length - MAX_WIDTH));
  return `[…${from}]` + JSON.stringify(line.slice(from, from + MAX_WIDTH)).slice(1, -1);
}

function align(a, b) {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1
        : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  const edits = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) { i++; j++; }
    else if (j >= b.length || (i < a.length && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) edits.push(["-", i, a[i++]]);
    else edits.push(["+", j, b[j++]]);
  }
  return edits;
}

export function diffLines(expected, actual, limit = 40) {
  const a = expected.split("\n");
  const b = actual.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) { endA--; endB--; }
  const middleA = a.slice(start, endA);
  const middleB = b.slice(start, endB);
  const edits = middleA.length * middleB.length <= MAX_CELLS ? align(middleA, middleB)
    : [...middleA.map((line, i) => ["-", i, line]), ...middleB.map((line, i) => ["+", i, line])];
  const lines = edits.slice(0, limit).map(([sign, i, line]) =>
    `  ${sign} ${start + i + 1}: ${clip(line, sign === "-" ? b[start + i] : a[start + i])}`);
  if (edits.length > limit) lines.push(`  … ${edits.length - limit} more`);
  return lines.join("\n") + "\n";
}
