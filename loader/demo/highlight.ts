// SPDX-License-Identifier: Apache-2.0
// OCaml source → HTML with spans for the style sheet. A scanner, not a parser; comments nest.

const KEYWORDS = new Set(("and as assert begin class constraint do done downto else end exception external false for fun "
  + "function functor if in include inherit initializer land lazy let lor lsl lsr lxor match method mod module mutable new nonrec "
  + "object of open or private rec sig struct then to true try type val virtual when while with").split(" "));

const TOKEN = /(?<string>"(?:[^"\\]|\\[^])*")|(?<char>'(?:[^'\\\n]|\\(?:.|\d{3}|x[\da-fA-F]{2}))')|(?<number>\b\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\b0x[\da-fA-F_]+)|(?<variable>'[a-z]\w*)|(?<word>[A-Za-z_][\w']*)/y;

const escape = (text: string): string => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]!);
const span = (kind: string, text: string): string => `<span class="${kind}">${escape(text)}</span>`;

function commentEnd(source: string, start: number): number {
  let depth = 0;
  for (let i = start; i < source.length; i++) {
    if (source.startsWith("(*", i)) depth++, i++;
    else if (source.startsWith("*)", i) && (i++, --depth === 0)) return i + 1;
  }
  return source.length;
}

function classify(groups: Record<string, string | undefined>, text: string): string {
  if (groups["string"] ?? groups["char"]) return span("string", text);
  if (groups["number"]) return span("number", text);
  if (groups["variable"]) return span("variable", text);
  if (KEYWORDS.has(text)) return span("keyword", text);
  return /^[A-Z]/.test(text) ? span("constructor", text) : escape(text);
}

export function highlight(source: string): string {
  let html = "";
  for (let i = 0; i < source.length;) {
    if (source.startsWith("(*", i)) {
      const end = commentEnd(source, i);
      html += span("comment", source.slice(i, end));
      i = end;
      continue;
    }
    TOKEN.lastIndex = i;
    const match = TOKEN.exec(source);
    html += match ? classify(match.groups!, match[0]) : escape(source[i]!);
    i += match ? match[0].length : 1;
  }
  return html;
}
