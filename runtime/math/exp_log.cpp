// SPDX-License-Identifier: Apache-2.0
// Exponentials, logarithms, powers and roots. Both tables have 128 entries and are computed at
// first use, in a few microseconds.
//
// exp: x = (128 k + i) ln2/128 + r, |r| <= ln2/256; e^x = 2^k * 2^(i/128) * e^r.
// log: x = 2^k z, z about 1; a c = j/512 with c z = 1 + r, |r| < 2^-7.5, by z's first 7 bits;
//      log x = k ln2 - log c + log(1 + r). r is exact as a sum of two doubles.
// Shared by all domains: the tables are the same whoever computes them, and their last entry tells
// that they are complete.
#include "runtime/math/math.h"

namespace bactrian::math {

namespace {

constexpr int kEntries = 128;
constexpr DoubleDouble kLn2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
// ln2 and ln2/128 with few enough bits in the first part for exact products with an exponent.
constexpr double kLn2Hi = 0x1.62e42fefa3800p-1, kLn2Lo = 0x1.ef35793c76730p-45;
constexpr double kLn2Over128Hi = 0x1.62e42fefa0000p-8, kLn2Over128Lo = 0x1.cf79abc9e3b3ap-47;
constexpr DoubleDouble kOneOverLn2 = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
constexpr DoubleDouble kPower2OneOver128 = {0x1.0163da9fb3335p+0, 0x1.b61299ab8cdb7p-54};
constexpr DoubleDouble kOneThird = {0x1.5555555555555p-2, 0x1.5555555555555p-56};

// Adding it leaves the nearest integer in the lowest bits.
constexpr double kToInteger = 0x1.8p52;

DoubleDouble power_table[kEntries];  // 2^(i/128).

struct LogEntry {
  double c;
  DoubleDouble log;  // -log c.
};
LogEntry log_table[kEntries];

// z is in [kLogStart, 2 kLogStart), chosen so that the entry around 1 has c = 1, and log 1 = 0 is
// exact.
constexpr std::uint64_t kLogStart = 0x3FE6955500000000;
constexpr int kIndexShift = 52 - 7;
constexpr int kUnit = 512;

void make_power_table() {
  power_table[0] = {1, 0};
  for (int i = 1; i < kEntries; i++) power_table[i] = power_table[i - 1] * kPower2OneOver128;
}

// log(1 + 1/n), for n of at least 300: 2 artanh(1/(2n + 1)).
DoubleDouble log_of_step(int n) {
  DoubleDouble q = DoubleDouble{1, 0} / DoubleDouble{2.0 * n + 1, 0};
  double square = q.hi * q.hi;
  double rest = q.hi * square * (1.0 / 3 + square * (1.0 / 5 + square / 7));
  DoubleDouble sum = q + rest;
  return {2 * sum.hi, 2 * sum.lo};
}

int numerator_of_entry(int i) {
  std::uint64_t step = std::uint64_t{1} << kIndexShift;
  std::uint64_t first = kLogStart + static_cast<std::uint64_t>(i) * step;
  constexpr std::uint64_t kOne = 0x3FF0000000000000;
  if (first <= kOne && kOne - first < step) return kUnit;
  return static_cast<int>(kUnit / double_of(first + step / 2) + 0.5);
}

// -log(j/512) for falling j by sums of steps, down from 512 and up to it.
void make_log_table() {
  for (int i = 0; i < kEntries; i++) {
    int j = numerator_of_entry(i);
    log_table[i].c = static_cast<double>(j) / kUnit;
    int previous = i == 0 ? kUnit : numerator_of_entry(i - 1);
    DoubleDouble sum = i == 0 ? DoubleDouble{0, 0} : log_table[i - 1].log;
    for (; previous < j; previous++) sum = sum + -log_of_step(previous);
    for (; previous > j; previous--) sum = sum + log_of_step(previous - 1);
    if (j == kUnit) sum = {0, 0};
    log_table[i].log = sum;
  }
}

// 2^(n/128) * e^r. The product's low part keeps what the rounding of its high part loses.
DoubleDouble exp_of_parts(std::int64_t n, double r, double r_lo, int* exponent) {
  if (power_table[kEntries - 1].hi == 0) make_power_table();
  DoubleDouble power = power_table[n & (kEntries - 1)];
  *exponent = static_cast<int>(n >> 7);
  double square = r * r;
  double tail =
      square * (0.5 + r * (1.0 / 6) + square * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720))));
  double factor = r + (tail + r_lo);
  return fast_two_sum(power.hi, power.lo + power.hi * factor);
}

// A negative number's logarithm.
double negative_nan() { return -kNan; }

// What the logarithms share: false when *result is the answer.
bool is_ordinary(double x, double* result) {
  if (x > 0 && x < kInfinity) return true;
  *result = is_nan(x) || x > 0 ? x + x : x == 0 ? -kInfinity : negative_nan();
  return false;
}

}  // namespace

DoubleDouble exp_parts(double hi, double lo, int* exponent) {
  double shifted = hi * (kEntries * kOneOverLn2.hi) + kToInteger;
  auto n = static_cast<std::int32_t>(bits_of(shifted));
  double k = shifted - kToInteger;
  DoubleDouble r = fast_two_sum(hi - k * kLn2Over128Hi, lo - k * kLn2Over128Lo);
  return exp_of_parts(n, r.hi, r.lo, exponent);
}

