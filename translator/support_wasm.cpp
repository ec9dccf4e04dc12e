// SPDX-License-Identifier: Apache-2.0
// What the C++ library needs in a module without wasi-libc's allocator and streams: memory from the
// runtime, and an end for what cannot go on.
//
// Memory is taken in chunks and given to lists of free blocks of one size, because a translation
// makes and drops thousands of short vectors: the runtime's allocator, which is called through a
// table and joins what is free, took a third of all time.
#ifdef __wasm__

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "translator/translator.h"

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

extern "C" int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
extern "C" void abort() { __builtin_trap(); }

// Nothing is done at an end. (With link-time optimisation the linker would keep the library's, and
// its streams.)
extern "C" void __wasm_call_dtors() {}

extern "C" void* malloc(std::size_t byte_size) {
  return bactrian::tier_interface->malloc(byte_size);
}
extern "C" void free(void* p) { bactrian::tier_interface->free(p); }

namespace {

constexpr std::size_t kHeaderSize = 8, kChunkSize = 64 * 1024;
// Sizes in steps of 16 bytes, then powers of two.
constexpr std::size_t kStep = 16, kStepClasses = 32, kLargestStep = kStep * kStepClasses;
constexpr std::size_t kClasses = kStepClasses + 6, kLargest = kLargestStep << 6;
constexpr std::uint32_t kOwnBlock = kClasses;

struct FreeBlock {
  FreeBlock* next;
};
FreeBlock* free_lists[kClasses];
char* chunk;
std::size_t chunk_left;

// Of blocks with their headers.
std::uint32_t class_of(std::size_t size) {
  if (size <= kLargestStep) return static_cast<std::uint32_t>((size - 1) / kStep);
  int log = 64 - __builtin_clzll((size - 1) / kLargestStep);
  return static_cast<std::uint32_t>(kStepClasses - 1 + static_cast<std::size_t>(log));
}
std::size_t size_of_class(std::uint32_t c) {
  return c < kStepClasses ? kStep * (c + 1) : kLargestStep << (c - kStepClasses + 1);
}

char* from_runtime(std::size_t size) {
  void* p = bactrian::tier_interface->malloc(size);
  if (p == nullptr) __builtin_trap();
  return static_cast<char*>(p);
}

void* with_header(char* block, std::uint32_t c) {
  std::memcpy(block, &c, sizeof c);
  return block + kHeaderSize;
}

}  // namespace

void* operator new(std::size_t byte_size) {
  std::size_t size = byte_size + kHeaderSize;
  if (size > kLargest) return with_header(from_runtime(size), kOwnBlock);
  std::uint32_t c = class_of(size);
  if (FreeBlock* block = free_lists[c]) {
    free_lists[c] = block->next;
    return block;
  }
  std::size_t block_size = size_of_class(c);
  if (chunk_left < block_size) {
    chunk = from_runtime(kChunkSize);
    chunk_left = kChunkSize;
  }
  char* block = chunk;
  chunk += block_size;
  chunk_left -= block_size;
  return with_header(block, c);
}
void operator delete(void* p) noexcept {
  if (p == nullptr) return;
  std::uint32_t c;
  std::memcpy(&c, static_cast<char*>(p) - kHeaderSize, sizeof c);
  if (c == kOwnBlock) {
    bactrian::tier_interface->free(static_cast<char*>(p) - kHeaderSize);
    return;
  }
  auto* block = static_cast<FreeBlock*>(p);
  block->next = free_lists[c];
  free_lists[c] = block;
}
void* operator new[](std::size_t byte_size) { return operator new(byte_size); }
void operator delete[](void* p) noexcept { operator delete(p); }
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }
void operator delete[](void* p, std::size_t) noexcept { operator delete(p); }
void operator delete(void* p, std::align_val_t) noexcept { operator delete(p); }

#endif
