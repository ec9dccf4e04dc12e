// SPDX-License-Identifier: Apache-2.0
// sin, cos, tan: the angle minus the nearest multiple of pi/2 as a sum of two doubles, then a table
// for steps of 1/32, computed at first use, and short Taylor series for what is left.
//
// Angles below 2^20 are reduced with pi/2 in four parts. Larger ones are multiplied with those 192
// bits of 2/pi that matter (Payne and Hanek), in integers.
#include "runtime/math/math.h"
#include "runtime/math/wide.h"

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

// 128 binary digits of a fraction.
struct Wide {
  std::uint64_t high, low;
};

Wide shift_left(Wide n, int count) {  // 0 < count < 64.
  return {(n.high << count) | (n.low >> (64 - count)), n.low << count};
}

// Rounds away the lower bits of a fraction of 64 binary digits.
double of_fraction(std::uint64_t n) { return static_cast<double>(n) * 0x1p-64; }

Reduced reduce_large(double x) {
  std::uint64_t word = bits_of(x);
  std::uint64_t mantissa = (word & ((std::uint64_t{1} << 52) - 1)) | (std::uint64_t{1} << 52);
  int exponent = static_cast<int>(word >> 52 & 0x7FF) - 1075;
  // Quarter turns: x * 2/pi modulo 4 is 4 times the fraction of mantissa * 2/pi * 2^(exponent - 2).
  int bit = exponent - 2 + 64;
  std::uint64_t middle = two_over_pi_from(bit + 64);
  std::uint64_t last = multiply_high(mantissa, two_over_pi_from(bit + 128));
  Wide turn = {mantissa * two_over_pi_from(bit) + multiply_high(mantissa, middle),
               mantissa * middle + last};
  turn.high += turn.low < last;

  auto quadrant = static_cast<unsigned>(turn.high >> 62);
  turn = shift_left(turn, 2);
  bool negative = turn.high >> 63 != 0;
  if (negative) {
    turn = {~turn.high + (turn.low == 0 ? 1 : 0), 0 - turn.low};
    quadrant++;
  }
  // No double is so close to a multiple of pi/2 that the first 64 digits are all 0.
  int zeros = __builtin_clzll(turn.high | 1);
  if (zeros != 0) turn = shift_left(turn, zeros);
  constexpr std::uint64_t kCut = 0x7FF;  // What a double has no room for.
  double factor = power_of_2(-zeros);
  double high = of_fraction(turn.high & ~kCut) * factor;
  double low = (of_fraction(turn.high & kCut) + of_fraction(turn.low) * 0x1p-64) * factor;
  DoubleDouble angle = kHalfPi * fast_two_sum(high, low);
  bool flip = word >> 63 != 0;
  return {negative != flip ? -angle : angle, flip ? 0 - quadrant : quadrant};
}

Reduced reduce(double x) {
  double magnitude = absolute(x);
  if (magnitude < 0x1.921fb54442d18p-1) return {{x, 0}, 0};
  return magnitude < 0x1p20 ? reduce_moderate(x) : reduce_large(x);
}

// sin(k/32) and cos(k/32), for angles up to pi/4.
constexpr int kSteps = 32;
struct Rotation {
  DoubleDouble sin, cos;
};
constexpr int kAngles = 27;
Rotation rotations[kAngles];

void make_rotations() {
  constexpr Rotation kStep = {{0x1.ffeaaaeeee86fp-6, -0x1.cd406fb224ae2p-60},
                              {0x1.ffc00155527d3p-1, -0x1.3b54492d89b5bp-55}};
  Rotation r = {{0, 0}, {1, 0}};
  for (Rotation& entry : rotations) {
    entry = r;
    r = {r.sin * kStep.cos + r.cos * kStep.sin, r.cos * kStep.cos + -(r.sin * kStep.sin)};
  }
}

// sin(a + d) = sin a + cos a * d + sin a * (cos d - 1) + cos a * (sin d - d), |d| <= 1/64; and,
// since cos is sin a quarter turn later, the same with other arguments gives cos(a + d).
DoubleDouble sin_of_sum(DoubleDouble sin_a, DoubleDouble cos_a, DoubleDouble d) {
  double z = d.hi * d.hi;
  double cos_rest = z * (-0.5 + z * (1.0 / 24 + z * (-1.0 / 720)));
  double sin_rest = d.hi * z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040)));
  DoubleDouble first = two_product(cos_a.hi, d.hi);
  DoubleDouble sum = two_sum(sin_a.hi, first.hi);
  double rest = sin_a.hi * cos_rest + cos_a.hi * (sin_rest + d.lo) + cos_a.lo * d.hi;
  return fast_two_sum(sum.hi, sum.lo + (first.lo + (sin_a.lo + rest)));
}

DoubleDouble sin_at(const Reduced& r, unsigned quarter_turns) {
  if (rotations[kAngles - 1].cos.hi == 0) make_rotations();
  DoubleDouble angle = r.angle.hi < 0 ? -r.angle : r.angle;
  int k = static_cast<int>(angle.hi * kSteps + 0.5);
  const Rotation& a = rotations[k];
  DoubleDouble d = fast_two_sum(angle.hi - static_cast<double>(k) / kSteps, angle.lo);
  unsigned quadrant = r.quadrant + quarter_turns;
  bool is_cos = (quadrant & 1) != 0;
  DoubleDouble y = is_cos ? sin_of_sum(a.cos, -a.sin, d) : sin_of_sum(a.sin, a.cos, d);
  bool negative = ((quadrant & 2) != 0) != (!is_cos && r.angle.hi < 0);
  return negative ? -y : y;
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
