// SPDX-License-Identifier: Apache-2.0
// The treap of free ranges. A node knows the largest range below it, and whether a pool fits into
// one of them, so that a search goes straight to the lowest range that fits.
#include "runtime/heap/memory.h"

#include <algorithm>

#include "runtime/heap/state.h"
#include "runtime/options.h"

namespace bactrian {

struct FreeRange {
  std::size_t byte_size;
  std::size_t max_byte_size;  // In the subtree.
  FreeRange* left;            // Lower addresses.
  FreeRange* right;
  bool pool_below;  // A pool fits into a range of the subtree.
};

namespace {

constexpr std::size_t kMinGrowth = std::size_t{1} << 20;
constexpr std::size_t kMaxGrowth = std::size_t{32} << 20;

std::uintptr_t address_of(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
char* end_of(FreeRange* r) { return reinterpret_cast<char*>(r) + r->byte_size; }

// A pseudo-random number that depends on the address alone, hence needs no room and no state.
std::uint32_t priority(const FreeRange* r) {
  auto granule = static_cast<std::uint64_t>(address_of(r) / kGranuleBytes);
  return static_cast<std::uint32_t>((granule * 0x9E3779B97F4A7C15u) >> 32);
}

char* first_pool(FreeRange* r) {
  return reinterpret_cast<char*>(round_up(address_of(r), kPoolBytes));
}
bool pool_fits(FreeRange* r) {
  std::size_t offset = static_cast<std::size_t>(first_pool(r) - reinterpret_cast<char*>(r));
  return r->byte_size >= kPoolBytes && offset <= r->byte_size - kPoolBytes;
}

void update(FreeRange* r) {
  r->max_byte_size = r->byte_size;
  r->pool_below = pool_fits(r);
  for (FreeRange* child : {r->left, r->right}) {
    if (child == nullptr) continue;
    r->max_byte_size = std::max(r->max_byte_size, child->max_byte_size);
    r->pool_below |= child->pool_below;
  }
}

// Splits into the ranges below `at` and those above. Depth is logarithmic, as in all recursions
// here.
void split(FreeRange* r, const void* at, FreeRange** low, FreeRange** high) {
  if (r == nullptr) {
    *low = *high = nullptr;
  } else if (address_of(r) < address_of(at)) {
    split(r->right, at, &r->right, high);
    update(r);
    *low = r;
  } else {
    split(r->left, at, low, &r->left);
    update(r);
    *high = r;
  }
}

FreeRange* merge(FreeRange* low, FreeRange* high) {
  if (low == nullptr) return high;
  if (high == nullptr) return low;
  if (priority(low) > priority(high)) {
    low->right = merge(low->right, high);
    update(low);
    return low;
  }
  high->left = merge(low, high->left);
  update(high);
  return high;
}

FreeRange* make_range(void* start, std::size_t byte_size) {
  auto* r = static_cast<FreeRange*>(start);
  r->byte_size = byte_size;
  r->left = r->right = nullptr;
  update(r);
  return r;
}

void remove_range(FreeRange* r) {
  FreeRange *low, *rest, *self, *high;
  split(heap().memory.free_ranges, r, &low, &rest);
  split(rest, reinterpret_cast<char*>(r) + 1, &self, &high);
  heap().memory.free_ranges = merge(low, high);
}

FreeRange* rightmost(FreeRange* r) {
  while (r != nullptr && r->right != nullptr) r = r->right;
  return r;
}
FreeRange* leftmost(FreeRange* r) {
  while (r != nullptr && r->left != nullptr) r = r->left;
  return r;
}

void insert_range(char* start, std::size_t byte_size) {
  FreeRange *low, *high;
  split(heap().memory.free_ranges, start, &low, &high);
  FreeRange* before = rightmost(low);
  FreeRange* after = leftmost(high);
  heap().memory.free_ranges = merge(low, high);
  if (after != nullptr && start + byte_size == reinterpret_cast<char*>(after)) {
    remove_range(after);
    byte_size += after->byte_size;
  }
  if (before != nullptr && end_of(before) == start) {
    remove_range(before);
    start = reinterpret_cast<char*>(before);
    byte_size += before->byte_size;
  }
  split(heap().memory.free_ranges, start, &low, &high);
  heap().memory.free_ranges = merge(merge(low, make_range(start, byte_size)), high);
}

FreeRange* find_range(std::size_t byte_size) {
  FreeRange* r = heap().memory.free_ranges;
  if (r == nullptr || r->max_byte_size < byte_size) return nullptr;
  for (;;) {
    if (r->left != nullptr && r->left->max_byte_size >= byte_size)
      r = r->left;
    else if (r->byte_size >= byte_size)
      return r;
    else
      r = r->right;
  }
}

FreeRange* find_pool() {
  FreeRange* r = heap().memory.free_ranges;
  if (r == nullptr || !r->pool_below) return nullptr;
  for (;;) {
    if (r->left != nullptr && r->left->pool_below)
      r = r->left;
    else if (pool_fits(r))
      return r;
    else
      r = r->right;
  }
}

// Cuts [start, start + byte_size) out of r; what is left on both sides stays free.
void* take_from(FreeRange* r, char* start, std::size_t byte_size) {
  char* low = reinterpret_cast<char*>(r);
  char* end = end_of(r);
  remove_range(r);
  if (low < start) insert_range(low, static_cast<std::size_t>(start - low));
  if (start + byte_size < end)
    insert_range(start + byte_size, static_cast<std::size_t>(end - (start + byte_size)));
  heap().memory.free_bytes -= byte_size;
  return start;
}

bool take_from_system(std::size_t byte_size) {
  Memory& m = heap().memory;
  std::size_t limit = memory_limit();
  if (m.system_bytes >= limit || byte_size > limit - m.system_bytes) return false;
  void* start = system_memory_take(&byte_size);
  if (start == nullptr) return false;
  m.system_bytes += byte_size;
  m.top_system_bytes = std::max(m.top_system_bytes, m.system_bytes);
  m.free_bytes += byte_size;
  insert_range(static_cast<char*>(start), byte_size);
  return true;
}

// Takes more than is asked for, in proportion to the heap, to keep the number of pieces small.
bool grow(std::size_t byte_size) {
  std::size_t step = std::clamp(heap().memory.system_bytes / 8, kMinGrowth, kMaxGrowth);
  step = round_up(step, kGranuleBytes);
  return (byte_size < step && take_from_system(step)) || take_from_system(byte_size);
}

std::size_t count(const FreeRange* r) {
  return r == nullptr ? 0 : 1 + count(r->left) + count(r->right);
}

// Adds the sizes to *total; `previous` is the end of the last range visited.
bool verify(FreeRange* r, char** previous, std::size_t* total) {
  if (r == nullptr) return true;
  if (!verify(r->left, previous, total)) return false;
  if (address_of(r) % kGranuleBytes != 0 || r->byte_size % kGranuleBytes != 0) return false;
  if (*previous != nullptr && address_of(*previous) >= address_of(r)) return false;
  for (FreeRange* child : {r->left, r->right})
    if (child != nullptr && priority(child) > priority(r)) return false;
  FreeRange expected = *r;
  update(&expected);
  if (expected.max_byte_size != r->max_byte_size) return false;
  if (pool_fits(r) && !r->pool_below) return false;
  *previous = end_of(r);
  *total += r->byte_size;
  return verify(r->right, previous, total);
}

void release_ranges(FreeRange* r) {
  if (r == nullptr) return;
  FreeRange* left = r->left;
  FreeRange* right = r->right;
  std::size_t byte_size = r->byte_size;
  if (system_memory_give_back(r, byte_size)) {
    heap().memory.system_bytes -= byte_size;
    heap().memory.free_bytes -= byte_size;
  } else {
    insert_range(reinterpret_cast<char*>(r), byte_size);
  }
  release_ranges(left);
  release_ranges(right);
}

}  // namespace

std::size_t memory_limit() {
  // Natively as much as wasm could have: a program sees the same Out_of_memory.
  constexpr std::size_t kAddressable = ~std::uint32_t{0};
  std::size_t limit = options().heap_limit;
  return limit == 0 ? kAddressable : limit;
}

void* memory_alloc(std::size_t byte_size) {
  FreeRange* r = find_range(byte_size);
  if (r == nullptr && grow(byte_size)) r = find_range(byte_size);
  return r == nullptr ? nullptr : take_from(r, reinterpret_cast<char*>(r), byte_size);
}

void* memory_alloc_pool() {
  FreeRange* r = find_pool();
  if (r == nullptr && grow(2 * kPoolBytes)) r = find_pool();
  return r == nullptr ? nullptr : take_from(r, first_pool(r), kPoolBytes);
}

void* memory_alloc_reserved_pool() {
  Memory& m = heap().memory;
  ReservedPool* p = m.reserve;
  if (p == nullptr) return nullptr;
  m.reserve = p->next;
  m.reserve_count--;
  return p;
}

bool memory_fill_reserve(std::size_t pool_count) {
  Memory& m = heap().memory;
  while (m.reserve_count < pool_count) {
    auto* p = static_cast<ReservedPool*>(memory_alloc_pool());
    if (p == nullptr) return false;
    p->next = m.reserve;
    m.reserve = p;
    m.reserve_count++;
  }
  return true;
}

void memory_free(void* start, std::size_t byte_size) {
  insert_range(static_cast<char*>(start), byte_size);
  heap().memory.free_bytes += byte_size;
}

void memory_release() {
  FreeRange* all = heap().memory.free_ranges;
  heap().memory.free_ranges = nullptr;
  release_ranges(all);
}

std::size_t memory_largest_free() {
  FreeRange* r = heap().memory.free_ranges;
  return r == nullptr ? 0 : r->max_byte_size;
}

std::size_t memory_count_free() { return count(heap().memory.free_ranges); }

bool memory_verify() {
  char* previous = nullptr;
  std::size_t total = 0;
  return verify(heap().memory.free_ranges, &previous, &total) && total == heap().memory.free_bytes;
}

}  // namespace bactrian
