// SPDX-License-Identifier: Apache-2.0
// The server's side of the live search: GET …/elements?q=TEXT answers with the elements whose name or symbol contains TEXT,
// those that begin with it first. `answer` is an `intercept` for loader/tools/serve.mjs.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const elements = readFileSync(join(import.meta.dirname, "elements.txt"), "utf8").trimEnd().split("\n").map((line, i) => {
  const [symbol, name, mass, kind] = line.split(" ");
  return { number: i + 1, symbol, name, mass, kind };
});

export function search(text) {
  const wanted = text.trim().toLowerCase();
  const rank = ({ name, symbol }) => {
    const words = [symbol.toLowerCase(), name.toLowerCase()];
    return words.includes(wanted) ? 0 : words.some((word) => word.startsWith(wanted)) ? 1 : words.some((word) => word.includes(wanted)) ? 2 : 3;
  };
  if (wanted === "") return [];
  return elements.filter((element) => rank(element) < 3).sort((a, b) => rank(a) - rank(b) || a.number - b.number);
}

export function answer(request, response, path) {
  if (!path.endsWith("/elements")) return false;
  const query = new URL(request.url, "http://localhost").searchParams.get("q") ?? "";
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(search(query)));
  return true;
}
