// SPDX-License-Identifier: Apache-2.0
// Strings: OCaml's bytes and JavaScript's UTF-16, either as UTF-8 or a character for each byte.
#include <cstring>

#include "jsapi/handles.h"
#include "jsapi/prims.h"

namespace bactrian {

namespace {

bool is_ocaml_string(Value v) { return Is_block(v) && Tag_val(v) == String_tag; }

Value to_js(Value s, bool utf8) {
  return is_ocaml_string(s) ? handle_of(word_of_lone_string(s, utf8) >> 1, true) : s;
}

Value from_js(Value v, bool utf8) {
  if (is_ocaml_string(v)) return v;
  return string_of(word_of(v, 0), utf8);
}

}  // namespace

Value caml_custom_identifier(Value v) {
  const char* name = Custom_ops_val(v)->identifier;
  std::size_t length = std::strlen(name);
  Value s = caml_alloc_string(length);
  if (s != kNoValue) std::memcpy(String_val(s), name, length);
  return s;
}

Value caml_jsstring_of_string(Value s) { return to_js(s, true); }
Value caml_jsbytes_of_string(Value s) { return to_js(s, false); }
Value caml_string_of_jsstring(Value v) { return from_js(v, true); }
Value caml_string_of_jsbytes(Value v) { return from_js(v, false); }

}  // namespace bactrian
