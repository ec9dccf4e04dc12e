// SPDX-License-Identifier: Apache-2.0
// Which short strings have a slot: a hash table of them, open, with linear probing. A Map does the same, but on strings that
// come and go it takes four times as long, most of what such a string costs at the border.
//
//     entries     [hash, slot] [hash, slot] ...     slot 0: free (it is undefined's)
//     hashes      by slot, for its removal
//
// A text's hash is that of its characters, which bytes in the memory have as well.

export const LONGEST_HASHED = 64;

const START = 5381;

const mixed = (hash: number): number => (hash ^ hash >>> 15) & 0x3FFFFFFF;

export function hashOf(text: string): number {
  let hash = START;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mixed(hash);
}

export function hashOfBytes(bytes: Uint8Array, at: number, length: number): number {
  let hash = START;
  for (const end = at + length; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return mixed(hash);
}

export interface Texts {
  find(text: string, hash: number): number;  // Its slot; 0: it has none.
  add(slot: number, hash: number): void;     // Of a text that has none.
  remove(slot: number): void;
}

export function makeTexts(slots: readonly unknown[]): Texts {
  let mask = 1023, count = 0;
  let entries = new Int32Array(2 * (mask + 1));
  let hashes = new Int32Array(1024);

  function put(slot: number, hash: number): void {
    let i = hash & mask;
    while (entries[2 * i + 1] !== 0) i = i + 1 & mask;
    entries[2 * i] = hash;
    entries[2 * i + 1] = slot;
  }

  function grow(): void {
    const old = entries;
    mask = 2 * mask + 1;
    entries = new Int32Array(2 * (mask + 1));
    for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) put(old[i + 1]!, old[i]!);
  }

  return {
    find(text, hash) {
      for (let i = hash & mask; ; i = i + 1 & mask) {
        const slot = entries[2 * i + 1]!;
        if (slot === 0 || (entries[2 * i] === hash && slots[slot] === text)) return slot;
      }
    },
    add(slot, hash) {
      if (2 * ++count > mask) grow();
      if (slot >= hashes.length) {
        const larger = new Int32Array(2 * slot);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[slot] = hash;
      put(slot, hash);
    },
    remove(slot) {
      count--;
      let hole = hashes[slot]! & mask;
      while (entries[2 * hole + 1] !== slot) hole = hole + 1 & mask;
      // Those after it, up to a free entry, must still be found from where their hashes lead.
      for (let i = hole + 1 & mask; entries[2 * i + 1] !== 0; i = i + 1 & mask) {
        if ((i - entries[2 * i]! & mask) < (i - hole & mask)) continue;
        entries[2 * hole] = entries[2 * i]!;
        entries[2 * hole + 1] = entries[2 * i + 1]!;
        hole = i;
      }
      entries[2 * hole + 1] = 0;
    },
  };
}
