// SPDX-License-Identifier: Apache-2.0
// Where the sections of a bytecode executable are. It ends in a table of them (name, length) and a trailer (their number, a
// magic name). A table that the runtime refuses (runtime/bytecode/image.cpp) may give anything here.

const TRAILER = 16, ENTRY = 8;

export const PRIM = 0x5052494D, DBUG = 0x44425547;  // Names, as big-endian numbers.

// How many bytes at the end are table and trailer.
export const tableSize = (bytes: Uint8Array): number => TRAILER + ENTRY * new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - TRAILER);

// Start and end of the last section of that name; both 0 when there is none. Looks at the table only.
export function sectionRange(bytes: Uint8Array, name: number): readonly [number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < TRAILER) return [0, 0];
  const count = view.getUint32(bytes.length - TRAILER);
  const table = bytes.length - TRAILER - ENTRY * count;
  let end = table;
  for (let i = count - 1; i >= 0 && table > 0; i--) {
    const at = table + ENTRY * i;
    const start = end - view.getUint32(at + 4);
    if (start < 0) break;
    if (view.getUint32(at) === name) return [start, end];
    end = start;
  }
  return [0, 0];
}
