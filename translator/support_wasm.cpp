// SPDX-License-Identifier: Apache-2.0
// What the C++ library needs in a module without wasi-libc's allocator and streams: memory from the
// runtime, and an end for what cannot go on.
#ifdef __wasm__

#include <cstdarg>
#include <cstddef>
#include <new>

#include "translator/translator.h"

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

extern "C" int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
extern "C" void abort() { __builtin_trap(); }

extern "C" void* malloc(std::size_t byte_size) {
  return bactrian::tier_interface->malloc(byte_size);
}
extern "C" void free(void* p) { bactrian::tier_interface->free(p); }

void* operator new(std::size_t byte_size) {
  void* p = bactrian::tier_interface->malloc(byte_size);
  if (p == nullptr) __builtin_trap();
  return p;
}
void* operator new[](std::size_t byte_size) { return operator new(byte_size); }
void operator delete(void* p) noexcept { bactrian::tier_interface->free(p); }
void operator delete[](void* p) noexcept { operator delete(p); }
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }
void operator delete[](void* p, std::size_t) noexcept { operator delete(p); }
void operator delete(void* p, std::align_val_t) noexcept { operator delete(p); }

#endif
