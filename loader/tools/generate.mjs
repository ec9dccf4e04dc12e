// SPDX-License-Identifier: Apache-2.0
// Makes build/generated/host.ts from the runtime's own headers, so that numbers and signatures of
// the host border are written once, in C++.
//   runtime/host/errors.def → `ENOENT`…, and the number of an error by its name
//   runtime/host/host.h     → the open flags, and `HostImports`: what the wasm module imports
// A declaration in host.h that this cannot read is an error, never a function left out.

import { mkdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, BUILD } from "./paths.mjs";

const HEADER = "// SPDX-License-Identifier: Apache-2.0\n// Made by loader/tools/generate.mjs from runtime/host. Do not edit.\n";

function errorConstants(text) {
  const rows = [...text.matchAll(/^HOST_ERROR\((\w+), (\d+), "/gm)];
  if (rows.length === 0) throw new Error("errors.def: no HOST_ERROR lines");
  const constants = rows.map(([, name, number]) => `export const ${name} = ${number};`);
  const names = rows.map(([, name]) => name).join(", ");
  return [...constants, `export const errorNumbers: Record<string, number> = { ${names} };`];
}

function openFlags(text) {
  const body = /enum HostOpenFlags[^{]*\{([^}]*)\}/.exec(text)?.[1];
  if (!body) throw new Error("host.h: no enum HostOpenFlags");
  return [...body.matchAll(/k(\w+) = (\d+),/g)].map(([, name, number]) => `export const ${name} = ${number};`);
}

function fileKinds(text) {
  const body = /enum class FileKind[^{]*\{([^}]*)\}/.exec(text)?.[1];
  if (!body) throw new Error("host.h: no enum FileKind");
  return [...body.matchAll(/k(\w+),/g)].map(([, name], index) => `export const Kind${name} = ${index};`);
}

function statFields(text) {
  const body = /struct HostStat \{[^\n]*\n\s*double ([^;]*);/.exec(text)?.[1];
  if (!body) throw new Error("host.h: no struct HostStat");
  const fields = body.split(",").map((field) => field.trim());
  return [`export interface HostStat { ${fields.map((f) => `${f}: number`).join("; ")} }`,
    `export const statFields = ${JSON.stringify(fields)} as const;`];
}

const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

function imports(text) {
  const pattern = /(\[\[noreturn\]\] )?(std::int32_t|double|void) host_\w+\(([^)]*)\)\s+HOST_CALL\((\w+)\);/g;
  const declarations = [...text.matchAll(pattern)];
  const mentioned = [...text.matchAll(/HOST_CALL\((\w+)\);/g)];
  if (mentioned.length !== declarations.length) throw new Error("host.h: a declaration is not of the expected form");
  const lines = declarations.map(([, noreturn, type, parameters, name]) => {
    const list = parameters.trim() === "" ? [] : parameters.split(",").map((p) => camelCase(/(\w+)\s*$/.exec(p)[1]));
    const result = noreturn ? "never" : type === "void" ? "void" : "number";
    return `  ${name}(${list.map((p) => `${p}: number`).join(", ")}): ${result};`;
  });
  return ["export interface HostImports {", ...lines, "}"];
}

// A function whose frame is as large as what OCaml code needs of the native stack before it looks how much is left (jsapi.ts).
// Engines test for a frame's size when a function begins, with registers for code that does not run.
const ROOM_REGISTERS = 4000;
const room = () => `export const makeRoom = (noop: (...args: number[]) => void) =>
  (never: boolean): void => { if (never) noop(${"0,".repeat(ROOM_REGISTERS)}0); };
`;

// jsapi/prims.def → the operations, in the order of their numbers.
function operations(text) {
  const names = [...text.matchAll(/^(?:OPERATION|INTERNAL)\((\w+)/gm)].map(([, name]) => name);
  return `export const operations = ${JSON.stringify(names)} as const;\n`;
}

function writeIfNew(name, text) {
  const path = join(BUILD, "generated", name);
  mkdirSync(join(BUILD, "generated"), { recursive: true });
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

export function generate() {
  const errors = readFileSync(join(ROOT, "runtime/host/errors.def"), "utf8");
  const host = readFileSync(join(ROOT, "runtime/host/host.h"), "utf8");
  const parts = [errorConstants(errors), openFlags(host), fileKinds(host), statFields(host), imports(host)];
  const text = HEADER + parts.map((lines) => "\n" + lines.join("\n") + "\n").join("");
  writeIfNew("host.ts", text);
  writeIfNew("room.ts", `${HEADER.replace(" from runtime/host", "")}\n${room()}`);
  writeIfNew("jsapi.ts", HEADER.replace("runtime/host", "jsapi/prims.def") + "\n" + operations(readFileSync(join(ROOT, "jsapi/prims.def"), "utf8")));
}

if (process.argv[1] === import.meta.filename) generate();
