// SPDX-License-Identifier: Apache-2.0
// Whether a program touches JavaScript values, so that bactrian-jsapi.js and .wasm are fetched for it. In: a bytecode
// executable.

import type { JsapiModule, Library } from "../jsapi/face.ts";
import type { Externals } from "./api.ts";
import { PRIM, sectionRange } from "./sections.ts";
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
export const primitiveNames = (bytes: Uint8Array): string => toBinary(bytes.subarray(...sectionRange(bytes, PRIM)));
