// SPDX-License-Identifier: Apache-2.0
// Sweeping: what was not marked is freed, pool by pool, then large blocks, then VM stacks. An
// empty pool goes back to the free ranges. Allocation goes on meanwhile: it takes slots in swept
// pools, sweeping one of the size it needs when there is none; what it allocates has the live
// colour.
#include <algorithm>

#include "runtime/heap/state.h"
#include "runtime/options.h"

namespace bactrian {

namespace {

void release_block(Header* hp) {
  Header hd = *hp;
  if (Tag_hd(hd) == Custom_tag) finalize_custom(Val_hp(hp));
  if (heap().poisoning) std::fill_n(Op_val(Val_hp(hp)), Wosize_hd(hd), kPoisonMajor);
}

// From the last slot to the first, so that the free list goes up.
void sweep_pool(Pool* p, const SizeClass& c) {
  std::uint64_t dead = heap().dead_color();
  std::uint32_t freed = 0;
  FreeSlot* free = p->free;
  Header* slot = first_slot(p) + c.slot_wosize * c.slot_count;
  for (std::size_t i = 0; i < c.slot_count; i++) {
    slot -= c.slot_wosize;
    Header hd = *slot;
    if (hd == Header{0} || Color_hd(hd) != dead) continue;
    release_block(slot);
    auto* f = reinterpret_cast<FreeSlot*>(slot);
    *f = FreeSlot{Header{0}, free};
    free = f;
    freed++;
  }
  p->free = free;
  p->free_count += freed;
  Pools& pools = heap().pools;
  pools.live_slots -= freed;
  pools.live_slot_words -= freed * c.slot_wosize;
}

std::size_t sweep_large() {
  Pools& pools = heap().pools;
  Large* l = pools.unswept_large;
  pools.unswept_large = l->next;
  if (Color_hd(*l->block()) == heap().dead_color()) {
    release_block(l->block());
    free_large(l);
  } else {
    l->next = pools.large;
    pools.large = l;
  }
  return 16;
}

}  // namespace

void start_sweeping() {
  dom().sweeps++;
  HeapState& h = heap();
  for (int i = 0; i < h.pools.class_count; i++) {
    SizeClass& c = h.pools.classes[i];
    c.unswept.append(c.available);
    c.unswept.append(c.full);
  }
  h.pools.unswept_large = h.pools.large;
  h.pools.large = nullptr;
  h.sweep_class = 0;
  start_sweeping_stacks();
}

void sweep_next_pool(SizeClass& c) {
  Pool* p = c.unswept.pop();
  sweep_pool(p, c);
  if (p->free_count == c.slot_count)
    free_pool(p);
  else if (p->free_count == 0)
    c.full.push(p);
  else
    c.available.push(p);
}

std::size_t sweep_some(std::size_t budget) {
  HeapState& h = heap();
  std::size_t work = 0;
  while (work < budget && h.sweep_class < h.pools.class_count) {
    SizeClass& c = h.pools.classes[h.sweep_class];
    if (c.unswept.first == nullptr) {
      h.sweep_class++;
      continue;
    }
    sweep_next_pool(c);
    work += kPoolWosize;
  }
  while (work < budget && h.pools.unswept_large != nullptr) work += sweep_large();
  if (work < budget) work += sweep_stacks(budget - work);
  return work;
}

}  // namespace bactrian
