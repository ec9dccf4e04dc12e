// SPDX-License-Identifier: Apache-2.0
// The runtime's functions, each by the table that it gives (runtime/side/side.h), and what the C++
// library asks for.
#include <cstdarg>
#include <cstddef>
#include <new>

#include "runtime/side/side.h"

namespace bactrian {

Domain* side_domain = nullptr;
const SideInterface* side = nullptr;

#define SIDE(result, name, parameters, arguments) \
  result name parameters { return side->name arguments; }
#include "runtime/side/side.def"
#undef SIDE

}  // namespace bactrian

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

extern "C" int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
extern "C" void abort() { __builtin_trap(); }

void* operator new(std::size_t size) {
  void* p = bactrian::caml_stat_alloc_noexc(size);
  if (p == nullptr) __builtin_trap();
  return p;
}
void operator delete(void* p) noexcept { bactrian::caml_stat_free(p); }
void operator delete(void* p, std::size_t) noexcept { bactrian::caml_stat_free(p); }
