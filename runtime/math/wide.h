// SPDX-License-Identifier: Apache-2.0
// The upper half of a product of 64-bit numbers; the lower half is a * b. (The compiler's own
// 128-bit integers would be calls to its library.)
//
// No structure goes in or out: runtime/math is compiled with another convention for those.
#pragma once

#include <cstdint>

namespace bactrian {

inline std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  std::uint64_t a_high = a >> 32, a_low = a & 0xFFFFFFFF, b_high = b >> 32, b_low = b & 0xFFFFFFFF;
  std::uint64_t first = a_high * b_low + (a_low * b_low >> 32);
  std::uint64_t second = a_low * b_high + (first & 0xFFFFFFFF);
  return a_high * b_high + (first >> 32) + (second >> 32);
}

}  // namespace bactrian
