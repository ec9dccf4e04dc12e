// SPDX-License-Identifier: Apache-2.0
// Module Gc: statistics, parameters and collections on demand, in the shapes of OCaml 5.3 (which
// 4.13's programs share). Finalisers that become ready run before the collecting primitives
// return, as there.
#include <algorithm>
#include <cstdio>

#include "runtime/heap/state.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/stack.h"
#include "runtime/options.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

// True; false when one raised.
bool run_ready_finalisers() {
  Value closure, arg;
  while (take_finaliser(&closure, &arg)) {
    Value result = caml_callback_exn(closure, &arg, 1);
    finaliser_returned();
    if (result == kNoValue) return false;
  }
  return true;
}

Value after_collection() { return run_ready_finalisers() ? Val_unit : kNoValue; }

// Up to three cycles: what is under way began before the last blocks died, and a finaliser keeps
// its value for one cycle more.
bool collect_everything() {
  for (int i = 0; i < 3; i++) {
    finish_major_cycle();
    if (!run_ready_finalisers()) return false;
  }
  heap().stats.forced_major_collections++;
  return true;
}

Value make_floats_then_ints(Value block, const double* floats, int float_count) {
  Root result(block);
  for (int i = 0; i < float_count; i++) {
    Value f = caml_copy_double(floats[i]);
    caml_modify(&Field(result, static_cast<mlsize_t>(i)), f);
  }
  return result;
}

Value long_of(std::size_t n) { return Val_long(static_cast<intnat>(n)); }

std::size_t at_least_one(Value v) {
  return static_cast<std::size_t>(std::max<intnat>(Long_val(v), 1));
}

// In a range that a size_t holds, on wasm too.
std::size_t clamped_size(Value v) {
  return static_cast<std::size_t>(std::clamp<intnat>(Long_val(v), 0, intnat{1} << 31));
}

}  // namespace

// ---- Statistics -------------------------------------------------------------------------------

// In constant time: programs poll it. What would need a walk is 0, as in OCaml 5.
Value caml_gc_quick_stat(Value) {
  const HeapState& h = heap();
  const Statistics s = h.stats;
  const Pools& p = h.pools;
  const double floats[3] = {minor_words_now(), s.promoted_words, s.major_words};
  std::size_t heap_words = p.heap_words();
  std::size_t large_words = p.large_bytes / sizeof(Value);
  const Value ints[] = {
      Val_long(s.minor_collections),
      Val_long(s.major_collections),
      long_of(heap_words),
      Val_long(0),                                                            // heap_chunks
      long_of(p.occupied_words()),                                            // live_words
      long_of(p.live_slots + p.large_count),                                  // live_blocks
      long_of(heap_words - large_words - p.live_slot_words - p.waste_words),  // free_words
      Val_long(0),                                                            // free_blocks
      Val_long(0),                                                            // largest_free
      long_of(p.waste_words),                                                 // fragments
      Val_long(s.compactions),
      long_of(s.top_heap_words),
      Val_long(0),  // stack_size
      Val_long(s.forced_major_collections),
  };
  Value result = caml_alloc_small(17, 0);
  for (mlsize_t i = 0; i < 3; i++) Field(result, i) = Val_unit;
  for (mlsize_t i = 3; i < 17; i++) Field(result, i) = ints[i - 3];
  return make_floats_then_ints(result, floats, 3);
}

Value caml_gc_stat(Value unit) {
  return collect_everything() ? caml_gc_quick_stat(unit) : kNoValue;
}

Value caml_gc_minor_words(Value) { return caml_copy_double(minor_words_now()); }

Value caml_gc_counters(Value) {
  const Statistics& s = heap().stats;
  const double floats[3] = {minor_words_now(), s.promoted_words, s.major_words};
  return make_floats_then_ints(caml_alloc(3, 0), floats, 3);
}

Value caml_get_minor_free(Value) { return Val_long(dom().young_ptr - dom().young_start); }
Value caml_gc_huge_fallback_count(Value) { return Val_long(0); }
Value caml_get_major_credit(Value) { return Val_long(0); }
Value caml_get_major_bucket(Value n) {
  return Long_val(n) < 0 ? caml_invalid_argument("Gc.get_bucket") : Val_long(0);
}

// ---- Parameters -------------------------------------------------------------------------------

Value caml_gc_get(Value) {
  const Options& o = options();
  Value result = caml_alloc(11, 0);
  Field(result, 0) = long_of(o.minor_heap_wosize);
  Field(result, 2) = long_of(o.space_overhead);
  Field(result, 3) = long_of(o.verbose);
  Field(result, 5) = long_of(o.max_stack_wosize);
  Field(result, 8) = long_of(o.custom_major_ratio);
  Field(result, 9) = long_of(o.custom_minor_ratio);
  Field(result, 10) = long_of(o.custom_minor_max_bsize);
  return result;
}

Value caml_gc_set(Value control) {
  Options& o = options();
  o.space_overhead = at_least_one(Field(control, 2));
  o.verbose = clamped_size(Field(control, 3));
  o.max_stack_wosize = clamped_size(Field(control, 5));
  set_stack_floors();
  if (Wosize_val(control) >= 11) {
    o.custom_major_ratio = at_least_one(Field(control, 8));
    o.custom_minor_ratio = at_least_one(Field(control, 9));
    o.custom_minor_max_bsize = clamped_size(Field(control, 10));
  }
  // Last: it collects.
  if (!set_minor_heap_wosize(clamped_size(Field(control, 0)))) return caml_raise_out_of_memory();
  return Val_unit;
}

// ---- Collections ------------------------------------------------------------------------------

Value caml_gc_minor(Value) {
  caml_minor_collection();
  return after_collection();
}

Value caml_gc_major(Value) {
  finish_major_cycle();
  return after_collection();
}

Value caml_gc_full_major(Value) { return collect_everything() ? Val_unit : kNoValue; }

Value caml_gc_major_slice(Value words) {
  caml_minor_collection();
  heap().pacing.backlog += static_cast<double>(std::max<intnat>(Long_val(words), 0));
  major_slice();
  return run_ready_finalisers() ? Val_long(0) : kNoValue;
}

Value caml_gc_compaction(Value) {
  if (!collect_everything()) return kNoValue;
  memory_release();
  heap().stats.compactions++;
  return Val_unit;
}

}  // namespace bactrian
