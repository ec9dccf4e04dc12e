// SPDX-License-Identifier: Apache-2.0
// Bytes by words: the C library for wasm compares them one by one.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/value/value.h"

namespace bactrian {

template <class T>
T load_bytes(const unsigned char* p) {
  T n;
  std::memcpy(&n, p, sizeof n);
  return n;
}

// Below, equal to, or above 0, as memcmp.
inline int compare_bytes(const unsigned char* a, const unsigned char* b, mlsize_t count) {
  mlsize_t i = 0;
  for (; i + 8 <= count; i += 8) {
    auto x = load_bytes<std::uint64_t>(a + i), y = load_bytes<std::uint64_t>(b + i);
    if (x != y) return __builtin_bswap64(x) < __builtin_bswap64(y) ? -1 : 1;
  }
  for (; i < count; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

}  // namespace bactrian
