// SPDX-License-Identifier: Apache-2.0
// Both directions work on plain long integers, because the general case of either needs them anyway
// and the usual numbers (exponents near 0) need only two or three words. See decimal.h.
#include "runtime/prims/decimal.h"

#include <bit>

#include "runtime/math/wide.h"

namespace bactrian {

namespace {

constexpr int kMantissaBits = 52;
constexpr int kMinExponent = -1074;  // Of a subnormal's last bit.

// ---- Double to decimal ------------------------------------------------------------------------

// A non-negative number in base 10^9, with words [first, last) and the point before word kRadix.
class Base1e9 {
 public:
  explicit Base1e9(std::uint64_t integer) : first_(kRadix), last_(kRadix) {
    for (; integer != 0; integer /= kBase)
      words_[--first_] = static_cast<std::uint32_t>(integer % kBase);
  }

  void shift_left(int count) {
    for (int step; count > 0; count -= step) {
      step = count < 29 ? count : 29;
      std::uint64_t carry = 0;
      for (int i = last_ - 1; i >= first_; i--) {
        carry += static_cast<std::uint64_t>(words_[i]) << step;
        words_[i] = static_cast<std::uint32_t>(carry % kBase);
        carry /= kBase;
      }
      if (carry != 0) words_[--first_] = static_cast<std::uint32_t>(carry);
    }
  }

  // Exact: 2^9 divides 10^9, so that what is shifted out of a word fits the next one.
  void shift_right(int count) {
    for (int step; count > 0; count -= step) {
      step = count < 9 ? count : 9;
      std::uint32_t mask = (1u << step) - 1;
      std::uint32_t scale = kBase >> step;
      std::uint32_t carry = 0;
      for (int i = first_; i < last_; i++) {
        std::uint32_t low = words_[i] & mask;
        words_[i] = (words_[i] >> step) + carry;
        carry = low * scale;
      }
      if (carry != 0) words_[last_++] = carry;
      if (words_[first_] == 0) first_++;
    }
  }

  void write(Decimal* out) const {
    int n = 0;
    for (int i = first_; i < last_; i++, n += 9) {
      std::uint32_t word = words_[i];
      for (int k = 8; k >= 0; k--, word /= 10)
        out->digits[n + k] = static_cast<char>('0' + word % 10);
    }
    int zeros = 0;
    while (out->digits[zeros] == '0') zeros++;
    while (out->digits[n - 1] == '0') n--;
    out->count = n - zeros;
    out->point = 9 * (kRadix - first_) - zeros;
    for (int i = 0; i < out->count; i++) out->digits[i] = out->digits[i + zeros];
  }

 private:
  static constexpr std::uint32_t kBase = 1000000000;
  static constexpr int kRadix = 36;           // 2^1024 has 35 words.
  static constexpr int kFractionWords = 120;  // 2^-1074 has 1074 digits.
  int first_, last_;
  std::uint32_t words_[kRadix + kFractionWords];
};

// ---- Decimal to double ------------------------------------------------------------------------

// A natural number of up to 4096 bits: 10^1131 and its double fit, which is as far as
// double_of_decimal goes.
class Natural {
 public:
  explicit Natural(std::uint32_t n) : size_(n != 0) { limbs_[0] = n; }
  Natural(const Natural&) = delete;
  Natural& operator=(const Natural&) = delete;

