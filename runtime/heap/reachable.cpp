// SPDX-License-Identifier: Apache-2.0
// Obj.reachable_words: the words, headers included, of all blocks that a value leads to. A set of
// the blocks seen and a stack of those to look at live in malloc's memory; the heap is not written
// to.
#include "runtime/heap/state.h"
#include "runtime/interp/fail.h"

namespace bactrian {

namespace {

// Addresses, hashed with linear probing; at most half full.
class BlockSet {
 public:
  ~BlockSet() { slots_.release(); }
  // 1: added; 0: was there; -1: no memory.
  int add(Value v) {
    if (used_ * 2 >= slots_.count && !grow()) return -1;
    Value& slot = find(v);
    if (slot == v) return 0;
    slot = v;
    used_++;
    return 1;
  }

 private:
  Value& find(Value v) {
    auto hash = (static_cast<std::uint64_t>(bits(v)) >> 3) * 0x9E3779B97F4A7C15u;
    std::size_t i = static_cast<std::size_t>(hash >> 32) & (slots_.count - 1);
    while (slots_.items[i] != kNoValue && slots_.items[i] != v) i = (i + 1) & (slots_.count - 1);
    return slots_.items[i];
  }
  bool grow() {
    Table<Value> old = slots_;
    std::size_t wanted = old.count == 0 ? 256 : old.count * 2;
    slots_ = Table<Value>();
    if (!slots_.reserve(wanted)) {
      slots_ = old;
      return false;
    }
    slots_.count = wanted;
    for (Value& slot : slots_) slot = kNoValue;
    for (Value v : old)
      if (v != kNoValue) find(v) = v;
    old.release();
    return true;
  }

  Table<Value> slots_;
  std::size_t used_ = 0;
};

// Counts v if it is a block not seen yet, and puts it on the stack if it has fields. False: no
// memory.
bool visit(Value v, BlockSet& seen, Table<Value>& todo, intnat* words) {
  if (Is_long(v)) return true;
  if (Tag_val(v) == Infix_tag) v = value_minus(v, Infix_offset_val(v));
  int added = seen.add(v);
  if (added <= 0) return added == 0;
  *words += static_cast<intnat>(Whsize_wosize(Wosize_val(v)));
  return Tag_val(v) >= No_scan_tag || todo.push(v);
}

}  // namespace

Value caml_obj_reachable_words(Value root) {
  BlockSet seen;
  Table<Value> todo;
  intnat words = 0;
  bool ok = visit(root, seen, todo, &words);
  while (ok && todo.count != 0) {
    Value v = todo.pop();
    mlsize_t first = Tag_val(v) == Closure_tag ? Start_env_closinfo(Closinfo_val(v)) : 0;
    for (mlsize_t i = first; ok && i < Wosize_val(v); i++)
      ok = visit(Field(v, i), seen, todo, &words);
  }
  todo.release();
  return ok ? Val_long(words) : caml_raise_out_of_memory();
}

}  // namespace bactrian
