// SPDX-License-Identifier: Apache-2.0
// OCaml values that JavaScript holds (jsapi/roots.h): an object of these classes each, or, a closure, a function.
// They go back to OCaml as what they are.

export const ROOT = Symbol("root");

const NO_SCAN_TAG = 251, DOUBLE_ARRAY_TAG = 254;

export interface Reader {
  tag(root: number): number;
  size(root: number): number;
  field(root: number, i: number): unknown;
  text(root: number): string;
  int64Part(root: number, shift: number): number;
  bytes(root: number): Uint8Array;
  bigarray(root: number): { kind: number; dimensions: number[]; view: ArrayBufferView };
  buffer(): ArrayBufferLike;
}

export class OcamlValue {
  constructor(readonly reader: Reader, readonly root: number) {}

  toString(): string { return "[OCaml value]"; }

  // Of a block: its tag, how many fields it has, and each.
  get tag(): number { return this.reader.tag(this.root); }
  get size(): number { return this.tag < NO_SCAN_TAG || this.tag === DOUBLE_ARRAY_TAG ? this.reader.size(this.root) : 0; }
  field(i: number): unknown {
    if (!(i >= 0 && i < this.size)) throw new RangeError("an OCaml block has no such field");
    return this.reader.field(this.root, i);
  }

  get length(): number { return this.size + 1; }

  // Of JSON.stringify: an array of the tag and the fields, as js_of_ocaml's values look.
  toJSON(): unknown {
    const fields = Array.from({ length: this.reader.size(this.root) }, (_, i) => this.reader.field(this.root, i));
    return [this.reader.tag(this.root), ...fields];
  }
}

// js_of_ocaml's own values are arrays of the tag and the fields, which its library asks about: an exception that is none is
// taken for a JavaScript one. Programs read them as arrays, too.
Object.setPrototypeOf(OcamlValue.prototype, new Proxy(Object.create(Array.prototype) as object, {
  get(target, key, block: OcamlValue) {
    const i = typeof key === "string" && /^\d+$/.test(key) ? Number(key) : -1;
    if (i < 0) return Reflect.get(target, key, block) as unknown;
    return i === 0 ? block.tag : i <= block.size ? block.field(i - 1) : undefined;
  },
  has: (target, key) => Reflect.has(target, key) || (typeof key === "string" && /^\d+$/.test(key)),
}));

export class OcamlString extends OcamlValue {
  override toJSON(): unknown { return this; }
  override toString(): string { return this.reader.text(this.root); }
  override get length(): number { return this.reader.size(this.root); }
  // In the program's memory: only until OCaml code runs again, which may move it.
  get bytes(): Uint8Array { return this.reader.bytes(this.root); }
}

export class OcamlInt64 extends OcamlValue {
  override toJSON(): unknown { return this; }
  get lo(): number { return this.reader.int64Part(this.root, 0) & 0xFFFFFF; }
  get mi(): number { return this.reader.int64Part(this.root, 24) & 0xFFFFFF; }
  get hi(): number { return this.reader.int64Part(this.root, 48) & 0xFFFF; }
  override toString(): string {
    const high = BigInt(this.reader.int64Part(this.root, 32));
    return String(high << 32n | BigInt(this.reader.int64Part(this.root, 0) >>> 0));
  }
}

export class OcamlCustom extends OcamlValue {
  override toJSON(): unknown { return this; }
}

// Its elements as a typed array that shares them. One that is kept goes stale when the program's memory grows (its length
// is 0 then): `view` is a new one after that. The elements live as long as this object.
export class OcamlBigarray extends OcamlCustom {
  readonly kind: number;
  readonly dimensions: readonly number[];
  #view: ArrayBufferView;

  constructor(reader: Reader, root: number) {
    super(reader, root);
    ({ kind: this.kind, dimensions: this.dimensions, view: this.#view } = reader.bigarray(root));
  }

  get view(): ArrayBufferView {
    if (this.#view.buffer !== this.reader.buffer()) this.#view = this.reader.bigarray(this.root).view;
    return this.#view;
  }
}

// What an OCaml function raised, on its way through JavaScript.
export class OcamlException extends Error {
  override readonly name = "OcamlException";
  constructor(readonly value: OcamlValue, text: string) {
    super(text);
  }
}

// The program ends: no JavaScript code is to go on with it.
export class ProgramExit extends Error {
  constructor() {
    super("the OCaml program has ended");
  }
}
