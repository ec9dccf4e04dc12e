// SPDX-License-Identifier: Apache-2.0
// erf and erfc, without large tables and therefore slow (up to a microsecond): the Taylor series
// below 2, where sums of two doubles make up for its cancellation, the continued fraction above.
#include "runtime/math/math.h"

namespace bactrian::math {

namespace {

constexpr DoubleDouble kTwoOverSqrtPi = {0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56};
constexpr DoubleDouble kSqrtPi = {0x1.c5bf891b4ef6bp+0, -0x1.618f13eb7ca89p-54};
constexpr double kSeriesLimit = 2;

// (-1)^n / (n! (2n + 1)).
constexpr int kCoefficients = 40;
DoubleDouble coefficients[kCoefficients];

void make_coefficients() {
  DoubleDouble factor = {1, 0};
  for (int n = 0; n < kCoefficients; n++) {
    coefficients[n] = factor / DoubleDouble{2.0 * n + 1, 0};
    factor = factor / DoubleDouble{-1.0 - n, 0};
  }
}

// 2/sqrt(pi) * sum of coefficient n * x^(2n + 1).
DoubleDouble erf_series(double x) {
  if (coefficients[kCoefficients - 1].hi == 0) make_coefficients();
  DoubleDouble square = two_product(x, x), sum = {0, 0};
  for (int n = 12 + static_cast<int>(7 * square.hi); n >= 0; n--)
    sum = sum * square + coefficients[n];
  return kTwoOverSqrtPi * (sum * DoubleDouble{x, 0});
}

// e^(-x^2) / (sqrt(pi) (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...))))), for x of at least 2.
// The result is *exponent powers of 2 larger.
DoubleDouble erfc_fraction(double x, int* exponent) {
  DoubleDouble fraction = {x, 0};
  for (int n = 8 + static_cast<int>(260 / (x * x)); n > 0; n--)
    fraction = DoubleDouble{0.5 * n, 0} / fraction + x;
  DoubleDouble square = two_product(x, x);
  DoubleDouble power = exp_parts(-square.hi, -square.lo, exponent);
  // Keep the mantissa where scale() wants it: the divisor is between 3.5 and 50.
  constexpr int kShift = 4;
  *exponent -= kShift;
  return DoubleDouble{power.hi * 16, power.lo * 16} / (kSqrtPi * fraction);
}

}  // namespace

double erf(double x) {
  double a = absolute(x);
  if (is_nan(x)) return x + x;
  if (a < 0x1p-500)
    return with_sign((kTwoOverSqrtPi * DoubleDouble{a * 0x1p500, 0}).hi * 0x1p-500, x);
  if (a < kSeriesLimit) return erf_series(x).hi;
  if (a >= 6) return with_sign(1, x);
  int exponent;
  DoubleDouble rest = erfc_fraction(a, &exponent);
  double factor = power_of_2(exponent);
  return with_sign((DoubleDouble{1, 0} + DoubleDouble{-rest.hi * factor, -rest.lo * factor}).hi, x);
}

double erfc(double x) {
  if (is_nan(x)) return x + x;
  if (x <= -6) return 2;
  if (x >= 28) return 0;
  if (absolute(x) < 0x1p-60) return 1 - x;
  if (absolute(x) < kSeriesLimit) return (DoubleDouble{1, 0} + -erf_series(x)).hi;
  if (x < 0) return 1 + erf(-x);
  int exponent;
  DoubleDouble result = erfc_fraction(x, &exponent);
  // scale() wants a mantissa of at least 1/2.
  while (result.hi < 0.5) {
    result = {2 * result.hi, 2 * result.lo};
    exponent--;
  }
  return scale(result, exponent);
}

}  // namespace bactrian::math
