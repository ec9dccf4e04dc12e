// SPDX-License-Identifier: Apache-2.0
// Numbers of about 106 bits as the unevaluated sum of two doubles, |lo| at most half an ulp of hi.
// The classical error-free transformations (Dekker, Knuth); wasm has no fused multiply-add, so a
// product is split. Round to nearest is taken for granted, and no overflow: callers scale.
#pragma once

namespace bactrian::math {

struct DoubleDouble {
  double hi, lo;
};

// a + b exactly.
inline DoubleDouble two_sum(double a, double b) {
  double sum = a + b;
  double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

// The same, when |a| >= |b| or a is 0.
inline DoubleDouble fast_two_sum(double a, double b) {
  double sum = a + b;
  return {sum, b - (sum - a)};
}

// a + b, rounded to the neighbour with an odd last bit when it is not exact: a later rounding to
// fewer bits then sees that there was more.
double add_to_odd(double a, double b);

// a * b exactly.
inline DoubleDouble two_product(double a, double b) {
  constexpr double kSplitter = 134217729;  // 2^27 + 1: halves of 26 bits.
  double product = a * b;
  double t = kSplitter * a;
  double a_hi = t - (t - a), a_lo = a - a_hi;
  t = kSplitter * b;
  double b_hi = t - (t - b), b_lo = b - b_hi;
  return {product, ((a_hi * b_hi - product) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo};
}

inline DoubleDouble operator-(DoubleDouble a) { return {-a.hi, -a.lo}; }

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  DoubleDouble sum = two_sum(a.hi, b.hi);
  return fast_two_sum(sum.hi, sum.lo + (a.lo + b.lo));
}
inline DoubleDouble operator+(DoubleDouble a, double b) { return a + DoubleDouble{b, 0}; }

// Out of line: the functions that need products are many, and each product is long.
DoubleDouble operator*(DoubleDouble a, DoubleDouble b);
DoubleDouble operator/(DoubleDouble a, DoubleDouble b);
// The square root of a positive number.
DoubleDouble square_root(DoubleDouble a);

// a * 2^exponent, rounded once even to a subnormal, and correctly if `a` is. 1/2 <= |a.hi| < 4.
double scale(DoubleDouble a, int exponent);

}  // namespace bactrian::math
