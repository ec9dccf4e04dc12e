// SPDX-License-Identifier: Apache-2.0
// A product of two 64-bit numbers. (The compiler's own 128-bit integers are calls to its library,
// whose convention for them differs from the one runtime/math is compiled with.)
#pragma once

#include <cstdint>

namespace bactrian {

struct Wide {
  std::uint64_t high, low;
};

inline Wide multiply_wide(std::uint64_t a, std::uint64_t b) {
  std::uint64_t a_high = a >> 32, a_low = a & 0xFFFFFFFF, b_high = b >> 32, b_low = b & 0xFFFFFFFF;
  std::uint64_t low = a_low * b_low;
  std::uint64_t first = a_high * b_low + (low >> 32);
  std::uint64_t second = a_low * b_high + (first & 0xFFFFFFFF);
  return {a_high * b_high + (first >> 32) + (second >> 32), a * b};
}

}  // namespace bactrian
