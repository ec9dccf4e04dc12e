// SPDX-License-Identifier: Apache-2.0
// sin, cos, tan: the angle minus the nearest multiple of pi/2 as a sum of two doubles, then Taylor
// series whose first terms are such sums too.
//
// Angles below 2^20 are reduced with pi/2 in four parts. Larger ones are multiplied with those 192
// bits of 2/pi that matter (Payne and Hanek), in integers.
#include "runtime/math/math.h"

namespace bactrian::math {

namespace {

constexpr DoubleDouble kHalfPi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
constexpr double kToInteger = 0x1.8p52;

struct Reduced {
  DoubleDouble angle;  // |angle| <= pi/4 and a little.
  unsigned quadrant;   // Modulo 4.
};

Reduced reduce_moderate(double x) {
  double shifted = x * kTwoOverPi + kToInteger;
  double n = shifted - kToInteger;
  // Three parts of 33 bits, whose products with n are exact, and the rest.
  DoubleDouble a = two_sum(x - n * 0x1.921fb54400000p+0, -n * 0x1.0b4611a600000p-34);
  DoubleDouble b = two_sum(a.hi, -n * 0x1.3198a2e000000p-69);
  return {fast_two_sum(b.hi, a.lo + b.lo - n * 0x1.b839a252049c1p-104),
          static_cast<unsigned>(bits_of(shifted))};
}

// 2/pi in binary, after 64 zeros.
constexpr std::uint32_t kTwoOverPiBits[] = {
    0,          0,          0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599,
    0x3C439041, 0xFE5163AB, 0xDEBBC561, 0xB7246E3A, 0x424DD2E0, 0x06492EEA, 0x09D1921C,
    0xFE1DEB1C, 0xB129A73E, 0xE88235F5, 0x2EBB4484, 0xE99C7026, 0xB45F7E41, 0x3991D639,
    0x835339F4, 0x9C845F8B, 0xBDF9283B, 0x1FF897FF, 0xDE05980F, 0xEF2F118B, 0x5A0A6D1F,
    0x6D367ECF, 0x27CB09B7, 0x4F463F66, 0x9E5FEA2D, 0x7527BAC7, 0xEBE5F17B, 0x3D0739F7,
    0x8A5292EA, 0x6BFB5FB1, 0x1F8D5D08, 0x56033046, 0xFC7B6BAB, 0xF0CFBC20};

std::uint64_t two_over_pi_from(int bit) {
  const std::uint32_t* word = kTwoOverPiBits + bit / 32;
  int shift = bit % 32;
  std::uint64_t first = (static_cast<std::uint64_t>(word[0]) << 32) | word[1];
  return shift == 0 ? first : (first << shift) | (word[2] >> (32 - shift));
}

// Rounds away the lower bits of a fraction of 64 binary digits.
double of_fraction(std::uint64_t n) { return static_cast<double>(n) * 0x1p-64; }

Reduced reduce_large(double x) {
  using Wide = unsigned __int128;
  std::uint64_t word = bits_of(x);
  std::uint64_t mantissa = (word & ((std::uint64_t{1} << 52) - 1)) | (std::uint64_t{1} << 52);
  int exponent = static_cast<int>(word >> 52 & 0x7FF) - 1075;
  // Quarter turns: x * 2/pi modulo 4 is 4 times the fraction of mantissa * 2/pi * 2^(exponent - 2).
  int bit = exponent - 2 + 64;
  Wide fraction = static_cast<Wide>(mantissa * two_over_pi_from(bit)) << 64;
  fraction += static_cast<Wide>(mantissa) * two_over_pi_from(bit + 64);
  fraction += static_cast<Wide>(mantissa) * two_over_pi_from(bit + 128) >> 64;

  auto quadrant = static_cast<unsigned>(fraction >> 126);
  fraction <<= 2;
  bool negative = fraction >> 127 != 0;
  if (negative) {
    fraction = -fraction;
    quadrant++;
  }
  auto high = static_cast<std::uint64_t>(fraction >> 64);
  int zeros = high == 0 ? 63 : __builtin_clzll(high);
  fraction <<= zeros;
  high = static_cast<std::uint64_t>(fraction >> 64);
  constexpr std::uint64_t kCut = 0x7FF;  // What a double has no room for.
  auto low = static_cast<std::uint64_t>(fraction);
  DoubleDouble turns = fast_two_sum(of_fraction(high & ~kCut),
                                    of_fraction(high & kCut) + of_fraction(low) * 0x1p-64);
  double factor = power_of_2(-zeros);
  DoubleDouble angle = kHalfPi * DoubleDouble{turns.hi * factor, turns.lo * factor};
  if (negative != (word >> 63 != 0)) angle = -angle;
  return {angle, word >> 63 != 0 ? 0 - quadrant : quadrant};
}

Reduced reduce(double x) {
  double magnitude = absolute(x);
  if (magnitude < 0x1.921fb54442d18p-1) return {{x, 0}, 0};
  return magnitude < 0x1p20 ? reduce_moderate(x) : reduce_large(x);
}

DoubleDouble sin_series(DoubleDouble x) {
  DoubleDouble square = x * x;
  double z = square.hi;
  double tail =
      z * (0x1.1111111111111p-7 +
           z * (-0x1.a01a01a01a01ap-13 +
                z * (0x1.71de3a556c734p-19 +
                     z * (-0x1.ae64567f544e4p-26 +
                          z * (0x1.6124613a86d09p-33 +
                               z * (-0x1.ae7f3e733b81fp-41 + z * 0x1.952c77030ad4ap-49))))));
  constexpr DoubleDouble kThird = {-0x1.5555555555555p-3, -0x1.5555555555555p-57};
  return x + x * (square * (kThird + tail));
}

DoubleDouble cos_series(DoubleDouble x) {
  DoubleDouble square = x * x;
  double z = square.hi;
  double tail =
      z * (-0x1.6c16c16c16c17p-10 +
           z * (0x1.a01a01a01a01ap-16 +
                z * (-0x1.27e4fb7789f5cp-22 +
                     z * (0x1.1eed8eff8d898p-29 +
                          z * (-0x1.93974a8c07c9dp-37 +
                               z * (0x1.ae7f3e733b81fp-45 - z * 0x1.6827863b97d97p-53))))));
  constexpr DoubleDouble kFourth = {0x1.5555555555555p-5, 0x1.5555555555555p-59};
  return square * (square * (kFourth + tail) + -0.5) + 1;
}

DoubleDouble sin_at(const Reduced& r, unsigned quarter_turns) {
  unsigned quadrant = r.quadrant + quarter_turns;
  DoubleDouble y = (quadrant & 1) != 0 ? cos_series(r.angle) : sin_series(r.angle);
  return (quadrant & 2) != 0 ? -y : y;
}

bool is_tiny(double x) { return absolute(x) < 0x1p-27; }
bool is_finite(double x) { return absolute(x) < kInfinity; }
double nan_of(double x) { return is_nan(x) ? x + x : -kNan; }

}  // namespace

double sin(double x) {
  if (!is_finite(x)) return nan_of(x);
  return is_tiny(x) ? x : sin_at(reduce(x), 0).hi;
}

double cos(double x) {
  if (!is_finite(x)) return nan_of(x);
  return sin_at(reduce(x), 1).hi;
}

double tan(double x) {
  if (!is_finite(x)) return nan_of(x);
  if (is_tiny(x)) return x;
  Reduced r = reduce(x);
  return (sin_at(r, 0) / sin_at(r, 1)).hi;
}

}  // namespace bactrian::math
