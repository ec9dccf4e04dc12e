// SPDX-License-Identifier: Apache-2.0
// Memory from memory.grow. wasi-libc's malloc grows the same memory through sbrk; both get
// disjoint ranges, and neither assumes that its ranges touch. wasm memory never shrinks.
#include "runtime/heap/memory.h"

namespace bactrian {

namespace {
constexpr std::size_t kWasmPage = 65536;
}

void* system_memory_take(std::size_t* byte_size) {
  if (*byte_size > std::size_t{0} - 2 * kWasmPage) return nullptr;
  std::size_t pages = (*byte_size + kWasmPage - 1) / kWasmPage;
  std::size_t old_pages = __builtin_wasm_memory_grow(0, pages);
  if (old_pages == static_cast<std::size_t>(-1)) return nullptr;
  std::size_t start = old_pages * kWasmPage;
  *byte_size = pages * kWasmPage;
  // The end of the range must be an address: the last granule below 4 GB is left alone.
  if (start + *byte_size == 0) *byte_size -= kGranuleBytes;
  return reinterpret_cast<void*>(start);
}

bool system_memory_give_back(void*, std::size_t) { return false; }

}  // namespace bactrian
