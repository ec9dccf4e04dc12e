// SPDX-License-Identifier: Apache-2.0
// See handles.h.
#include "jsapi/handles.h"

#include <cstring>

#include "jsapi/functions.h"

namespace bactrian {

Value* handles = nullptr;
std::int32_t handle_capacity = 0;

namespace {

std::uint32_t* pins = nullptr;  // How often each slot is pinned.

bool is_permanent(std::int32_t slot) { return slot < kKnownSlotCount; }

void reserve(std::int32_t slot) {
  if (slot < handle_capacity) return;
  std::int32_t capacity = slot < 512 ? 1024 : slot * 2;
  auto count = static_cast<std::size_t>(capacity), old = static_cast<std::size_t>(handle_capacity);
  auto* grown = static_cast<Value*>(caml_stat_resize_noexc(handles, count * sizeof(Value)));
  auto* grown_pins =
      static_cast<std::uint32_t*>(caml_stat_resize_noexc(pins, count * sizeof *pins));
  if (grown == nullptr || grown_pins == nullptr) __builtin_trap();
  std::memset(grown + old, 0, (count - old) * sizeof(Value));
  std::memset(grown_pins + old, 0, (count - old) * sizeof *pins);
  handles = grown;
  pins = grown_pins;
  handle_capacity = capacity;
}

// A handle that is found dead while the collector has not yet freed it is replaced: then the slot
// is the other one's.
void finalize_handle(Value v) {
  std::int32_t slot = Slot_val(v);
  Value closure = Field(v, 2);
  if (handles[slot] != (closure != kNoValue ? closure : v)) return;
  handles[slot] = kNoValue;
  if (pins[slot] == 0 && !is_permanent(slot)) js_release(slot);
}

void handle_moved(Value v) {
  Value closure = Field(v, 2);
  if (closure != kNoValue && Is_young(closure)) closure = heap_moved_to(closure);
  if (Field(v, 2) != kNoValue)
    handles[Slot_val(v)] = Field(v, 2) = closure;
  else
    handles[Slot_val(v)] = v;
}

int compare_handles(Value a, Value b) {
  word_t x = word_of(a, 0), y = word_of(b, 1);
  int result = js_compare(x, y);
  if (result != 2) return result;
  dom().compare_unordered = true;
  return 1;
}

intnat hash_handle(Value v) { return js_hash(word_of_slot(Slot_val(v))); }

}  // namespace

const CustomOperations js_operations = {"_bactrian_js",  finalize_handle,   compare_handles,
                                        hash_handle,     nullptr,           nullptr,
                                        compare_handles, 2 * sizeof(Value), handle_moved};

Value make_handle(std::int32_t slot, bool is_string) {
  reserve(slot);
  handles[slot] = kNoValue;  // A dead one's finaliser must not give the slot back meanwhile.
  int arity = is_string ? 0 : js_arity(slot);
  // First, so that it is never younger than the custom block, whose moves tell of its own.
  Root closure(arity == 0 ? Val_unit : caml_alloc(3, Closure_tag));
  if (arity != 0) {
    Field(closure, 0) = function_codes[arity - 1];
    Field(closure, 1) = Make_closinfo(0, 2);
  }
  Value v = caml_alloc_custom(&js_operations, 2 * sizeof(Value), 0, 1);
  if (v == kNoValue) return v;
  Field(v, 1) = Value{slot};
  Field(v, 2) = kNoValue;
  handles[slot] = v;
  if (arity == 0) return v;
  caml_modify(&Field(closure, 2), v);
  return handles[slot] = Field(v, 2) = closure;
}

Value known_handle(std::int32_t slot) {
  if (slot >= handle_capacity) return kNoValue;
  Value v = handles[slot];
  if (v == kNoValue || Is_young(v) || heap_keep(v)) return v;
  return handles[slot] = kNoValue;
}

void pin_slot(std::int32_t slot) {
  reserve(slot);
  pins[slot]++;
}

void unpin_slot(std::int32_t slot) {
  if (--pins[slot] == 0 && handles[slot] == kNoValue && !is_permanent(slot)) js_release(slot);
}

}  // namespace bactrian
