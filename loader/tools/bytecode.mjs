// SPDX-License-Identifier: Apache-2.0
// Bytecode executables as files: their sections, and a smaller copy without what a page can do without
// (the launcher line or binary in front; debugging information).
//
//   anything | section bytes, one after another | count × (name[4], length be32) | count be32 | magic[12]

const MAGIC_LENGTH = 12;

export function readSections(bytes) {
  const end = bytes.length - MAGIC_LENGTH - 4;
  const magic = bytes.toString("latin1", bytes.length - MAGIC_LENGTH);
  if (!magic.startsWith("Caml1999X")) throw new Error("not a bytecode executable");
  const count = bytes.readUInt32BE(end);
  const table = end - 8 * count;
  const rows = Array.from({ length: count }, (_, i) => ({
    name: bytes.toString("latin1", table + 8 * i, table + 8 * i + 4),
    length: bytes.readUInt32BE(table + 8 * i + 4),
  }));
  let at = table - rows.reduce((sum, { length }) => sum + length, 0);
  const sections = rows.map(({ name, length }) => ({ name, bytes: bytes.subarray(at, (at += length)) }));
  return { magic, sections };
}

export function writeExecutable({ magic, sections }) {
  const table = Buffer.alloc(8 * sections.length + 4);
  sections.forEach(({ name, bytes }, i) => {
    table.write(name, 8 * i, "latin1");
    table.writeUInt32BE(bytes.length, 8 * i + 4);
  });
  table.writeUInt32BE(sections.length, 8 * sections.length);
  return Buffer.concat([...sections.map(({ bytes }) => bytes), table, Buffer.from(magic, "latin1")]);
}

export function strip(bytes) {
  const { magic, sections } = readSections(bytes);
  return writeExecutable({ magic, sections: sections.filter(({ name }) => name !== "DBUG" && name !== "RNTM") });
}
