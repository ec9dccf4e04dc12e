// SPDX-License-Identifier: Apache-2.0
// The longer operations of double_double.h.
#include "runtime/math/double_double.h"

#include "runtime/math/math.h"

namespace bactrian::math {

double add_to_odd(double a, double b) {
  DoubleDouble sum = two_sum(a, b);
  std::uint64_t word = bits_of(sum.hi);
  if (sum.lo != 0 && (word & 1) == 0) word += (sum.lo > 0) == (sum.hi > 0) ? 1 : -1;
  return double_of(word);
}

DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  DoubleDouble p = two_product(a.hi, b.hi);
  return fast_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  double quotient = a.hi / b.hi;
  DoubleDouble p = two_product(quotient, b.hi);
  double rest = (a.hi - p.hi) - p.lo + a.lo - quotient * b.lo;
  return fast_two_sum(quotient, rest / b.hi);
}

DoubleDouble square_root(DoubleDouble a) {
  double root = __builtin_sqrt(a.hi);
  DoubleDouble square = two_product(root, root);
  double rest = (a.hi - square.hi) - square.lo + a.lo;
  return fast_two_sum(root, rest / (2 * root));
}

double scale(DoubleDouble a, int exponent) {
  constexpr int kSafe = 1020;
  if (exponent > kSafe)
    return a.hi * power_of_2(kSafe) *
           (exponent > 2 * kSafe ? kInfinity : power_of_2(exponent - kSafe));
  if (exponent >= -kSafe) return a.hi * power_of_2(exponent);
  if (exponent < -1080) return with_sign(0, a.hi);
  // In two exact steps, once `a` has no more bits than a subnormal can keep: adding the power of
  // two above it cuts off the others.
  double above = with_sign(power_of_2(-1022 - exponent), a.hi);
  double kept = a.hi;
  if (absolute(kept) < absolute(above)) {
    DoubleDouble sum = fast_two_sum(above, a.hi);
    kept = sum.hi + add_to_odd(sum.lo, a.lo) - above;
  }
  return with_sign(kept * power_of_2(-kSafe) * power_of_2(exponent + kSafe), a.hi);
}

}  // namespace bactrian::math
