// SPDX-License-Identifier: Apache-2.0
// What to do about a file that the runtime cannot load. In: its first bytes and the runtime's message. Out: a sentence.

import { toBinary } from "./text.ts";

const BYTECODE = "bytecode comes from 'ocamlc -o app.byte app.ml', or from dune with (modes byte).";

const KINDS: readonly [start: string, advice: string][] = [
  ["Caml1999O", "This is an object file (.cmo): link it, 'ocamlc -o app.byte app.cmo'."],
  ["Caml1999A", "This is a library (.cma): link it with a program, 'ocamlc -o app.byte library.cma app.ml'."],
  ["Caml1999I", "This is a compiled interface (.cmi)."],
  ["\x7fELF", `This is a native executable: ${BYTECODE}`],
  ["\xcf\xfa\xed\xfe", `This is a native executable: ${BYTECODE}`],
  ["MZ", `This is a native executable: ${BYTECODE}`],
];

export function loadAdvice(bytes: Uint8Array, message: string): string {
  if (/this Bactrian runs/.test(message)) return "Compile it with one of these.";
  if (/damaged|truncated/.test(message)) return "Did all of it arrive? Copy or build it again.";
  const start = toBinary(bytes.subarray(0, 12));
  const kind = KINDS.find(([prefix]) => start.startsWith(prefix));
  return kind ? kind[1] : BYTECODE[0]!.toUpperCase() + BYTECODE.slice(1);
}
