// SPDX-License-Identifier: Apache-2.0
// The functions that the runtime calls for a program's own externals: for each of them one with one argument, with two … five,
// and one that gets more where they lie (jsapi/externals.cpp). A wasm module of them is put together here, because only the
// page knows how many there are.

export interface StubsPlace {
  memory: WebAssembly.Memory;
  table: WebAssembly.Table;
  first: number;        // The slot of the first one; six for each external.
  arguments: number;    // Address of room for five.
  call: unknown;        // jsapi_call_external, a wasm function: (external, arguments, count) → value.
}

export const STUBS_PER_EXTERNAL = 6;

const FIXED = 5;
const I32 = 0x7f, I64 = 0x7e, FUNCTION = 0x60, END = 0x0b;
const CALL = 0x10, LOCAL_GET = 0x20, I64_STORE = 0x37, I32_CONST = 0x41;

function unsigned(n: number): number[] {
  const low = n % 128;
  return n < 128 ? [low] : [low | 128, ...unsigned(Math.floor(n / 128))];
}
function signed(n: number): number[] {
  const low = n & 127;
  return n === (low & 64 ? low - 128 : low) ? [low] : [low | 128, ...signed(n >> 7)];
}
const vector = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const name = (text: string): number[] => vector([...text].map((c) => [c.charCodeAt(0)]));
const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

// Type n is that of a stub with n arguments; 0 of the function that all call, 6 of the one with more.
const TYPES = [
  [FUNCTION, ...vector([[I32], [I32], [I32]]), 1, I64],
  ...count(FIXED).map((n) => [FUNCTION, ...vector(count(n + 1).map(() => [I64])), 1, I64]),
  [FUNCTION, 2, I32, I32, 1, I64],
];

function body(external: number, arity: number, room: number): number[] {
  const code = [0];  // No locals.
  if (arity <= FIXED) for (const i of count(arity)) code.push(I32_CONST, ...signed(room), LOCAL_GET, i, I64_STORE, 3, ...unsigned(8 * i));
  code.push(I32_CONST, ...signed(external));
  code.push(...(arity <= FIXED ? [I32_CONST, ...signed(room), I32_CONST, arity] : [LOCAL_GET, 0, LOCAL_GET, 1]), CALL, 0, END);
  return [...unsigned(code.length), ...code];
}

export function makeStubs(externals: number, place: StubsPlace): void {
  const { memory, table, first } = place;
  const stubs = count(externals * STUBS_PER_EXTERNAL).map((i) => ({ external: Math.floor(i / STUBS_PER_EXTERNAL), arity: i % STUBS_PER_EXTERNAL + 1 }));
  const bytes = new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, vector(TYPES)),
    ...section(2, vector([
      [...name("b"), ...name("m"), 2, 0, 0],
      [...name("b"), ...name("t"), 1, 0x70, 0, 0],
      [...name("b"), ...name("f"), 0, 0],
    ])),
    ...section(3, vector(stubs.map(({ arity }) => [arity]))),
    ...section(9, vector([[0, I32_CONST, ...signed(first), END, ...vector(stubs.map((_, i) => unsigned(i + 1)))]])),
    ...section(10, vector(stubs.map(({ external, arity }) => body(external, arity, place.arguments)))),
  ]);
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { b: { m: memory, t: table, f: place.call as WebAssembly.ImportValue } });
}
