// SPDX-License-Identifier: Apache-2.0
// Whether a program touches JavaScript values, so that bactrian-jsapi.js and .wasm are fetched for it. In: a bytecode
// executable. It ends in a table of sections (name, length) and a trailer (their number, a magic name).

import type { JsapiModule, Library } from "../jsapi/face.ts";
import type { Externals } from "./api.ts";
import { toBinary } from "./text.ts";

export interface Bindings {
  module: WebAssembly.Module;
  attach: JsapiModule["attach"];
  externals?: Externals | undefined;
  library?: Library | undefined;
}

const NAMES = /(^|\0)(caml_js_|caml_ojs_|caml_pure_js_|caml_jsstring_|caml_string_of_js|caml_wrap_exception|bactrian_js_|caml_gr_)/;

export function usesJavaScript(bytes: Uint8Array, externals: object = {}): boolean {
  const names = primitiveNames(bytes);
  return NAMES.test(names) || names.split("\0").some((name) => Object.hasOwn(externals, name));
}

// Each followed by a zero byte.
export function primitiveNames(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 16) return "";
  const count = view.getUint32(bytes.length - 16);
  const table = bytes.length - 16 - 8 * count;
  let end = table;
  for (let i = count - 1; i >= 0 && table > 0; i--) {
    const at = table + 8 * i;
    const start = end - view.getUint32(at + 4);
    if (start < 0) return "";
    if (view.getUint32(at) === 0x5052494D) return toBinary(bytes.subarray(start, end));  // "PRIM"
    end = start;
  }
  return "";
}
