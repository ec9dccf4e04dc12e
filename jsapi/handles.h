// SPDX-License-Identifier: Apache-2.0
// Handles: OCaml's side of JavaScript values. A value that is no number has a slot in a table on
// the JavaScript side while a handle for it lives, and one handle only, so that == on handles is
// === in JavaScript.
//
//    +--------+------------+------+---------+
//    | header | operations | slot | closure |    a custom block; the closure, or 0, does not count
//    as a reference
//    +--------+------------+------+---------+
//
// A JavaScript function is a closure in front of one, so that OCaml code may call it, as it may in
// js_of_ocaml:
//
//    +--------+------+----------+--------------+
//    | header | code | closinfo | custom block |    code: functions.cpp
//    +--------+------+----------+--------------+
//
// Here a table leads from slots to handles, without keeping them alive: the collector's finaliser
// of the handle gives the slot back. Slots that are pinned stay.
#pragma once

#include "jsapi/border.h"
#include "jsapi/functions.h"

namespace bactrian {

extern const CustomOperations js_operations;

inline bool Is_js_custom(Value v) {
  return Is_block(v) && Tag_val(v) == Custom_tag && Custom_ops_val(v) == &js_operations;
}
inline bool Is_js_function(Value v) {
  return Is_block(v) && Tag_val(v) == Closure_tag && Wosize_val(v) == 3 &&
         Is_js_custom(Field(v, 2)) && is_function_code(Field(v, 0));
}
inline bool Is_js(Value v) { return Is_js_custom(v) || Is_js_function(v); }
inline std::int32_t Slot_val(Value handle) {
  if (Tag_val(handle) == Closure_tag) handle = Field(handle, 2);
  return static_cast<std::int32_t>(bits(Field(handle, 1)));
}

extern Value* handles;  // By slot; kNoValue: none.
extern std::int32_t handle_capacity;

Value make_handle(std::int32_t slot, bool is_string);
// The one that there is, or kNoValue.
Value known_handle(std::int32_t slot);
inline Value handle_of(std::int32_t slot, bool is_string = false) {
  if (slot < handle_capacity) [[likely]] {
    Value v = handles[slot];
    if (v != kNoValue && (Is_young(v) || heap_keep(v))) return v;
  }
  return make_handle(slot, is_string);
}

void pin_slot(std::int32_t slot);
void unpin_slot(std::int32_t slot);
void start_handles();

}  // namespace bactrian
