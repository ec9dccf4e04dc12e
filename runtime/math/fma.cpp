// SPDX-License-Identifier: Apache-2.0
// x * y + z with one rounding, for machines without an instruction for it (wasm).
//
// With x and y scaled to about 1 the product is exactly a sum of two doubles; z, scaled alike, is
// added exactly but for a last sum rounded to odd, so that the final rounding is the only one.
// (Boldo and Melquiond, Emulation of FMA and Correctly Rounded Sums.)
#include "runtime/math/math.h"

namespace bactrian::math {

namespace {

// x * 2^-*exponent, between 1 and 2. x is finite and not 0.
double normalize(double x, int* exponent) {
  int shift = 0;
  if (absolute(x) < 0x1p-1022) {
    x *= 0x1p60;
    shift = -60;
  }
  std::uint64_t word = bits_of(x);
  *exponent = static_cast<int>(word >> 52 & 0x7FF) - 1023 + shift;
  constexpr std::uint64_t kExponentField = std::uint64_t{0x7FF} << 52;
  return double_of((word & ~kExponentField) | (std::uint64_t{1023} << 52));
}

}  // namespace

double fma(double x, double y, double z) {
  double rough = x * y + z;
  if (x == 0 || y == 0 || !(absolute(x) < kInfinity && absolute(y) < kInfinity)) return rough;
  if (z == 0) return x * y;
  if (!(absolute(z) < kInfinity)) return z + z;
  int x_exponent, y_exponent, z_exponent;
  x = normalize(x, &x_exponent);
  y = normalize(y, &y_exponent);
  double z_mantissa = normalize(z, &z_exponent);
  int exponent = x_exponent + y_exponent;
  int distance = z_exponent - exponent;
  // Beyond these distances the smaller one is only a hint which way to round.
  if (distance > 120) return z;
  z_mantissa *= power_of_2(distance < -200 ? -200 : distance);

  DoubleDouble product = two_product(x, y);
  DoubleDouble low = two_sum(z_mantissa, product.lo);
  DoubleDouble high = two_sum(product.hi, low.hi);
  DoubleDouble sum = fast_two_sum(high.hi, add_to_odd(high.lo, low.lo));
  if (sum.hi == 0) return 0;
  int sum_exponent;
  double mantissa = normalize(sum.hi, &sum_exponent);
  return scale({mantissa, sum.lo * power_of_2(-sum_exponent)}, exponent + sum_exponent);
}

}  // namespace bactrian::math
