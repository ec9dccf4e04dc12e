// SPDX-License-Identifier: Apache-2.0
// Hyperbolic functions and their inverses, by the formulas of Sun's fdlibm on top of expm1 and
// log1p (the C library's, which are short): results agree with glibc's to the last bit nearly
// always.
#include <math.h>

#include "runtime/math/math.h"

namespace bactrian::math {

namespace {

constexpr double kLn2 = 0x1.62e42fefa39efp-1;

// e^x / 2 for large x, also where e^x overflows.
double half_exp(double x) {
  if (x < 709.782712893384) return 0.5 * exp(x);
  double root = exp(0.5 * x);
  return 0.5 * root * root;
}

}  // namespace

double sinh(double x) {
  double a = absolute(x);
  if (!(a < kInfinity)) return x + x;
  if (a < 0x1p-28) return x;
  if (a >= 22) return with_sign(half_exp(a), x);
  double h = with_sign(0.5, x), t = ::expm1(a);
  return a < 1 ? h * (2 * t - t * t / (t + 1)) : h * (t + t / (t + 1));
}

double cosh(double x) {
  double a = absolute(x);
  if (!(a < kInfinity)) return is_nan(x) ? x + x : a;
  if (a < 0.5 * kLn2) {
    double t = ::expm1(a), w = 1 + t;
    return a < 0x1p-55 ? w : 1 + t * t / (w + w);
  }
  if (a >= 22) return half_exp(a);
  double t = exp(a);
  return 0.5 * t + 0.5 / t;
}

double tanh(double x) {
  double a = absolute(x);
  if (is_nan(x)) return x + x;
  if (a < 0x1p-55) return x * (1 + x);
  double z = 1;
  if (a < 1) {
    double t = ::expm1(-2 * a);
    z = -t / (t + 2);
  } else if (a < 22) {
    z = 1 - 2 / (::expm1(2 * a) + 2);
  }
  return with_sign(z, x);
}

double asinh(double x) {
  double a = absolute(x);
  if (!(a < kInfinity)) return x + x;
  if (a < 0x1p-28) return x;
  double square = a * a, w;
  if (a > 0x1p28)
    w = log(a) + kLn2;
  else if (a > 2)
    w = log(2 * a + 1 / (__builtin_sqrt(square + 1) + a));
  else
    w = ::log1p(a + square / (1 + __builtin_sqrt(1 + square)));
  return with_sign(w, x);
}

double acosh(double x) {
  if (is_nan(x)) return x + x;
  if (x < 1) return -kNan;
  if (x >= 0x1p28) return log(x) + kLn2;
  if (x > 2) return log(2 * x - 1 / (x + __builtin_sqrt(x * x - 1)));
  double t = x - 1;
  return ::log1p(t + __builtin_sqrt(2 * t + t * t));
}

double atanh(double x) {
  double a = absolute(x);
  if (is_nan(x)) return x + x;
  if (a > 1) return -kNan;
  if (a == 1) return with_sign(kInfinity, x);
  if (a < 0x1p-28) return x;
  double t = a + a;
  t = a < 0.5 ? ::log1p(t + t * a / (1 - a)) : ::log1p(t / (1 - a));
  return with_sign(0.5 * t, x);
}

}  // namespace bactrian::math
