// SPDX-License-Identifier: Apache-2.0
// Memory from mmap, for the native build. Whole granules can be given back at any time.
#include <sys/mman.h>

#include "runtime/heap/memory.h"

namespace bactrian {

void* system_memory_take(std::size_t* byte_size) {
  *byte_size = round_up(*byte_size, kGranuleBytes);
  void* p = mmap(nullptr, *byte_size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

bool system_memory_give_back(void* start, std::size_t byte_size) {
  return munmap(start, byte_size) == 0;
}

}  // namespace bactrian
