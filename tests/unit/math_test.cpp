// SPDX-License-Identifier: Apache-2.0
// runtime/math against glibc: special values to the bit (with the sign of a NaN, which OCaml
// prints), others within an ulp, and nearly always equal.
#include "runtime/math/math.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace bactrian {
namespace {

using Unary = double (*)(double);
using Binary = double (*)(double, double);

// Where glibc is a little off, its functions of 64 bits are the reference.
template <long double (*kFunction)(long double)>
double rounded(double x) {
  return static_cast<double>(kFunction(x));
}

struct UnaryCase {
  const char* name;
  Unary ours, theirs;
  double differ_limit;  // Which part of the results may differ in the last bit.
};
const UnaryCase kUnary[] = {
    {"exp", math::exp, ::exp, 0.005},           {"exp2", math::exp2, ::exp2, 0.005},
    {"log", math::log, ::log, 0.005},           {"log2", math::log2, ::log2, 0.005},
    {"log10", math::log10, ::log10, 0.005},     {"cbrt", math::cbrt, rounded<::cbrtl>, 0.005},
    {"sin", math::sin, ::sin, 0.005},           {"cos", math::cos, ::cos, 0.005},
    {"tan", math::tan, ::tan, 0.005},           {"asin", math::asin, ::asin, 0.005},
    {"acos", math::acos, ::acos, 0.005},        {"atan", math::atan, ::atan, 0.005},
    {"sinh", math::sinh, ::sinh, 0.005},        {"cosh", math::cosh, ::cosh, 0.005},
    {"tanh", math::tanh, ::tanh, 0.005},        {"asinh", math::asinh, ::asinh, 0.005},
    {"acosh", math::acosh, ::acosh, 0.005},     {"atanh", math::atanh, ::atanh, 0.005},
    {"erf", math::erf, rounded<::erfl>, 0.005}, {"erfc", math::erfc, rounded<::erfcl>, 0.03},
};
struct BinaryCase {
  const char* name;
  Binary ours, theirs;
  double differ_limit;
};
const BinaryCase kBinary[] = {{"pow", math::pow, ::pow, 0.005},
                              {"atan2", math::atan2, ::atan2, 0.005},
                              {"hypot", math::hypot, ::hypot, 0.005}};

const double kInf = __builtin_inf();
const double kNan = __builtin_nan("");
const std::vector<double> kSpecial = {
    0.0,     -0.0,     1,      -1,       kInf,     -kInf,   kNan,     -kNan,    0.5,      -0.5,
    2,       -2,       3,      -3,       4,        10,      1000,     -1000,    DBL_MAX,  -DBL_MAX,
    DBL_MIN, -DBL_MIN, 5e-324, -5e-324,  0x1p-30,  0x1p-60, -0x1p-60, 0x1p60,   -0x1p60,  1e22,
    709,     709.7,    709.79, 710,      711,      -708,    -745,     -745.1,   -745.14,  -746,
    1023,    1024,     -1022,  -1074,    -1075,    -1076,   27,       1e300,    -1e300,   1e-300,
    5.9,     6,        -6,     26.5,     27.3,     22,      0x1p53,   0x1p52,   0x1p1000, 1e-320,
    1.5,     2.5,      -1.5,   -0.99999, 0.999999, 1.00001, 0.785398, 1.570796, 3.141592, -7.25};

bool same(double a, double b) { return math::bits_of(a) == math::bits_of(b); }

// In units of the last place, of which subnormals have few.
double distance(double a, double b) {
  if (same(a, b)) return 0;
  if (std::isnan(a) || std::isnan(b) || std::signbit(a) != std::signbit(b)) return kInf;
  auto difference = static_cast<std::int64_t>(math::bits_of(a) - math::bits_of(b));
  return std::fabs(static_cast<double>(difference));
}

class MathTest : public testing::Test {
 protected:
  std::mt19937_64 random_{99};

  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-52 - 1; }
  double any_double() {
    double d;
    do d = math::double_of(random_());
    while (!std::isfinite(d));
    return d;
  }
  double argument(int i) {
    switch (i % 4) {
      case 0: return any_double();
      case 1: return uniform();
      case 2: return uniform() * 30;
      default: return uniform() * std::ldexp(1, static_cast<int>(random_() % 60) - 30);
    }
  }
};

TEST_F(MathTest, SpecialValues) {
  for (const UnaryCase& c : kUnary)
    for (double x : kSpecial) {
      double expected = c.theirs(x), actual = c.ours(x);
      if (std::isfinite(expected) && expected != 0)
        EXPECT_LE(distance(expected, actual), 1) << c.name << "(" << x << ")";
      else
        EXPECT_TRUE(same(expected, actual)) << c.name << "(" << x << ") = " << actual;
    }
  for (const BinaryCase& c : kBinary)
    for (double x : kSpecial)
      for (double y : kSpecial) {
        double expected = c.theirs(x, y), actual = c.ours(x, y);
        if (std::isnan(x) || std::isnan(y)) {
          EXPECT_EQ(std::isnan(expected), std::isnan(actual));  // Its sign means nothing here.
        } else if (std::isfinite(expected) && expected != 0) {
          EXPECT_LE(distance(expected, actual), 1) << c.name << "(" << x << ", " << y << ")";
        } else {
          EXPECT_TRUE(same(expected, actual))
              << c.name << "(" << x << ", " << y << ") = " << actual;
        }
      }
}

