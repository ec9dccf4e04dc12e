// SPDX-License-Identifier: Apache-2.0
// The free ranges under the heap: against a plain model, and at its limit.
#include <random>
#include <vector>

#include "tests/unit/heap_fixture.h"

namespace bactrian {
namespace {

struct Piece {
  char* start;
  std::size_t byte_size;
};

TEST_F(HeapTest, MemoryRandomPieces) {
  std::mt19937 random(1);
  std::vector<Piece> pieces;
  for (int i = 0; i < 20000; i++) {
    if (pieces.size() < 200 || random() % 2 != 0) {
      bool pool = random() % 3 == 0;
      std::size_t byte_size = pool ? kPoolBytes : (1 + random() % 40) * kGranuleBytes;
      auto* start = static_cast<char*>(pool ? memory_alloc_pool() : memory_alloc(byte_size));
      ASSERT_NE(nullptr, start);
      if (pool) {
        ASSERT_EQ(0u, reinterpret_cast<std::uintptr_t>(start) % kPoolBytes);
      }
      start[0] = start[byte_size - 1] = static_cast<char>(i);
      for (Piece p : pieces)
        ASSERT_TRUE(start + byte_size <= p.start || p.start + p.byte_size <= start);
      pieces.push_back({start, byte_size});
    } else {
      std::size_t k = random() % pieces.size();
      memory_free(pieces[k].start, pieces[k].byte_size);
      pieces[k] = pieces.back();
      pieces.pop_back();
    }
    if (i % 256 == 0) {
      ASSERT_TRUE(memory_verify());
    }
    if (pieces.size() > 400) {
      for (std::size_t k = 0; k < 250; k++) {
        memory_free(pieces.back().start, pieces.back().byte_size);
        pieces.pop_back();
      }
    }
  }
  for (Piece p : pieces) memory_free(p.start, p.byte_size);
  EXPECT_TRUE(memory_verify());
  std::size_t taken = heap().memory.system_bytes;
  memory_release();
  EXPECT_LT(heap().memory.system_bytes, taken);
  EXPECT_EQ(0u, heap().memory.free_bytes);
}

TEST_F(HeapTest, MemoryNeighboursJoin) {
  char* a = static_cast<char*>(memory_alloc(8 * kPoolBytes));
  std::size_t count = memory_count_free();
  memory_free(a, kGranuleBytes);
  memory_free(a + 3 * kGranuleBytes, kGranuleBytes);
  memory_free(a + kGranuleBytes, 2 * kGranuleBytes);
  EXPECT_TRUE(memory_verify());
  EXPECT_LE(memory_count_free(), count + 1);
  memory_free(a + 4 * kGranuleBytes, 8 * kPoolBytes - 4 * kGranuleBytes);
  EXPECT_GE(memory_largest_free(), 8 * kPoolBytes);
}

TEST_F(HeapTest, MemoryLimit) {
  options().heap_limit = heap().memory.system_bytes + 4 * kPoolBytes;
  std::vector<void*> pieces;
  while (void* p = memory_alloc(kPoolBytes)) pieces.push_back(p);
  EXPECT_EQ(nullptr, memory_alloc_pool());
  EXPECT_LE(heap().memory.system_bytes, options().heap_limit);
  for (void* p : pieces) memory_free(p, kPoolBytes);
  EXPECT_NE(nullptr, memory_alloc(2 * kPoolBytes));
}

}  // namespace
}  // namespace bactrian
