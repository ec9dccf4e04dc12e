// SPDX-License-Identifier: Apache-2.0
// The elementary functions of doubles, for caml_*_float and for translated code.
//
// Why not the C library's: its tables for exp, log, pow and for huge angles cost 18 KB of the wasm
// module after compression. Here tables are computed at first use, and sums of two doubles
// (double_double.h) take the place of finer ones.
//
// Accuracy. exp, log, pow, trigonometric and inverse trigonometric functions, hypot and cbrt are
// within 0.51 ulp: nearly always the correctly rounded result, as in glibc, with which OCaml
// programs are usually compared. Hyperbolic functions and log10 follow the formulas of Sun's
// fdlibm, as glibc does. erf and erfc are within 1 ulp. The same bits come out on every platform.
// NaNs made here have the sign that glibc on x86-64 gives them, which OCaml prints.
#pragma once

#include <bit>
#include <cstdint>

#include "runtime/math/double_double.h"

namespace bactrian::math {

inline std::uint64_t bits_of(double x) { return std::bit_cast<std::uint64_t>(x); }
inline double double_of(std::uint64_t bits) { return std::bit_cast<double>(bits); }
inline double absolute(double x) { return __builtin_fabs(x); }
inline double with_sign(double magnitude, double sign) {
  return __builtin_copysign(magnitude, sign);
}
inline bool is_nan(double x) { return x != x; }

inline constexpr double kInfinity = __builtin_inf();
inline constexpr double kNan = __builtin_nan("");
// 2^exponent, for exponents of normal numbers.
inline double power_of_2(int exponent) {
  return double_of(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

double exp(double x);
double exp2(double x);
double log(double x);
double log2(double x);
double log10(double x);
double pow(double x, double y);
double cbrt(double x);
double hypot(double x, double y);
double fma(double x, double y, double z);  // x * y + z, rounded once.

double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double atan2(double y, double x);

double sinh(double x);
double cosh(double x);
double tanh(double x);
double asinh(double x);
double acosh(double x);
double atanh(double x);

double erf(double x);
double erfc(double x);

// ---- Shared by these functions ----------------------------------------------------------------

// e^(hi + lo) = result * 2^*exponent with 1/2 < result.hi < 4, to about 61 bits. |hi| < 2^20, and
// lo is small beside it.
DoubleDouble exp_parts(double hi, double lo, int* exponent);
// The logarithm of a positive finite number, to about 68 bits.
DoubleDouble log_parts(double x);

}  // namespace bactrian::math