TEST_F(MathTest, UnaryFunctionsAgreeWithGlibc) {
  constexpr int kCount = 20000;
  for (const UnaryCase& c : kUnary) {
    int differ = 0;
    for (int i = 0; i < kCount; i++) {
      double x = argument(i);
      double expected = c.theirs(x), actual = c.ours(x);
      if (std::isnan(expected) && std::isnan(actual)) continue;
      double d = distance(expected, actual);
      ASSERT_LE(d, 1) << c.name << "(" << x << ")";
      differ += d != 0;
    }
    EXPECT_LE(differ, kCount * c.differ_limit) << c.name;
  }
}

TEST_F(MathTest, BinaryFunctionsAgreeWithGlibc) {
  constexpr int kCount = 20000;
  for (const BinaryCase& c : kBinary) {
    int differ = 0;
    for (int i = 0; i < kCount; i++) {
      double x = argument(i), y = argument(i / 4);
      if (i % 3 == 0) x = std::fabs(x);
      if (i % 5 == 0) y = std::floor(y * 10);
      double expected = c.theirs(x, y), actual = c.ours(x, y);
      if (std::isnan(expected) && std::isnan(actual)) continue;
      double d = distance(expected, actual);
      ASSERT_LE(d, 1) << c.name << "(" << x << ", " << y << ")";
      differ += d != 0;
    }
    EXPECT_LE(differ, kCount * c.differ_limit) << c.name;
  }
}

// Near multiples of pi/2 the angle's first bits cancel, up to 61 of them.
TEST_F(MathTest, ReducesAngles) {
  for (int i = 0; i < 20000; i++) {
    double n = std::floor(std::ldexp(1 + std::fabs(uniform()), static_cast<int>(random_() % 53)));
    double x = n * 1.5707963267948966;
    ASSERT_LE(distance(::sin(x), math::sin(x)), 1) << x;
    ASSERT_LE(distance(::cos(x), math::cos(x)), 1) << x;
  }
  double worst = 0x1.6ac5b262ca1ffp+849;  // The double nearest to a multiple of pi/2.
  EXPECT_EQ(-0x1.14ae72e6ba22fp-61, math::cos(worst));
  EXPECT_EQ(1, math::sin(worst));
}

TEST_F(MathTest, ExactCases) {
  for (int i = -1074; i <= 1023; i++) {
    EXPECT_EQ(std::ldexp(1, i), math::exp2(i));
    EXPECT_EQ(std::ldexp(1, i), math::pow(2, i));
    EXPECT_EQ(i, math::log2(std::ldexp(1, i)));
  }
  for (double i = 1; i < 2000; i++) {
    EXPECT_EQ(i, math::cbrt(i * i * i));
    EXPECT_EQ(i * i * i, math::pow(i, 3));
    EXPECT_EQ(i, math::pow(i * i, 0.5));
    EXPECT_EQ(5 * i, math::hypot(3 * i, -4 * i));
  }
  double power = 1;
  for (int i = 0; i <= 22; i++, power *= 10) {
    EXPECT_EQ(i, math::log10(power));
    EXPECT_EQ(power, math::pow(10, i));
  }
}

TEST_F(MathTest, FmaRoundsOnce) {
  auto check = [](double x, double y, double z) {
    double expected = std::fma(x, y, z), actual = math::fma(x, y, z);
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(actual)) << x << " " << y << " " << z;
    else
      EXPECT_TRUE(same(expected, actual)) << std::hexfloat << x << " " << y << " " << z;
  };
  for (double x : kSpecial)
    for (double y : {0.0, -1.0, 0x1.8p-1074, DBL_MAX, kInf, 1 + DBL_EPSILON, 0.1})
      for (double z : kSpecial) check(x, y, z);
  for (int i = 0; i < 200000; i++) {
    double x = any_double(), y = any_double(), z = any_double();
    switch (i % 4) {
      case 0: x = uniform(), y = uniform(), z = -x * y; break;
      case 1: x = uniform(), y = uniform(), z = -x * y * 0x1p-53; break;
      case 2: y = std::ldexp(1 / x, static_cast<int>(random_() % 200) - 100), z = uniform(); break;
      default: y = std::ldexp(1 / x, -1000 - static_cast<int>(random_() % 74)), z *= 0x1p-1000;
    }
    check(x, y, z);
  }
}

}  // namespace
}  // namespace bactrian
