// SPDX-License-Identifier: Apache-2.0
// The heap's own memory: address ranges taken from the system in large pieces and handed out as
// pools (32 KB, aligned to their size), large blocks and minor heaps, all in granules of 4 KB.
//
// Free ranges form a treap ordered by address whose nodes lie in the ranges themselves. Freeing
// joins neighbours, also across pieces that the system happened to place side by side. Allocation
// takes the lowest range that fits, in O(log n). Addresses are compared as unsigned numbers: on
// wasm they go up to 4 GB. malloc takes memory from the same system and may do so in between.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bactrian {

inline constexpr std::size_t kGranuleBytes = 4096;
inline constexpr std::size_t kPoolBytes = 32768;

struct FreeRange;
struct ReservedPool {
  ReservedPool* next;
};

struct Memory {
  FreeRange* free_ranges = nullptr;
  std::size_t system_bytes = 0;  // Taken from the system.
  std::size_t free_bytes = 0;    // Of these, in free_ranges.
  std::size_t top_system_bytes = 0;
  // Kept for a minor collection, which cannot stop half-way when nothing else is left.
  ReservedPool* reserve = nullptr;
  std::size_t reserve_count = 0;
};

constexpr std::size_t round_up(std::size_t n, std::size_t unit) {
  return (n + unit - 1) & ~(unit - 1);
}

std::size_t memory_limit();  // In bytes.
// Null when the system or options().heap_limit refuse. `byte_size` is a multiple of kGranuleBytes.
void* memory_alloc(std::size_t byte_size);
void* memory_alloc_pool();
void* memory_alloc_reserved_pool();
// False: no memory; some may have been added.
bool memory_fill_reserve(std::size_t pool_count);
void memory_free(void* start, std::size_t byte_size);
// Gives free ranges back to the system where it takes them (not on wasm).
void memory_release();
// The largest free range, and the number of free ranges, for Gc.stat.
std::size_t memory_largest_free();
std::size_t memory_count_free();
// False if the treap's order, sizes or joins are wrong.
bool memory_verify();

// The system (system_memory_*.cpp). `*byte_size` is rounded up to what the system gives.
void* system_memory_take(std::size_t* byte_size);
// False when the system keeps the range mapped; the range stays ours then.
bool system_memory_give_back(void* start, std::size_t byte_size);

}  // namespace bactrian
