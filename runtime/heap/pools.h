// SPDX-License-Identifier: Apache-2.0
// Where major blocks lie. A small block lies in a slot of a pool; all slots of a pool have one size
// (its class). A large block has its own range of granules.
//
//   pool (32 KB, aligned)   | Pool | slot | slot | ... | slot | waste |
//   slot                    | header | fields ... |          in use
//                           | 0      | next free | ... |     free
//   large block             | Large | header | fields ... |
//
// Blocks never move. Neither pools nor large blocks know what is alive: see sweep.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "runtime/heap/memory.h"
#include "runtime/value/value.h"

namespace bactrian {

struct FreeSlot {
  Header header;  // 0
  FreeSlot* next;
};

struct alignas(8) Pool {
  Pool* next;
  FreeSlot* free;
  std::uint32_t class_index;
  std::uint32_t free_count;
  bool rescan;  // Holds marked blocks whose fields are not marked yet (mark.cpp).
};

struct alignas(8) Large {
  Large* next;
  std::size_t byte_size;  // Of the range, this struct included.
  bool rescan;

  Header* block() { return reinterpret_cast<Header*>(this + 1); }
};

inline constexpr std::size_t kPoolWosize = (kPoolBytes - sizeof(Pool)) / sizeof(Value);
// A larger block (with its header) is a large block. Three of these fill a pool.
inline constexpr std::size_t kMaxSlotWosize = kPoolWosize / 3;
inline constexpr int kMaxClasses = 64;

struct PoolList {
  Pool* first = nullptr;
  Pool* last = nullptr;

  void push(Pool* p) {
    p->next = first;
    if (first == nullptr) last = p;
    first = p;
  }
  Pool* pop() {
    Pool* p = first;
    first = p->next;
    if (first == nullptr) last = nullptr;
    return p;
  }
  void append(PoolList& other) {
    if (other.first == nullptr) return;
    if (first == nullptr)
      first = other.first;
    else
      last->next = other.first;
    last = other.last;
    other = PoolList();
  }
};

struct SizeClass {
  std::size_t slot_wosize = 0;  // In words, header included.
  std::size_t slot_count = 0;   // In a pool.
  PoolList available;           // Allocation takes from the first.
  PoolList full;
  PoolList unswept;
};

struct Pools {
  SizeClass classes[kMaxClasses];
  int class_count = 0;
  std::uint8_t class_of_whsize[kMaxSlotWosize + 1] = {};
  Large* large = nullptr;
  Large* unswept_large = nullptr;
  std::size_t pool_count = 0;
  std::size_t large_bytes = 0;
  std::size_t large_count = 0;
  std::size_t live_slots = 0;       // Slots in use, dead or alive.
  std::size_t live_slot_words = 0;  // The words of these.
  std::size_t waste_words = 0;      // Of pools: their own struct and what no slot uses.

  // What the major heap holds, dead or alive.
  std::size_t occupied_words() const { return live_slot_words + large_bytes / sizeof(Value); }
  std::size_t heap_words() const { return (pool_count * kPoolBytes + large_bytes) / sizeof(Value); }
};

void init_pools();
// A block in the major heap, live for the current cycle, fields not set. kNoValue: no memory. Does
// not collect.
Value alloc_major_block(mlsize_t wosize, tag_t tag);
// A slot of the class, or null when none is at hand. The header is to be set at once.
inline Header* take_slot(Pools& pools, SizeClass& c) {
  Pool* p = c.available.first;
  if (p == nullptr) [[unlikely]]
    return nullptr;
  FreeSlot* f = p->free;
  p->free = f->next;
  if (--p->free_count == 0) [[unlikely]]
    c.full.push(c.available.pop());
  pools.live_slots++;
  pools.live_slot_words += c.slot_wosize;
  return &f->header;
}

Pool* pool_of(Header* slot);
Large* large_of(Header* block);
inline bool is_small_whsize(std::size_t whsize) { return whsize <= kMaxSlotWosize; }
inline Header* first_slot(Pool* p) { return reinterpret_cast<Header*>(p + 1); }

void free_pool(Pool* p);
void free_large(Large* l);
// All pools and large blocks, swept or not. `visit` may free what it gets.
template <class F>
void for_each_pool(Pools& pools, F visit) {
  for (int i = 0; i < pools.class_count; i++) {
    SizeClass& c = pools.classes[i];
    for (Pool* first : {c.available.first, c.full.first, c.unswept.first})
      for (Pool *p = first, *next; p != nullptr; p = next) {
        next = p->next;
        visit(p);
      }
  }
}
template <class F>
void for_each_large(Pools& pools, F visit) {
  for (Large* first : {pools.large, pools.unswept_large})
    for (Large *l = first, *next; l != nullptr; l = next) {
      next = l->next;
      visit(l);
    }
}

}  // namespace bactrian
