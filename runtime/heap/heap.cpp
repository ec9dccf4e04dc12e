// SPDX-License-Identifier: Apache-2.0
// The heap's beginning and end, its reserve, and what others may look at.
#include "runtime/heap/heap.h"

#include <algorithm>

#include "runtime/heap/state.h"
#include "runtime/interp/fail.h"
#include "runtime/options.h"

namespace bactrian {

namespace {

void init_atoms() {
  for (unsigned tag = 0; tag < 256; tag++) caml_atom_table[tag] = Make_header(0, tag, kColorStatic);
}

// Pools that the largest minor collection may need: its own size, what size classes round up, and a
// new pool for each class.
std::size_t wanted_reserve() {
  const HeapState& h = heap();
  std::size_t bytes = h.minor_bytes + h.minor_bytes / 8;
  return bytes / kPoolBytes + 1 + static_cast<std::size_t>(h.pools.class_count);
}

void finalize_if_custom(Value block, void*) {
  if (Tag_val(block) == Custom_tag) finalize_custom(block);
}

void free_all_blocks() {
  Pools& pools = heap().pools;
  for_each_pool(pools, free_pool);
  for_each_large(pools, free_large);
}

void free_tables() {
  HeapState& h = heap();
  h.refs.release();
  h.young_customs.release();
  h.extended_conts.release();
  h.mark_stack.release();
  finalisers_release();
}

}  // namespace

bool init_heap() {
  HeapState& h = heap();
  dom().heap = &h;
  init_atoms();
  init_pools();
  h.poisoning = options().gc_stress || options().verify_heap != 0;
  if (!set_minor_heap_wosize(options().minor_heap_wosize)) return false;
  // The tables' first sizes: growing them later may fail without harm.
  if (!h.mark_stack.reserve(1024) || !h.refs.reserve(1024)) return false;
  return memory_fill_reserve(wanted_reserve());
}

bool domain_reset() {
  HeapState& h = heap();
  if (h.minor_bytes != 0) {
    customs_finalize_young();
    for_each_major_block(finalize_if_custom, nullptr);
    free_all_blocks();
    memory_free(dom().young_start, h.minor_bytes);
    while (void* pool = memory_alloc_reserved_pool()) memory_free(pool, kPoolBytes);
    memory_release();
  }
  free_tables();
  Memory memory = h.memory;  // On wasm it cannot be given back: it is used again.
  GlobalRoot* roots = h.global_roots;
  h = HeapState();
  h.memory = memory;
  h.global_roots = roots;
  for (GlobalRoot* r = roots; r != nullptr; r = r->next_root()) *r = Val_unit;
  domain_state = Domain();
  return init_heap();
}

void restore_reserve() {
  HeapState& h = heap();
  if (h.restoring_reserve || memory_fill_reserve(wanted_reserve())) return;
  h.restoring_reserve = true;
  finish_major_cycle();  // The one that is under way, if any, and a whole one.
  finish_major_cycle();
  h.restoring_reserve = false;
  if (!memory_fill_reserve(wanted_reserve()))
    caml_fatal_error("out of memory: %zu MB of heap are in use, and nothing more can be freed",
                     h.memory.system_bytes >> 20);
}

void note_top_heap() {
  HeapState& h = heap();
  h.stats.top_heap_words = std::max(h.stats.top_heap_words, h.pools.heap_words());
}

void for_each_major_block(void (*visit)(Value block, void* data), void* data) {
  Pools& pools = heap().pools;
  for_each_pool(pools, [&](Pool* p) {
    const SizeClass& c = pools.classes[p->class_index];
    Header* slot = first_slot(p);
    for (std::size_t i = 0; i < c.slot_count; i++, slot += c.slot_wosize)
      if (*slot != Header{0}) visit(Val_hp(slot), data);
  });
  for_each_large(pools, [&](Large* l) { visit(Val_hp(l->block()), data); });
}

void heap_note_dependent_memory(std::size_t byte_size) {
  heap().pacing.allocated_words += byte_size / sizeof(Value);
}

}  // namespace bactrian