DoubleDouble log_parts(double x) {
  if (log_table[kEntries - 1].c == 0) make_log_table();
  int k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p52;
    k = -52;
  }
  std::uint64_t offset = bits_of(x) - kLogStart;
  const LogEntry& entry = log_table[(offset >> kIndexShift) % kEntries];
  k += static_cast<int>(static_cast<std::int64_t>(offset) >> 52);
  double z = double_of(bits_of(x) - (offset & (std::uint64_t{0xFFF} << 52)));
  double z_hi = double_of(bits_of(z) & 0xFFFFFFFF00000000);
  DoubleDouble r = two_sum(z_hi * entry.c - 1, (z - z_hi) * entry.c);

  DoubleDouble a = two_sum(k * kLn2Hi, entry.log.hi);
  DoubleDouble b = two_sum(a.hi, r.hi);
  DoubleDouble square = two_product(r.hi, r.hi);
  DoubleDouble c = two_sum(b.hi, -0.5 * square.hi);
  double x1 = r.hi;
  double tail =
      x1 * square.hi *
      (1.0 / 3 +
       x1 * (-1.0 / 4 +
             x1 * (1.0 / 5 + x1 * (-1.0 / 6 + x1 * (1.0 / 7 + x1 * (-1.0 / 8 + x1 * (1.0 / 9)))))));
  double low =
      a.lo + b.lo + c.lo + k * kLn2Lo + entry.log.lo + r.lo - r.hi * r.lo - 0.5 * square.lo + tail;
  return fast_two_sum(c.hi, low);
}

double exp(double x) {
  if (!(x < 710)) return x + (is_nan(x) ? x : kInfinity);
  if (x < -746) return 0;
  int exponent;
  DoubleDouble y = exp_parts(x, 0, &exponent);
  return scale(y, exponent);
}

double exp2(double x) {
  if (!(x < 1024)) return x + (is_nan(x) ? x : kInfinity);
  if (x < -1076) return 0;
  double shifted = x * kEntries + kToInteger;
  double r = x - (shifted - kToInteger) / kEntries;
  int exponent;
  DoubleDouble y = exp_of_parts(static_cast<std::int32_t>(bits_of(shifted)), r * kLn2.hi,
                                r * kLn2.lo, &exponent);
  return scale(y, exponent);
}

double log(double x) {
  double result;
  return is_ordinary(x, &result) ? log_parts(x).hi : result;
}

double log2(double x) {
  double result;
  return is_ordinary(x, &result) ? (log_parts(x) * kOneOverLn2).hi : result;
}

// Of 2^n m as n log10(2) + log10(m), n kept away from cancelling.
double log10(double x) {
  double result;
  if (!is_ordinary(x, &result)) return x < 0 ? kNan : result;
  int n = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    n = -54;
  }
  n += static_cast<int>(bits_of(x) >> 52) - 1023;
  int negative = n < 0;
  std::uint64_t mantissa = bits_of(x) & ((std::uint64_t{1} << 52) - 1);
  double m = double_of(mantissa | (static_cast<std::uint64_t>(1023 - negative) << 52));
  double k = n + negative;
  double low = k * 3.69423907715893078616e-13 + 4.34294481903251816668e-01 * log(m);
  return low + k * 3.01029995663611771306e-01;
}

namespace {

enum class Parity { kNone, kEven, kOdd };  // kNone: no integer.

Parity parity_of(double y) {
  if (absolute(y) >= 0x1p53) return Parity::kEven;
  auto n = static_cast<std::int64_t>(y);
  if (static_cast<double>(n) != y) return Parity::kNone;
  return (n & 1) != 0 ? Parity::kOdd : Parity::kEven;
}

double positive_power(double x, double y) {
  if (x == 0) return y < 0 ? kInfinity : 0;
  if (x == kInfinity) return y < 0 ? 0 : kInfinity;
  if (x == 1) return 1;
  if (absolute(y) == kInfinity) return (x > 1) == (y > 0) ? kInfinity : 0;
  DoubleDouble l = log_parts(x);
  double estimate = y * l.hi;
  if (estimate > 711) return kInfinity;
  if (estimate < -747) return 0;
  DoubleDouble product = two_product(y, l.hi);
  int exponent;
  DoubleDouble power = exp_parts(product.hi, product.lo + y * l.lo, &exponent);
  return scale(power, exponent);
}

}  // namespace

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (is_nan(x) || is_nan(y)) return x + y;
  double magnitude = absolute(x);
  if (bits_of(x) >> 63 == 0) return positive_power(magnitude, y);
  Parity parity = parity_of(y);
  if (parity == Parity::kNone && magnitude != 0 && magnitude != kInfinity) return negative_nan();
  double power = positive_power(magnitude, y);
  return parity == Parity::kOdd ? -power : power;
}

double cbrt(double x) {
  double magnitude = absolute(x);
  if (!(magnitude > 0 && magnitude < kInfinity)) return x + x;
  DoubleDouble third = log_parts(magnitude) * kOneThird;
  int exponent;
  DoubleDouble root = exp_parts(third.hi, third.lo, &exponent);
  return with_sign(scale(root, exponent), x);
}

double hypot(double x, double y) {
  double a = absolute(x), b = absolute(y);
  if (a == kInfinity || b == kInfinity) return kInfinity;
  if (is_nan(a) || is_nan(b)) return x + y;
  if (a < b) {
    double t = a;
    a = b;
    b = t;
  }
  if (b <= a * 0x1p-60) return a + b;
  int exponent = 0;
  if (a < 0x1p-900) {
    a *= 0x1p100;
    b *= 0x1p100;
    exponent = -100;
  }
  int of_a = static_cast<int>(bits_of(a) >> 52) - 1023;
  // In two steps, as 2^-1023 is no normal number.
  double half_scale = power_of_2(-of_a / 2), rest_scale = power_of_2(-of_a - -of_a / 2);
  a = a * half_scale * rest_scale;
  b = b * half_scale * rest_scale;
  return scale(square_root(two_product(a, a) + two_product(b, b)), of_a + exponent);
}

}  // namespace bactrian::math
