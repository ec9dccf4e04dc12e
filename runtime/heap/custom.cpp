// SPDX-License-Identifier: Apache-2.0
// Custom blocks: their allocation, their finalisers and the resources they hold outside the heap,
// which make the collector work faster: `mem` of `max` units are worth mem/max of a minor
// collection while the block is young and mem/max of a major cycle from then on.
#include <algorithm>

#include "runtime/heap/state.h"
#include "runtime/interp/fail.h"
#include "runtime/options.h"

namespace bactrian {

namespace {

// Shared by all domains: the operations known by name, for unmarshalling.
Table<const CustomOperations*> registered;

std::size_t default_max_minor() {
  return options().minor_heap_wosize * sizeof(Value) / 100 * options().custom_minor_ratio;
}

// In proportion to the major heap. A cycle frees what died before it began, 3/2 cycles ago on
// average: hence a third less.
std::size_t default_max_major() {
  return heap().pools.heap_words() * sizeof(Value) / 150 * options().custom_major_ratio;
}

void adjust_minor_gc_speed(mlsize_t mem, mlsize_t max) {
  double& resources = heap().pacing.extra_resources_minor;
  resources += static_cast<double>(mem) / static_cast<double>(std::max<mlsize_t>(max, 1));
  if (resources > 1) request_minor();
}

// A young custom block that the collector need not watch has no entry.
bool note_young(Value block, const CustomOperations* ops, mlsize_t mem, mlsize_t max) {
  if (ops->finalize == nullptr && mem == 0) return true;
  return heap().young_customs.push({block, mem, max});
}

Value alloc_custom(const CustomOperations* ops, mlsize_t byte_size, mlsize_t mem,
                   mlsize_t max_major, mlsize_t max_minor) {
  if (byte_size > ~mlsize_t{0} - 2 * sizeof(Value)) return caml_raise_out_of_memory();
  mlsize_t wosize = 1 + Wsize_bsize(byte_size + sizeof(Value) - 1);
  bool young = wosize <= Max_young_wosize && mem <= options().custom_minor_max_bsize &&
               heap().young_customs.reserve(heap().young_customs.count + 1);
  Value v = young ? caml_alloc_small(wosize, Custom_tag) : caml_alloc_shr(wosize, Custom_tag);
  if (v == kNoValue) return v;
  Field(v, 0) = val_of_ptr(ops);
  if (young && note_young(v, ops, mem, max_major)) {
    if (mem != 0) adjust_minor_gc_speed(mem, max_minor);
  } else {
    adjust_gc_speed(mem, max_major);
  }
  return v;
}

}  // namespace

Value caml_alloc_custom(const CustomOperations* ops, mlsize_t byte_size, mlsize_t mem,
                        mlsize_t max) {
  return alloc_custom(ops, byte_size, mem, max, max == 0 ? default_max_minor() : max);
}

Value caml_alloc_custom_mem(const CustomOperations* ops, mlsize_t byte_size, mlsize_t mem) {
  return alloc_custom(ops, byte_size, mem, 0, default_max_minor());
}

void adjust_gc_speed(mlsize_t mem, mlsize_t max) {
  if (mem == 0) return;
  if (max == 0) max = std::max<std::size_t>(default_max_major(), 1);
  Pacing& p = heap().pacing;
  p.extra_resources += static_cast<double>(std::min(mem, max)) / static_cast<double>(max);
  if (p.extra_resources <= 0.2 || p.slice_requested) return;
  p.slice_requested = true;
  dom().young_limit = dom().young_end;
  request_attention();
}

void finalize_custom(Value v) {
  const CustomOperations* ops = Custom_ops_val(v);
  if (ops->finalize != nullptr) ops->finalize(v);
}

void customs_after_minor() {
  Table<YoungCustom>& customs = heap().young_customs;
  for (const YoungCustom& c : customs) {
    if (!is_moved(Hd_val(c.block))) {
      finalize_custom(c.block);
      continue;
    }
    adjust_gc_speed(c.mem, c.max);
    Value v = moved_to(c.block);
    if (auto moved = Custom_ops_val(v)->moved; moved != nullptr) moved(v);
  }
  customs.count = 0;
}

void customs_finalize_young() {
  for (const YoungCustom& c : heap().young_customs) finalize_custom(c.block);
}

void caml_register_custom_operations(const CustomOperations* ops) {
  for (const CustomOperations* known : registered)
    if (known == ops) return;
  if (!registered.push(ops)) caml_fatal_error("out of memory: custom operations");
}

const CustomOperations* caml_find_custom_operations(std::string_view identifier) {
  for (const CustomOperations* known : registered)
    if (identifier == known->identifier) return known;
  return nullptr;
}

}  // namespace bactrian
