// SPDX-License-Identifier: Apache-2.0
// Allocation and freeing of major blocks: pools of equal slots, and large blocks.
#include "runtime/heap/pools.h"

#include <climits>

#include "runtime/heap/state.h"

namespace bactrian {

namespace {

// Pools of the class that allocation sweeps in search of a free slot before it takes a new pool.
constexpr int kPoolsToSweep = 4;

// The largest slot of which as many fit into a pool as of `wosize`.
std::size_t fitting_slot(std::size_t wosize) { return kPoolWosize / (kPoolWosize / wosize); }

void add_pool(void* memory, SizeClass& c) {
  Pools& pools = heap().pools;
  auto* p = static_cast<Pool*>(memory);
  *p = Pool{nullptr, nullptr, static_cast<std::uint32_t>(&c - pools.classes), 0, false};
  Header* slot = first_slot(p) + c.slot_wosize * c.slot_count;
  for (std::size_t i = 0; i < c.slot_count; i++) {  // Downwards: the lowest is used first.
    slot -= c.slot_wosize;
    auto* f = reinterpret_cast<FreeSlot*>(slot);
    *f = FreeSlot{Header{0}, p->free};
    p->free = f;
  }
  p->free_count = static_cast<std::uint32_t>(c.slot_count);
  c.available.push(p);
  pools.pool_count++;
  pools.waste_words += kPoolBytes / sizeof(Value) - c.slot_wosize * c.slot_count;
}

bool sweep_for_slot(SizeClass& c, int pool_count) {
  for (; pool_count > 0 && c.unswept.first != nullptr; pool_count--) {
    sweep_next_pool(c);
    if (c.available.first != nullptr) return true;
  }
  return false;
}

// Makes the first available pool of the class one with a free slot.
bool find_slot(SizeClass& c) {
  if (sweep_for_slot(c, kPoolsToSweep)) return true;
  void* memory = memory_alloc_pool();
  if (memory == nullptr && sweep_for_slot(c, INT_MAX)) return true;
  if (memory == nullptr && heap().promoting) memory = memory_alloc_reserved_pool();
  if (memory == nullptr) return false;
  add_pool(memory, c);
  return true;
}

Header* alloc_slot(std::size_t whsize) {
  Pools& pools = heap().pools;
  SizeClass& c = pools.classes[pools.class_of_whsize[whsize]];
  if (c.available.first == nullptr && !find_slot(c)) return nullptr;
  return take_slot(pools, c);
}

Header* alloc_large(std::size_t whsize) {
  constexpr std::size_t kMax =
      (~std::size_t{0} - sizeof(Large) - 2 * kGranuleBytes) / sizeof(Value);
  if (whsize > kMax) return nullptr;
  std::size_t byte_size = round_up(sizeof(Large) + whsize * sizeof(Value), kGranuleBytes);
  auto* l = static_cast<Large*>(memory_alloc(byte_size));
  if (l == nullptr) return nullptr;
  Pools& pools = heap().pools;
  *l = Large{pools.large, byte_size, false};
  pools.large = l;
  pools.large_bytes += byte_size;
  pools.large_count++;
  return l->block();
}

}  // namespace

void init_pools() {
  Pools& pools = heap().pools;
  pools = Pools();
  std::size_t whsize = 2;
  for (std::size_t slot = 2; slot <= kMaxSlotWosize; slot += slot < 16 ? 1 : slot / 8) {
    std::size_t fitted = slot < 16 ? slot : fitting_slot(slot);
    int index = pools.class_count++;
    pools.classes[index].slot_wosize = fitted;
    pools.classes[index].slot_count = kPoolWosize / fitted;
    for (; whsize <= fitted; whsize++)
      pools.class_of_whsize[whsize] = static_cast<std::uint8_t>(index);
    slot = fitted;
  }
  if (whsize <= kMaxSlotWosize) {
    int index = pools.class_count++;
    pools.classes[index].slot_wosize = kMaxSlotWosize;
    pools.classes[index].slot_count = kPoolWosize / kMaxSlotWosize;
    for (; whsize <= kMaxSlotWosize; whsize++)
      pools.class_of_whsize[whsize] = static_cast<std::uint8_t>(index);
  }
}

Value alloc_major_block(mlsize_t wosize, tag_t tag) {
  // The header is written once more below; a wosize near the end of size_t must not wrap to 0.
  std::size_t whsize = wosize + 1;
  if (whsize == 0) return kNoValue;
  Header* block = is_small_whsize(whsize) ? alloc_slot(whsize) : alloc_large(whsize);
  if (block == nullptr) return kNoValue;
  *block = Make_header(wosize, tag, heap().live_color);
  heap().pacing.allocated_words += whsize;
  return Val_hp(block);
}

Pool* pool_of(Header* slot) {
  return reinterpret_cast<Pool*>(reinterpret_cast<std::uintptr_t>(slot) & ~(kPoolBytes - 1));
}

Large* large_of(Header* block) { return reinterpret_cast<Large*>(block) - 1; }

void free_pool(Pool* p) {
  Pools& pools = heap().pools;
  const SizeClass& c = pools.classes[p->class_index];
  std::size_t used = c.slot_count - p->free_count;
  pools.live_slots -= used;
  pools.live_slot_words -= used * c.slot_wosize;
  pools.waste_words -= kPoolBytes / sizeof(Value) - c.slot_wosize * c.slot_count;
  pools.pool_count--;
  memory_free(p, kPoolBytes);
}

void free_large(Large* l) {
  Pools& pools = heap().pools;
  pools.large_bytes -= l->byte_size;
  pools.large_count--;
  memory_free(l, l->byte_size);
}

}  // namespace bactrian
