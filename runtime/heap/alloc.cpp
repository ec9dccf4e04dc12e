// SPDX-License-Identifier: Apache-2.0
// Allocation as the rest of the runtime sees it (alloc.h): the slow path of small blocks, major
// blocks with what is tried before Out_of_memory, strings and other common shapes.
#include "runtime/heap/alloc.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/heap/state.h"
#include "runtime/interp/fail.h"
#include "runtime/options.h"

namespace bactrian {

namespace {

// With gc-stress: a minor collection at each allocation, now and then a whole major one.
void stress_collect() {
  HeapState& h = heap();
  caml_minor_collection();
  std::size_t every = options().gc_stress_major;
  if (every != 0 && ++h.stress_count % static_cast<std::int64_t>(every) == 0)
    finish_major_cycle();
  else
    major_slice();
}

void collect_for_small(mlsize_t whsize) {
  Domain& d = dom();
  const HeapState& h = heap();
  bool full = static_cast<mlsize_t>(d.young_ptr - d.young_start) < whsize;
  if (options().gc_stress) return stress_collect();
  if (full || h.pacing.minor_requested || h.phase == Phase::kIdle) caml_minor_collection();
  major_slice();
}

// Direct allocation in the major heap must pay for its share of collection too.
void collect_for_major() {
  const HeapState& h = heap();
  if (options().gc_stress) return stress_collect();
  if (h.pacing.allocated_words < options().minor_heap_wosize && !h.pacing.slice_requested) return;
  caml_minor_collection();
  major_slice();
}

void fill_with_unit(Value v, mlsize_t wosize, tag_t tag) {
  if (tag >= No_scan_tag) return;
  Value* fields = Op_val(v);
  for (mlsize_t i = 0; i < wosize; i++) fields[i] = Val_unit;
}

}  // namespace

Value caml_alloc_small_dispatch(mlsize_t wosize, tag_t tag) {
  Domain& d = dom();
  mlsize_t whsize = Whsize_wosize(wosize);
  collect_for_small(whsize);
  if (static_cast<mlsize_t>(d.young_ptr - d.young_start) < whsize) caml_minor_collection();
  d.young_ptr -= whsize;
  *reinterpret_cast<Header*>(d.young_ptr) = Make_header(wosize, tag);
  return val_of_ptr(d.young_ptr + 1);
}

Value caml_alloc(mlsize_t wosize, tag_t tag) {
  if (wosize == 0) return Atom(tag);
  if (wosize > Max_young_wosize) return caml_alloc_shr(wosize, tag);
  Value v = caml_alloc_small(wosize, tag);
  fill_with_unit(v, wosize, tag);
  return v;
}

Value caml_alloc_shr(mlsize_t wosize, tag_t tag) {
  collect_for_major();
  Value v = alloc_major_block(wosize, tag);
  if (v == kNoValue && wosize < memory_limit() / sizeof(Value)) {
    caml_full_major();
    v = alloc_major_block(wosize, tag);
  }
  if (v == kNoValue) return caml_raise_out_of_memory();
  heap().stats.major_words += static_cast<double>(Whsize_wosize(wosize));
  note_top_heap();
  fill_with_unit(v, wosize, tag);
  return v;
}

Value caml_alloc_shr_quietly(mlsize_t wosize, tag_t tag) {
  Value v = alloc_major_block(wosize, tag);
  if (v != kNoValue) fill_with_unit(v, wosize, tag);
  return v;
}

Value caml_alloc_string(mlsize_t length) {
  if (length > ~mlsize_t{0} - 2 * sizeof(Value)) return caml_raise_out_of_memory();
  mlsize_t wosize = string_wosize(length);
  Value s = wosize <= Max_young_wosize ? caml_alloc_small(wosize, String_tag)
                                       : caml_alloc_shr(wosize, String_tag);
  if (s == kNoValue) return s;
  Field(s, wosize - 1) = Value{0};
  mlsize_t last = Bsize_wsize(wosize) - 1;
  Byte_u(s, last) = static_cast<unsigned char>(last - length);
  return s;
}

Value caml_alloc_initialized_string(mlsize_t length, const char* bytes) {
  Value s = caml_alloc_string(length);
  if (s != kNoValue && length != 0) std::memcpy(String_val(s), bytes, length);
  return s;
}

Value caml_copy_string(const char* s) { return caml_alloc_initialized_string(std::strlen(s), s); }

Value caml_alloc_float_array(mlsize_t length) {
  static_assert(Double_wosize == 1);
  return length == 0 ? Atom(0) : caml_alloc(length, Double_array_tag);
}

Value caml_alloc_some(Value v) {
  Root rooted(v);
  Value some = caml_alloc_small(1, Tag_some);
  Field(some, 0) = rooted;
  return some;
}

Value caml_alloc_cons(Value head, Value tail) {
  Root rooted_head(head), rooted_tail(tail);
  Value cons = caml_alloc_small(2, Tag_cons);
  Field(cons, 0) = rooted_head;
  Field(cons, 1) = rooted_tail;
  return cons;
}

Value caml_alloc_string_array(const char* const* strings, mlsize_t count) {
  Value array = caml_alloc(count, 0);
  if (array == kNoValue) return array;
  Root rooted(array);
  for (mlsize_t i = 0; i < count; i++) {
    Value s = caml_copy_string(strings[i]);
    if (s == kNoValue) return s;
    caml_modify(&Field(rooted, i), s);
  }
  return rooted;
}

void* caml_stat_alloc_noexc(std::size_t byte_size) {
  return std::malloc(byte_size == 0 ? 1 : byte_size);
}

void* caml_stat_resize_noexc(void* p, std::size_t byte_size) {
  return std::realloc(p, byte_size == 0 ? 1 : byte_size);
}

void caml_stat_free(void* p) { std::free(p); }

bool grow_table(void** items, std::size_t* capacity, std::size_t item_size, std::size_t wanted) {
  std::size_t larger = std::max(wanted, *capacity * 2);
  if (larger > ~std::size_t{0} / item_size) return false;
  void* p = caml_stat_resize_noexc(*items, larger * item_size);
  if (p == nullptr) return false;
  *items = p;
  *capacity = larger;
  return true;
}

}  // namespace bactrian
