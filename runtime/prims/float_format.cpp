// SPDX-License-Identifier: Apache-2.0
// Floats as text, exactly as C's printf writes them (%f %e %g %a with all flags), and OCaml's %h.
// Digits come from decimal.h, padding from number_format.h.
#include <bit>

#include "runtime/prims/decimal.h"
#include "runtime/prims/number_format.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

// "e+05", "p-1022": at least `least_digits` digits. Lives as long as the NumberText that uses it.
class ExponentText {
 public:
  void set(char letter, std::int64_t exponent, int least_digits) {
    std::int64_t n = exponent < 0 ? -exponent : exponent;
    for (; n != 0 || least_digits > 0; n /= 10, least_digits--)
      *--start_ = static_cast<char>('0' + n % 10);
    *--start_ = exponent < 0 ? '-' : '+';
    *--start_ = letter;
  }
  void append_to(NumberText* text) const { text->text(start_, buffer_ + sizeof buffer_ - start_); }

 private:
  char buffer_[8];
  char* start_ = buffer_ + sizeof buffer_;
};

// [from, to) of the digits, which zeros continue without end on the right.
void append_digits(NumberText* text, const Decimal& decimal, std::int64_t from, std::int64_t to) {
  std::int64_t known = to < decimal.count ? to : decimal.count;
  if (from < known) text->text(decimal.digits + from, known - from);
  text->zeros(to - (from > known ? from : known));
}

void append_fixed(NumberText* text, const Decimal& decimal, std::int64_t fraction, bool point) {
  if (decimal.point > 0)
    append_digits(text, decimal, 0, decimal.point);
  else
    text->zeros(1);
  if (fraction > 0 || point) text->text(".", 1);
  std::int64_t zeros = decimal.point < 0 ? -decimal.point : 0;
  if (zeros > fraction) zeros = fraction;
  text->zeros(zeros);
  std::int64_t from = decimal.point > 0 ? decimal.point : 0;
  append_digits(text, decimal, from, from + fraction - zeros);
}

void append_exponential(NumberText* text, const Decimal& decimal, std::int64_t fraction, bool point,
                        ExponentText* exponent, char letter) {
  append_digits(text, decimal, 0, 1);
  if (fraction > 0 || point) text->text(".", 1);
  append_digits(text, decimal, 1, 1 + fraction);
  exponent->set(letter, decimal.point - 1, 2);
  exponent->append_to(text);
}

// %g: the shorter of both, without the fraction's trailing zeros unless '#' asks for them.
void append_general(NumberText* text, Decimal* decimal, const FormatSpec& spec,
                    ExponentText* exponent) {
  std::int64_t significant = spec.precision == 0 ? 1 : spec.precision;
  round_decimal(decimal, significant);
  if (!spec.alternate) significant = decimal->count;
  std::int64_t point = decimal->point;
  std::int64_t limit = spec.precision == 0 ? 1 : spec.precision;
  if (point > -4 && point <= limit) {
    append_fixed(text, *decimal, significant > point ? significant - point : 0, spec.alternate);
  } else {
    append_exponential(text, *decimal, significant - 1, spec.alternate, exponent,
                       spec.upper() ? 'E' : 'e');
  }
}

Value format_decimal(Value format, FormatSpec spec, NumberText text, double d) {
  if (spec.precision < 0) spec.precision = 6;
  Decimal decimal;
  ExponentText exponent;
  decimal_of_double(d, &decimal);
  switch (spec.lower_conversion()) {
    case 'f':
      round_decimal(&decimal, decimal.point + spec.precision);
      append_fixed(&text, decimal, spec.precision, spec.alternate);
      break;
    case 'e':
      round_decimal(&decimal, spec.precision + 1);
      append_exponential(&text, decimal, spec.precision, spec.alternate, &exponent,
                         spec.conversion);
      break;
    default: append_general(&text, &decimal, spec, &exponent);
  }
  return format_number(format, spec, text);
}

// The number as 0xh.hhhp±d. No precision: as many digits as it takes.
Value format_hexadecimal(Value format, const FormatSpec& spec, NumberText text, double d) {
  constexpr int kDigits = 13;
  constexpr std::uint64_t kOne = std::uint64_t{1} << (4 * kDigits);
  auto word = std::bit_cast<std::uint64_t>(d);
  int exponent = static_cast<int>(word >> 52) & 0x7FF;
  std::uint64_t mantissa = word & (kOne - 1);
  if (exponent != 0) {
    mantissa |= kOne;
    exponent -= 1023;
  } else if (mantissa != 0) {
    exponent = -1022;
  }
  std::int64_t precision = spec.precision;
  if (precision >= 0 && precision < kDigits) {
    std::uint64_t unit = kOne >> (4 * precision);
    std::uint64_t rest = mantissa & (unit - 1);
    mantissa -= rest;
    if (rest > unit / 2 || (rest == unit / 2 && (mantissa & unit) != 0)) mantissa += unit;
  }

  char digits[1 + kDigits];
  int count = 0;  // Up to the last digit that is not 0, the leading one included.
  for (int i = 0; i <= kDigits; i++) {
    auto digit = static_cast<int>(mantissa >> (4 * (kDigits - i))) & 15;
    digits[i] =
        static_cast<char>(digit < 10 ? '0' + digit : (spec.upper() ? 'A' : 'a') + digit - 10);
    if (digit != 0 || i == 0) count = i + 1;
  }
  if (precision < 0) precision = count - 1;
  if (precision < count - 1) count = static_cast<int>(precision) + 1;
  text.prefix('0');
  text.prefix(spec.upper() ? 'X' : 'x');
  text.text(digits, 1);
  if (precision > 0 || spec.alternate) text.text(".", 1);
  text.text(digits + 1, count - 1);
  text.zeros(precision - (count - 1));
  ExponentText exponent_text;
  exponent_text.set(spec.upper() ? 'P' : 'p', exponent, 1);
  exponent_text.append_to(&text);
  return format_number(format, spec, text);
}

bool is_finite(double d) { return d - d == 0; }

}  // namespace

Value caml_format_float(Value format, Value number) {
  double d = Double_val(number);
  FormatSpec spec = parse_format(format);
  NumberText text;
  if (spec.conversion == 0) return format_number(format, spec, text);
  text.sign(spec, std::bit_cast<std::int64_t>(d) < 0);
  if (!is_finite(d)) {
    spec.zero = false;
    text.text(spec.upper() ? (d != d ? "NAN" : "INF") : (d != d ? "nan" : "inf"), 3);
    return format_number(format, spec, text);
  }
  if (spec.lower_conversion() == 'a') return format_hexadecimal(format, spec, text, d);
  return format_decimal(format, spec, text, d);
}

// %h: `precision` negative for none, `style` the character '+', ' ' or '-'.
Value caml_hexstring_of_float(Value number, Value precision, Value style) {
  double d = Double_val(number);
  FormatSpec spec;
  spec.conversion = 'a';
  spec.plus = Int_val(style) == '+';
  spec.space = Int_val(style) == ' ';
  intnat digits = Long_val(precision);
  spec.precision = digits < 0 ? -1 : digits;
  NumberText text;
  text.sign(spec, std::bit_cast<std::int64_t>(d) < 0);
  if (is_finite(d)) return format_hexadecimal(Val_unit, spec, text, d);
  if (d != d)
    text.text("nan", 3);
  else
    text.text("infinity", 8);
  return format_number(Val_unit, spec, text);
}

}  // namespace bactrian
