// SPDX-License-Identifier: Apache-2.0
// The module's exports, as jsapi/*.ts calls them: jsapi_attach before the program is loaded,
// jsapi_ready after, jsapi_external and jsapi_start between, the others while it runs and when it
// has ended. jsapi_call is in prims/callbacks.cpp.
#include <cstring>

#include "jsapi/border.h"
#include "jsapi/errors.h"
#include "jsapi/externals.h"
#include "jsapi/functions.h"
#include "jsapi/numbers.h"
#include "jsapi/prims.h"
#include "jsapi/prims/files.h"
#include "jsapi/remembered.h"
#include "jsapi/roots.h"
#include "jsapi/table.h"

using namespace bactrian;

extern "C" void __wasm_call_ctors();

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace bactrian {
extern const SideInterface* side;
}

EXPORT(jsapi_attach) void jsapi_attach(char* stack_low, const SideInterface* runtime) {
  __wasm_call_ctors();
  stack_end = stack_low;
  side = runtime;
  side_domain = runtime->domain;
}
// When all externals have been named. `stubs`: see add_external_primitives.
EXPORT(jsapi_start) void jsapi_start(int stubs) { add_all_primitives(stubs); }

EXPORT(jsapi_ready) void jsapi_ready() {
  if (!start_functions()) __builtin_trap();
  start_numbers();
  start_remembering();
  start_roots();
  start_files();
  // Weak references hold in js_of_ocaml 4.0, and its tyxml drops signals that React refers to
  // weakly.
  if (!uses_newer_library()) ephe_keep_keys();
  on_call_ended(call_has_ended);
}

EXPORT(jsapi_exit_code) int jsapi_exit_code() { return exit_code(); }
EXPORT(jsapi_external) void jsapi_external(const char* name, int flags) {
  add_external(name, flags);
}

EXPORT(jsapi_words) word_t* jsapi_words() { return words; }
EXPORT(jsapi_cells) double* jsapi_cells() { return cells; }

EXPORT(jsapi_release_root) void jsapi_release_root(int id) { release_root(id); }

// ---- OCaml values that JavaScript holds, for reading --------------------------------------------

EXPORT(jsapi_tag) int jsapi_tag(int id) { return static_cast<int>(Tag_val(root_value(id))); }
EXPORT(jsapi_size) int jsapi_size(int id) {
  Value v = root_value(id);
  return static_cast<int>(Tag_val(v) == String_tag ? caml_string_length(v) : Wosize_val(v));
}
EXPORT(jsapi_address) const void* jsapi_address(int id) { return ptr_of<void>(root_value(id)); }
// JavaScript may write there.
EXPORT(jsapi_bytes) void* jsapi_bytes(int id) {
  note_bytes_change(root_value(id));
  return ptr_of<void>(root_value(id));
}
EXPORT(jsapi_field) word_t jsapi_field(int id, int i) {
  Value v = root_value(id);
  if (Tag_val(v) != Double_array_tag) return word_of(Field(v, static_cast<mlsize_t>(i)), 0);
  cells[0] = Double_flat_field(v, static_cast<mlsize_t>(i));
  return kNumber;
}
// The part of an int64 from that bit on.
EXPORT(jsapi_int64_part) int jsapi_int64_part(int id, int shift) {
  return static_cast<int>(*Data_custom_val<std::int64_t>(root_value(id)) >> shift);
}
// See block_of_array.
EXPORT(jsapi_block) word_t jsapi_block(word_t js_array) {
  Value v = block_of_array(value_of(js_array));
  return v == kNoValue ? word_of_exception() : word_of(v, 0);
}
// What an uncaught exception's message would say; to be freed.
EXPORT(jsapi_describe) char* jsapi_describe(int id) {
  return caml_format_exception(root_value(id));
}

// The word of what Callback.register gave that name; kUndefined: nothing.
EXPORT(jsapi_named) word_t jsapi_named(const char* name, std::size_t length) {
  const Value* v = caml_named_value({name, length});
  return v == nullptr ? word_of_slot(kUndefined) : word_of(*v, 0);
}
