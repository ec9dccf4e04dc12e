// SPDX-License-Identifier: Apache-2.0
// Exact conversion between doubles and decimal digits: double → all its digits, and any digits →
// the nearest double (ties to even, subnormals included). No C library and no tables: the same bits
// on every platform. Signs, infinities, NaNs and text are the callers' (float_format, float_parse).
#pragma once

#include <cstdint>

namespace bactrian {

// The number 0.d1 d2 d3 ... * 10^point, d1 not '0' and the last digit not '0'. Zero is the one
// exception: one digit '0' and point 1, so that its exponent reads as 0.
struct Decimal {
  static constexpr int kCapacity = 1120;  // A double has up to 767 digits; whole words are written.
  int count = 0;
  std::int64_t point = 0;
  char digits[kCapacity];

  void set_zero() {
    count = 1;
    point = 1;
    digits[0] = '0';
  }
};

// `d` is finite; its sign is ignored.
void decimal_of_double(double d, Decimal* out);
// Keeps the first `kept` digits (none, when negative), rounding to nearest, ties to even.
void round_decimal(Decimal* decimal, std::int64_t kept);

// More significant digits than this cannot tell two neighbours apart, apart from one that says
// whether all the others are zero.
inline constexpr int kMaxParsedDigits = 800;
// Infinity on overflow. `decimal` may end in zeros and have a count of 0; up to kMaxParsedDigits
// + 1.
double double_of_decimal(const Decimal& decimal);

}  // namespace bactrian
