// SPDX-License-Identifier: Apache-2.0
// atan2 and what follows from it: atan, asin, acos.
//
// For 0 <= y <= x, with c the nearest multiple of 1/32 to y/x:
//   atan(y/x) = atan c + atan((y - c x) / (x + c y)), the latter argument at most 1/64.
// The table of atan c is computed at first use.
#include "runtime/math/math.h"

namespace bactrian::math {

namespace {

constexpr DoubleDouble kPi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
constexpr DoubleDouble kHalfPi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
constexpr int kSteps = 32;

DoubleDouble atan_table[kSteps + 1];

// a + atan t, |t| <= 1/32.
DoubleDouble add_atan(DoubleDouble a, DoubleDouble t) {
  double z = t.hi * t.hi;
  double tail =
      t.hi * z * (-1.0 / 3 + z * (1.0 / 5 + z * (-1.0 / 7 + z * (1.0 / 9 + z * (-1.0 / 11)))));
  DoubleDouble sum = two_sum(a.hi, t.hi);
  return fast_two_sum(sum.hi, sum.lo + (a.lo + (t.lo + tail)));
}

// atan(k/32) - atan((k - 1)/32) = atan(32 / (1024 + k (k - 1))).
void make_atan_table() {
  for (int k = 1; k <= kSteps; k++) {
    double denominator = kSteps * kSteps + k * (k - 1);
    atan_table[k] =
        add_atan(atan_table[k - 1], DoubleDouble{kSteps, 0} / DoubleDouble{denominator, 0});
  }
}

// The angle of (x, y), 0 <= y <= x.
DoubleDouble angle_below_diagonal(DoubleDouble y, DoubleDouble x) {
  if (atan_table[kSteps].hi == 0) make_atan_table();
  int k = static_cast<int>(y.hi / x.hi * kSteps + 0.5);
  double c = static_cast<double>(k) / kSteps;
  DoubleDouble cx = two_product(c, x.hi), cy = two_product(c, y.hi);
  // y and c x are so close that their difference is exact.
  DoubleDouble numerator = fast_two_sum(y.hi - cx.hi, y.lo - cx.lo - c * x.lo);
  DoubleDouble denominator = two_sum(x.hi, cy.hi);
  denominator.lo += x.lo + cy.lo + c * y.lo;
  return add_atan(atan_table[k], numerator / denominator);
}

// The same for any x and y of which neither is negative, nor both 0.
DoubleDouble angle(DoubleDouble y, DoubleDouble x) {
  if (y.hi <= x.hi) return angle_below_diagonal(y, x);
  return kHalfPi + -angle_below_diagonal(x, y);
}

// sqrt(1 - x^2), 0 <= x <= 1.
DoubleDouble other_side(double x) {
  DoubleDouble square = two_sum(1, -x) * two_sum(1, x);
  return square.hi == 0 ? square : square_root(square);
}

}  // namespace

double atan(double x) {
  double magnitude = absolute(x);
  if (is_nan(x) || magnitude < 0x1p-27) return is_nan(x) ? x + x : x;
  if (magnitude >= 0x1p60) return with_sign(kHalfPi.hi, x);
  return with_sign(angle({magnitude, 0}, {1, 0}).hi, x);
}

double asin(double x) {
  double magnitude = absolute(x);
  if (!(magnitude <= 1)) return is_nan(x) ? x + x : kNan;
  if (magnitude < 0x1p-27) return x;
  return with_sign(angle({magnitude, 0}, other_side(magnitude)).hi, x);
}

double acos(double x) {
  double magnitude = absolute(x);
  if (!(magnitude <= 1)) return is_nan(x) ? x + x : kNan;
  DoubleDouble a = angle(other_side(magnitude), {magnitude, 0});
  return x < 0 ? (kPi + -a).hi : a.hi;
}

double atan2(double y, double x) {
  if (is_nan(x) || is_nan(y)) return x + y;
  double a = absolute(y), b = absolute(x);
  bool left = bits_of(x) >> 63 != 0;
  DoubleDouble result;
  if (a <= b * 0x1p-60 || (a == 0 && b == 0)) {
    // The quotient itself, or as good as an axis.
    if (!left)
      return with_sign(b == 0 || b == kInfinity ? (a == b && a != 0 ? kHalfPi.hi / 2 : 0) : a / b,
                       y);
    result = a == kInfinity ? DoubleDouble{kHalfPi.hi / 2, 0} : DoubleDouble{0, 0};
  } else if (b <= a * 0x1p-60) {
    result = kHalfPi;
  } else {
    // Near 1, where products neither overflow nor lose bits.
    int exponent = static_cast<int>(bits_of(a > b ? a : b) >> 52) - 1023;
    double half = power_of_2(-exponent / 2), rest = power_of_2(-exponent - -exponent / 2);
    result = angle({a * half * rest, 0}, {b * half * rest, 0});
  }
  if (left) result = kPi + -result;
  return with_sign(result.hi, y);
}

}  // namespace bactrian::math
