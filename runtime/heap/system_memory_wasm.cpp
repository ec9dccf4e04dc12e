// SPDX-License-Identifier: Apache-2.0
// Memory from memory.grow, for the heap and, through sbrk, for wasi-libc's malloc; both get
// disjoint ranges, and neither assumes that its ranges touch. wasm memory never shrinks.
#include <algorithm>

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

// malloc asks for a page or two at a time, and wasi-libc's sbrk grows the memory by just that. To
// grow is slow (V8 takes a millisecond, and thinks of its garbage collector), so some is kept back.
extern "C" void* sbrk(std::ptrdiff_t increment) {
  using namespace bactrian;
  constexpr std::size_t kMinStep = 4 * kWasmPage, kMaxStep = 128 * kWasmPage;
  static std::uintptr_t next = __builtin_wasm_memory_size(0) * kWasmPage, end = next;
  if (increment < 0) return reinterpret_cast<void*>(-1);
  auto wanted = static_cast<std::size_t>(increment);
  if (wanted > end - next) {
    std::size_t step = std::max(wanted, std::clamp(end / 16, kMinStep, kMaxStep));
    void* start = system_memory_take(&step);
    if (start == nullptr) {
      step = wanted;
      start = system_memory_take(&step);
      if (start == nullptr) return reinterpret_cast<void*>(-1);
    }
    auto address = reinterpret_cast<std::uintptr_t>(start);
    if (address != end) next = address;
    end = address + step;
  }
  std::uintptr_t result = next;
  next += wanted;
  return reinterpret_cast<void*>(result);
}
