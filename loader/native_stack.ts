// SPDX-License-Identifier: Apache-2.0
// How much of the engine's stack translated code may use, here on this thread. It is measured, as engines say nothing
// about it: a wasm function with many values that live across its call of itself recurs until the engine refuses.
// Bytes are counted as the translator counts those of its functions, 8 for a value, so that an engine with larger
// slots gives less. What it found, in KB (before PART), beside what is known of the engines' limits:
//
//                       page    worker
//   Chromium            869     442      V8's 984 KB on a page's thread, about half of it in workers
//   Firefox ESR         1649    905      by the system's limit for the process; 1 MB in workers
//   Node 26             873     3464     984 KB (--stack-size); 4 MB in workers (resourceLimits.stackSizeMb)

// The rest is for the loader's and the page's frames, primitives, callbacks (kCallbackRoom of runtime/tier/activation.h),
// and code in which the engine has inlined callees, whose frames are larger than the translator knows.
const PART = 0.45;
// A deeper stack saves little and would cost the pages of memory that measuring touches.
const MOST_BYTES = 1024 * 1024;

const VALUES = 50;
const COUNTER = VALUES;  // The global behind those with the values.
const FRAME_BYTES = 8 * VALUES;

const I32 = 0x7f, I64 = 0x7e, MUTABLE = 1, END = 0x0b;
const LOCAL_GET = 0x20, LOCAL_SET = 0x21, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24, I32_CONST = 0x41, I64_CONST = 0x42;

const sized = (bytes: number[]): number[] => [bytes.length & 127 | 128, bytes.length >> 7, ...bytes];
const forValues = (bytes: (i: number) => number[]): number[] => Array.from({ length: VALUES }, (_, i) => bytes(i)).flat();

// f: if n is 0, return; n--; the globals' values go to locals; f(); and back.
const probeBytes = (): Uint8Array<ArrayBuffer> => new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, ...sized([1, 0x60, 0, 0]),
  3, ...sized([1, 0]),
  6, ...sized([VALUES + 1, ...forValues(() => [I64, MUTABLE, I64_CONST, 0, END]), I32, MUTABLE, I32_CONST, 0, END]),
  7, ...sized([2, 1, 0x66, 0, 0, 1, 0x6e, 3, COUNTER]),
  10, ...sized([1, ...sized([1, VALUES, I64,
    GLOBAL_GET, COUNTER, 0x45, 0x0d, 0,  // i32.eqz, br_if
    GLOBAL_GET, COUNTER, I32_CONST, 1, 0x6b, GLOBAL_SET, COUNTER,
    ...forValues((i) => [GLOBAL_GET, i, LOCAL_SET, i]), 0x10, 0, ...forValues((i) => [LOCAL_GET, i, GLOBAL_SET, i]), END])]),
]);

// In bytes, below the caller.
export function nativeStackBudget(): number {
  const { f, n } = new WebAssembly.Instance(new WebAssembly.Module(probeBytes())).exports as unknown as { f(): void; n: WebAssembly.Global };
  const most = Math.ceil(MOST_BYTES / PART / FRAME_BYTES);
  n.value = most;
  try {
    f();
  } catch {
    // A RangeError; in Firefox an InternalError.
  }
  return Math.min(MOST_BYTES, Math.floor((most - n.value) * FRAME_BYTES * PART));
}
