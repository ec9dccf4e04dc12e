// SPDX-License-Identifier: Apache-2.0
// See roots.h. The roots are an array in the OCaml heap, so that a minor collection need not look
// at all of them. It grows in the major heap, without a collection.
#include "jsapi/roots.h"

#include "jsapi/numbers.h"

namespace bactrian {

namespace {

constexpr int kFirstCapacity = 1024;
// A number that is free is in a list: its field holds the next one's.
constexpr int kNone = -1;

Value* table = nullptr;
int capacity = 0;
int next_free = kNone;

// Numbers whose values were young when registered. Those that are old by now go to the map when
// there are many.
int* recent = nullptr;
int recent_count = 0, recent_capacity = 0;
int recent_limit = 32;

std::uint32_t address_of(Value v) { return static_cast<std::uint32_t>(bits(v)); }

void grow() {
  int grown = capacity == 0 ? kFirstCapacity : 2 * capacity;
  Value block = caml_alloc_shr_quietly(static_cast<mlsize_t>(grown), 0);
  if (block == kNoValue) __builtin_trap();
  for (int i = 0; i < capacity; i++)
    caml_initialize(&Field(block, static_cast<mlsize_t>(i)), root_value(i));
  for (int i = capacity; i < grown; i++)
    Field(block, static_cast<mlsize_t>(i)) = Val_long(i + 1 < grown ? i + 1 : kNone);
  next_free = capacity;
  capacity = grown;
  *table = block;
}

void settle_recent() {
  int kept = 0;
  for (int i = 0; i < recent_count; i++) {
    Value v = root_value(recent[i]);
    if (Is_long(v)) continue;
    if (Is_young(v))
      recent[kept++] = recent[i];
    else
      js_settle_root(recent[i], address_of(v));
  }
  recent_count = kept;
  recent_limit = kept < 16 ? 32 : 2 * kept;
}

void note_recent(int id) {
  if (recent_count >= recent_limit) settle_recent();
  if (recent_count == recent_capacity) {
    recent_capacity = recent_capacity == 0 ? 64 : 2 * recent_capacity;
    recent = static_cast<int*>(
        caml_stat_resize_noexc(recent, static_cast<std::size_t>(recent_capacity) * sizeof(int)));
    if (recent == nullptr) __builtin_trap();
  }
  recent[recent_count++] = id;
}

RootKind kind_of(Value v) {
  switch (Tag_val(v)) {
    case Closure_tag:
    case Infix_tag: return RootKind::kClosure;
    case String_tag: return RootKind::kString;
    case Custom_tag:
      if (Custom_ops_val(v) == int64_operations) return RootKind::kInt64;
      return Custom_ops_val(v) == bigarray_operations ? RootKind::kBigarray : RootKind::kCustom;
    default: return RootKind::kBlock;
  }
}

}  // namespace

void start_roots() {
  table = new_global_root();
  grow();
}

Value root_value(int id) { return Field(*table, static_cast<mlsize_t>(id)); }

int add_root(Value v) {
  if (next_free == kNone) grow();
  int id = next_free;
  next_free = static_cast<int>(Long_val(root_value(id)));
  caml_modify(&Field(*table, static_cast<mlsize_t>(id)), v);
  return id;
}

int root_for(Value v) {
  for (int i = recent_count; i-- > 0;)
    if (root_value(recent[i]) == v) return recent[i];
  if (!Is_young(v)) {
    int id = js_find_root(address_of(v));
    if (id >= 0) return id;
  }
  int id = add_root(v);
  js_new_root(id, static_cast<int>(kind_of(v)));
  if (Is_young(v))
    note_recent(id);
  else
    js_settle_root(id, address_of(v));
  return id;
}

void release_root(int id) {
  Value v = root_value(id);
  if (!Is_young(v)) js_forget_root(id, address_of(v));
  for (int i = 0; i < recent_count; i++)
    if (recent[i] == id) recent[i--] = recent[--recent_count];
  caml_modify(&Field(*table, static_cast<mlsize_t>(id)), Val_long(next_free));
  next_free = id;
}

}  // namespace bactrian
