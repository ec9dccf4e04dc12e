// SPDX-License-Identifier: Apache-2.0
// What the C++ library falls back on, in our words: its own versions would bring stdio, exceptions'
// tables and WASI imports into the module.
#include <__verbose_abort>
#include <cstdlib>
#include <new>

#include "runtime/interp/fail.h"

_LIBCPP_BEGIN_NAMESPACE_STD
void __libcpp_verbose_abort(const char*, ...) {
  bactrian::caml_fatal_error("internal error in the C++ library");
}
_LIBCPP_END_NAMESPACE_STD

// Static objects live as long as the instance: nothing is destroyed.
extern "C" int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }

void* operator new(std::size_t byte_size) {
  void* p = std::malloc(byte_size);
  if (p == nullptr) bactrian::caml_fatal_error("out of memory (%zu bytes asked for)", byte_size);
  return p;
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

// snprintf's library code asks for the streams to be flushed at exit; there are none.
extern "C" void __stdio_exit_needed() {}