  void multiply_add(std::uint32_t factor, std::uint32_t addend) {
    std::uint64_t carry = addend;
    for (int i = 0; i < size_; i++) {
      carry += static_cast<std::uint64_t>(limbs_[i]) * factor;
      limbs_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs_[size_++] = static_cast<std::uint32_t>(carry);
  }

  void multiply_power_of_10(std::int64_t exponent) {
    for (; exponent >= 9; exponent -= 9) multiply_add(1000000000, 0);
    for (; exponent > 0; exponent--) multiply_add(10, 0);
  }

  int bit_length() const { return 32 * size_ - std::countl_zero(limbs_[size_ - 1]); }

  void shift_left(int count) {
    int limbs = count / 32;
    if (limbs != 0) {
      for (int i = size_ - 1; i >= 0; i--) limbs_[i + limbs] = limbs_[i];
      for (int i = 0; i < limbs; i++) limbs_[i] = 0;
      size_ += limbs;
    }
    multiply_add(1u << (count % 32), 0);
  }

  bool operator>=(const Natural& other) const {
    if (size_ != other.size_) return size_ > other.size_;
    for (int i = size_ - 1; i >= 0; i--)
      if (limbs_[i] != other.limbs_[i]) return limbs_[i] > other.limbs_[i];
    return true;
  }

  void operator-=(const Natural& other) {
    std::int64_t borrow = 0;
    for (int i = 0; i < size_; i++) {
      borrow += static_cast<std::int64_t>(limbs_[i]) - (i < other.size_ ? other.limbs_[i] : 0);
      limbs_[i] = static_cast<std::uint32_t>(borrow);
      borrow >>= 32;
    }
    while (size_ > 0 && limbs_[size_ - 1] == 0) size_--;
  }

  bool is_zero() const { return size_ == 0; }

 private:
  int size_;
  std::uint32_t limbs_[128];
};

// mantissa * 2^exponent, rounded once. `mantissa` has its highest bit set, and its lowest one too
// when anything below it was cut off.
double round_to_double(std::uint64_t mantissa, int exponent) {
  int dropped = 63 - kMantissaBits;
  if (exponent + dropped < kMinExponent) dropped = kMinExponent - exponent;
  if (dropped > 64) return 0;
  std::uint64_t kept = dropped == 64 ? 0 : mantissa >> dropped;
  std::uint64_t rest = dropped == 64 ? mantissa : mantissa << (64 - dropped);
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
  if (rest > kHalf || (rest == kHalf && (kept & 1) != 0)) kept++;
  // Adding, not joining: a carry out of the mantissa belongs in the exponent. A subnormal's
  // exponent field is 0, and a normal one's hidden bit adds the 1 that is missing here.
  auto field = static_cast<std::uint64_t>(exponent + dropped - kMinExponent);
  std::uint64_t result = (field << kMantissaBits) + kept;
  constexpr std::uint64_t kInfinity = std::uint64_t{0x7FF} << kMantissaBits;
  return std::bit_cast<double>(field > 0x7FE || result > kInfinity ? kInfinity : result);
}

// Both factors exact, so that the one operation rounds correctly.
double tiny_decimal(std::uint64_t digits, std::int64_t exponent) {
  double power = 1;
  for (std::int64_t i = exponent < 0 ? -exponent : exponent; i > 0; i--) power *= 10;
  auto d = static_cast<double>(digits);
  return exponent < 0 ? d / power : d * power;
}

// 5^27 fits 63 bits, so that digits * 5^exponent is exact in 128, and the quotient by it is a
// division of single words.
constexpr std::int64_t kSmallExponent = 27;

double small_decimal(std::uint64_t digits, std::int64_t exponent) {
  std::uint64_t power = 1, mantissa;
  for (std::int64_t i = exponent < 0 ? -exponent : exponent; i > 0; i--) power *= 5;
  auto binary_exponent = static_cast<int>(exponent);
  bool exact;
  if (exponent >= 0) {
    std::uint64_t high = multiply_high(digits, power), low = digits * power;
    int zeros = std::countl_zero(high);
    mantissa = low;
    exact = true;
    if (zeros < 64) {
      mantissa = zeros == 0 ? high : (high << zeros) | (low >> (64 - zeros));
      exact = (low << zeros) == 0;
      binary_exponent += 64 - zeros;
    }
    zeros = std::countl_zero(mantissa);
    mantissa <<= zeros;
    binary_exponent -= zeros;
  } else {
    mantissa = digits / power;
    std::uint64_t rest = digits % power;
    for (; mantissa >> 63 == 0; binary_exponent--) {
      rest <<= 1;
      mantissa <<= 1;
      if (rest >= power) {
        rest -= power;
        mantissa |= 1;
      }
    }
    exact = rest == 0;
  }
  return round_to_double(exact ? mantissa : mantissa | 1, binary_exponent);
}

}  // namespace

void decimal_of_double(double d, Decimal* out) {
  auto word = std::bit_cast<std::uint64_t>(d);
  std::uint64_t mantissa = word & ((std::uint64_t{1} << kMantissaBits) - 1);
  int field = static_cast<int>(word >> kMantissaBits) & 0x7FF;
  if (field != 0) mantissa |= std::uint64_t{1} << kMantissaBits;
  if (mantissa == 0) return out->set_zero();
  int zeros = std::countr_zero(mantissa);
  int exponent = (field == 0 ? 0 : field - 1) + kMinExponent + zeros;
  Base1e9 number(mantissa >> zeros);
  if (exponent > 0)
    number.shift_left(exponent);
  else
    number.shift_right(-exponent);
  number.write(out);
}

void round_decimal(Decimal* decimal, std::int64_t kept) {
  if (kept >= decimal->count) return;
  if (kept < 0) return decimal->set_zero();
  char* digits = decimal->digits;
  auto n = static_cast<int>(kept);
  bool up = digits[n] > '5' ||
            (digits[n] == '5' && (n + 1 < decimal->count || (n > 0 && (digits[n - 1] & 1) != 0)));
  if (up) {
    while (n > 0 && digits[n - 1] == '9') n--;
    if (n == 0) {
      digits[0] = '0';
      decimal->point++;
      n = 1;
    }
    digits[n - 1]++;
  } else {
    while (n > 0 && digits[n - 1] == '0') n--;
    if (n == 0) return decimal->set_zero();
  }
  decimal->count = n;
}

double double_of_decimal(const Decimal& decimal) {
  const char* digits = decimal.digits;
  int count = decimal.count;
  while (count > 0 && digits[count - 1] == '0') count--;
  if (count == 0 || decimal.point < -330) return 0;
  if (decimal.point > 310) return __builtin_inf();
  std::int64_t exponent = decimal.point - count;  // Of the last digit.

  std::int64_t magnitude = exponent < 0 ? -exponent : exponent;
  if (count <= 19 && magnitude <= kSmallExponent) {
    std::uint64_t number = 0;
    for (int i = 0; i < count; i++) number = number * 10 + static_cast<unsigned>(digits[i] - '0');
    return count <= 15 && magnitude <= 22 ? tiny_decimal(number, exponent)
                                          : small_decimal(number, exponent);
  }

  Natural numerator(0);
  for (int i = 0; i < count; i++)
    numerator.multiply_add(10, static_cast<std::uint32_t>(digits[i] - '0'));
  Natural denominator(1);
  if (exponent >= 0)
    numerator.multiply_power_of_10(exponent);
  else
    denominator.multiply_power_of_10(-exponent);

  // Make both equally long, so that their ratio is in (1/2, 2), and divide bit by bit until the
  // quotient fills 64 bits.
  int shift = denominator.bit_length() - numerator.bit_length();
  if (shift > 0)
    numerator.shift_left(shift);
  else
    denominator.shift_left(-shift);
  std::uint64_t quotient = 0;
  int binary_exponent = -shift + 1;
  for (; (quotient >> 63) == 0; binary_exponent--) {
    quotient <<= 1;
    if (numerator >= denominator) {
      numerator -= denominator;
      quotient |= 1;
    }
    numerator.multiply_add(2, 0);
  }
  return round_to_double(numerator.is_zero() ? quotient : quotient | 1, binary_exponent);
}

}  // namespace bactrian
