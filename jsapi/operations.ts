// SPDX-License-Identifier: Apache-2.0
// The primitives that are done here, by their names in prims.def. Arguments and results are JavaScript values.

import { OpenCreate, OpenRead, OpenTruncate, OpenWrite } from "../build/generated/host.ts";
import type { Host } from "../loader/host.ts";

export interface Needs {
  host: Host;
  evaluate(text: string): unknown;
  buffer(): ArrayBufferLike;
  closureOf(f: unknown): unknown;
  live(): number;
}

type Operation = (a: any, b: any, c: any) => unknown;

// By Bigarray.kind's constructors. `int` and `nativeint` have 64 bits. Engines without Float16Array give the bits.
const ARRAYS = [Float32Array, Float64Array, Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, BigInt64Array,
  BigInt64Array, BigInt64Array, Float32Array, Float64Array, Uint8Array,
  (globalThis as { Float16Array?: Uint16ArrayConstructor }).Float16Array ?? Uint16Array] as const;
const INT = 8, NATIVEINT = 9;

// Over the elements of a bigarray.
export const viewOf = (buffer: ArrayBufferLike, kind: number, at: number, count: number) =>
  new ARRAYS[kind]!(buffer as ArrayBuffer, at, count);

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

function textOf(bytes: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...Array.prototype.slice.call(bytes, i, i + 4096) as number[]);
  }
  return text;
}

function kindOf(array: unknown): number {
  if (array instanceof Uint32Array) return 6;
  if (array instanceof Uint8ClampedArray) return 3;
  const kind = ARRAYS.findIndex((type) => array instanceof type);
  if (kind < 0) throw new TypeError("not a typed array that a bigarray can be made of");
  return kind;
}

