// SPDX-License-Identifier: Apache-2.0
// See code_space.h. Natively, freed ranges are kept sorted and merged in a vector: there are as
// many as phrases of a toplevel have left holes, which is few.
#include "runtime/bytecode/code_space.h"

#ifdef __wasm__

#include "runtime/heap/alloc.h"

namespace bactrian {

opcode_t* alloc_code(std::size_t word_count) {
  return static_cast<opcode_t*>(caml_stat_alloc_noexc(word_count * sizeof(opcode_t)));
}

void free_code(opcode_t* code, std::size_t) { caml_stat_free(code); }

}  // namespace bactrian

#else

#include <sys/mman.h>

#include <algorithm>
#include <vector>

namespace bactrian {

char* native_code_base = nullptr;

namespace {

constexpr std::size_t kReservedBytes = std::size_t{1} << 30;

struct FreeRange {
  char* start;
  std::size_t byte_count;
};
std::vector<FreeRange>& free_ranges() {
  static auto* ranges = new std::vector<FreeRange>;
  return *ranges;
}

bool reserve() {
  if (native_code_base != nullptr) return true;
  void* range = mmap(nullptr, kReservedBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (range == MAP_FAILED) return false;
  native_code_base = static_cast<char*>(range);
  // Offset 0 stays free: it is what an unset code pointer reads as.
  free_ranges().push_back({native_code_base + 64, kReservedBytes - 64});
  return true;
}

constexpr std::size_t rounded_bytes(std::size_t word_count) {
  return (word_count * sizeof(opcode_t) + 15) & ~std::size_t{15};
}

}  // namespace

opcode_t* alloc_code(std::size_t word_count) {
  if (!reserve() || word_count > kReservedBytes / sizeof(opcode_t)) return nullptr;
  std::size_t wanted = rounded_bytes(std::max<std::size_t>(word_count, 1));
  auto& ranges = free_ranges();
  for (auto it = ranges.begin(); it != ranges.end(); ++it) {
    if (it->byte_count < wanted) continue;
    char* result = it->start;
    it->start += wanted;
    it->byte_count -= wanted;
    if (it->byte_count == 0) ranges.erase(it);
    return reinterpret_cast<opcode_t*>(result);
  }
  return nullptr;
}

void free_code(opcode_t* code, std::size_t word_count) {
  char* start = reinterpret_cast<char*>(code);
  std::size_t freed = rounded_bytes(std::max<std::size_t>(word_count, 1));
  auto& ranges = free_ranges();
  auto after = std::find_if(ranges.begin(), ranges.end(),
                            [start](const FreeRange& r) { return r.start > start; });
  after = ranges.insert(after, {start, freed});
  auto merge_with_next = [&ranges](std::vector<FreeRange>::iterator it) {
    auto next = it + 1;
    if (next == ranges.end() || it->start + it->byte_count != next->start) return;
    it->byte_count += next->byte_count;
    ranges.erase(next);
  };
  merge_with_next(after);
  if (after != ranges.begin()) merge_with_next(after - 1);
}

}  // namespace bactrian

#endif