class Boxed {
  constructor(readonly value: unknown) {}
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", '"': "&quot;" };

export function makeOperations({ host, evaluate, buffer, closureOf, live }: Needs): Record<string, Operation> {
  const { files } = host;
  const encoder = new TextEncoder();

  function createFile(name: string, content: string): void {
    const parts = name.split("/");
    for (let i = 2; i < parts.length; i++) {
      try {
        files.mkdir(encoder.encode(parts.slice(0, i).join("/")), 0o777);
      } catch {
        // It is there.
      }
    }
    const fd = files.open(encoder.encode(name), OpenWrite | OpenCreate | OpenTruncate, 0o666);
    const bytes = bytesOf(content);
    for (let at = 0; at < bytes.length;) at += files.write(fd, bytes.subarray(at));
    files.close(fd);
  }

  function readFile(name: string): string {
    const fd = files.open(encoder.encode(name), OpenRead, 0);
    let text = "";
    for (const piece = new Uint8Array(65536); ;) {
      const count = files.read(fd, piece);
      if (count <= 0) break;
      text += textOf(piece.subarray(0, count));
    }
    files.close(fd);
    return text;
  }

  // ---- Channels: what the descriptor would get goes to a function, what it would give comes from one.

  const outputs = new Map<number, { text: string; f: (text: string) => void }>();
  const inputs = new Map<number, { bytes: Uint8Array; asked: boolean; f: () => unknown }>();
  const write = files.write.bind(files), read = files.read.bind(files), ready = files.ready.bind(files);
  const EAGAIN = 11;

  function redirectOutput(fd: number, f: (text: string) => void): void {
    if (outputs.size === 0) {
      files.write = (to, bytes) => {
        const output = outputs.get(to);
        if (!output) return write(to, bytes);
        output.text += textOf(bytes);
        return bytes.length;
      };
    }
    outputs.set(fd, { text: "", f });
  }

  function redirectInput(fd: number, f: () => unknown): void {
    if (inputs.size === 0) {
      files.read = (from, space) => {
        const input = inputs.get(from);
        if (!input) return read(from, space);
        if (!input.asked) return -EAGAIN;
        const piece = input.bytes.subarray(0, space.length);
        space.set(piece);
        input.bytes = input.bytes.subarray(piece.length);
        input.asked = input.bytes.length > 0;
        return piece.length;
      };
      files.ready = async (from) => {
        const input = inputs.get(from);
        if (!input) return ready(from);
        input.bytes = bytesOf(String(input.f()));
        input.asked = true;
      };
    }
    inputs.set(fd, { bytes: new Uint8Array(0), asked: false, f });
  }

  return {
    caml_js_delete: (object, key) => void delete object[String(key)],
    caml_js_typeof: (v) => typeof v,
    caml_js_instanceof: (v, type) => v instanceof type,
    caml_ojs_new_arr: (type, args) => Reflect.construct(type, args),
    caml_js_get_console: () => console,
    caml_js_eval_string: evaluate,
    caml_js_expr: evaluate,
    caml_pure_js_expr: evaluate,
    caml_js_var: evaluate,
    debugger() { debugger; },
    caml_throw_js_exception(error) { throw error; },
    caml_ba_kind_of_typed_array: kindOf,
    caml_string_of_array: textOf,
    caml_string_of_uint8_array: textOf,
    caml_bytes_of_uint8_array: textOf,
    caml_bytes_of_array: textOf,
    caml_uint8_array_of_string: bytesOf,
    caml_uint8_array_of_bytes: bytesOf,
    caml_xmlhttprequest_create: () => new XMLHttpRequest(),
    caml_js_html_escape: (text) => String(text).replace(/[&<"]/g, (c) => ESCAPES[c]!),
    caml_js_html_entities(text) {
      if (!/^&#?[0-9a-zA-Z]+;$/.test(text)) return null;
      const area = document.createElement("textarea");
      area.innerHTML = text;
      return area.value;
    },
    caml_js_on_ie: () => false,
    caml_js_export_var: () => globalThis,
    caml_jsoo_flags_use_js_string: () => 0,
    // Of its compiler's ways to do effects (disabled, cps, double-translation; jspi since 6.4), the one by which all code may perform.
    caml_jsoo_flags_effects: () => "cps",
    // A promise as the value of a promise: in a box, which promises do not look into.
    caml_jsoo_promise_wrap: (v) => typeof v?.then === "function" ? new Boxed(v) : v,
    caml_jsoo_promise_unwrap: (v) => v instanceof Boxed ? v.value : v,
    bactrian_js_live: live,
    caml_create_file: createFile,
    caml_read_file_content: readFile,
    new_object: () => ({}),
    loosely_equal: (a, b) => Number(a == b),
    strictly_equal: (a, b) => Number(a === b),
    is_string: (v) => typeof v === "string",
    truth: (v) => Number(Boolean(v)),
    // As a cell, whatever the number.
    to_number: (v) => +v,
    copy_out(kind: number, at: number, count: number) {
      if (kind < 0) return new Uint8Array(buffer(), at, count).slice().buffer;
      const view = viewOf(buffer(), kind, at, count);
      return kind === INT || kind === NATIVEINT ? Float64Array.from(view as BigInt64Array, Number) : view.slice();
    },
    view_of: (kind: number, at: number, count: number) => viewOf(buffer(), kind, at, count),
    copy_in(source, at: number) {
      const from = source instanceof ArrayBuffer ? new Uint8Array(source) : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
      new Uint8Array(buffer(), at, from.length).set(from);
    },
    // Of an array that js_of_ocaml has for an OCaml block, tag first: how long it is. 0: it is none. Exceptions and objects
    // (248) among them, closures (247, 249) not.
    value_kind: (v) => typeof v === "string" ? 1 : v === true ? 2 : v === false || v === undefined ? 3 : 0,
    block_length: (v) => Array.isArray(v) && (v[0] >= 0 && v[0] <= 246 || v[0] === 248 || v[0] === 250 || v[0] === 254) && Number.isInteger(v[0]) ? v.length : 0,
    typed_length: (array) => array.length,
    array_buffer_bytes: (array) => array.byteLength,
    closure_of: closureOf,
    redirect_output: redirectOutput,
    redirect_input: redirectInput,
    deliver_output(fd: number) {
      const output = outputs.get(fd);
      if (!output || output.text === "") return;
      const { text } = output;
      output.text = "";
      output.f(text);
    },
  };
}
