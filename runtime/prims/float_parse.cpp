// SPDX-License-Identifier: Apache-2.0
// caml_float_of_string: what C's strtod reads, to the end of the string and without underscores,
// and hexadecimal floats as OCaml reads them. Every result is correctly rounded, but for
// hexadecimal subnormals, which OCaml rounds twice, and so does this.
#include <cmath>

#include "runtime/prims/decimal.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

constexpr std::int64_t kSaturated = INT32_MAX;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit_of(char c) {
  if (is_digit(c)) return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// A string's characters without its underscores. Never allocates, so it may hold the address.
class Reader {
 public:
  explicit Reader(Value s) : next_(String_val(s)), end_(next_ + caml_string_length(s)) { skip(); }

  bool at_end() const { return next_ == end_; }
  char peek() const { return at_end() ? '\0' : *next_; }
  void advance() {
    next_++;
    skip();
  }
  bool accept(char c) {
    if (at_end() || *next_ != c) return false;
    advance();
    return true;
  }
  bool accept_letter(char lower) {
    if ((peek() | 0x20) != lower) return false;
    advance();
    return true;
  }
  // All of `lower`, in any case, or nothing.
  bool accept_word(const char* lower) {
    Reader start = *this;
    for (; *lower != 0; lower++) {
      if (!accept_letter(*lower)) {
        *this = start;
        return false;
      }
    }
    return true;
  }
  void skip_spaces() {
    while (peek() == ' ' || (peek() >= '\t' && peek() <= '\r')) advance();
  }
  // A '-' or '+': true for the former.
  bool accept_sign() {
    if (accept('-')) return true;
    accept('+');
    return false;
  }

 private:
  void skip() {
    while (next_ != end_ && *next_ == '_') next_++;
  }
  const char* next_;
  const char* end_;
};

// Signed decimal digits up to the end; saturates. False if there is none, or anything else.
bool read_exponent(Reader* in, std::int64_t* exponent) {
  bool negative = in->accept_sign();
  if (!is_digit(in->peek())) return false;
  std::int64_t n = 0;
  for (; is_digit(in->peek()); in->advance())
    if (n < kSaturated) n = n * 10 + (in->peek() - '0');
  if (n > kSaturated) n = kSaturated;
  *exponent = negative ? -n : n;
  return in->at_end();
}

bool read_decimal(Reader in, double* result) {
  Decimal decimal;
  bool any_digit = false, seen_point = false, sticky = false;
  for (;; in.advance()) {
    char c = in.peek();
    if (c == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    if (!is_digit(c)) break;
    any_digit = true;
    if (decimal.count == 0 && c == '0') {
      decimal.point -= seen_point;
      continue;
    }
    decimal.point += !seen_point;
    if (decimal.count < kMaxParsedDigits)
      decimal.digits[decimal.count++] = c;
    else
      sticky |= c != '0';
  }
  if (!any_digit) return false;
  if (sticky) decimal.digits[decimal.count++] = '1';
  if (!in.at_end()) {
    std::int64_t exponent;
    if (!in.accept_letter('e') || !read_exponent(&in, &exponent)) return false;
    decimal.point += exponent;
  }
  *result = double_of_decimal(decimal);
  return true;
}

// The digits' first 60 bits, the last of which stands for all that follow, then the exponent.
bool read_hexadecimal(Reader in, double* result) {
  std::int64_t mantissa = 0, exponent = 0, scale = 0;
  int mantissa_bits = 0;
  bool any_digit = false, seen_point = false;
  for (; !in.at_end(); in.advance()) {
    char c = in.peek();
    if (c == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    int digit = hex_digit_of(c);
    if (digit < 0) break;
    any_digit = true;
    if (seen_point) scale -= 4;
    if (mantissa_bits < 60) {
      mantissa = mantissa * 16 + digit;
      if (mantissa != 0) mantissa_bits += 4;
    } else {
      mantissa |= digit != 0;
      scale += 4;
    }
  }
  if (!any_digit) return false;
  if (!in.at_end()) {
    if (!in.accept_letter('p')) return false;
    in.skip_spaces();
    if (!read_exponent(&in, &exponent)) return false;
  }
  exponent += scale;
  if (exponent > kSaturated) exponent = kSaturated;
  if (exponent < -kSaturated) exponent = -kSaturated;
  *result = std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
  return true;
}

// "nan", or "nan(characters)" as C has it.
bool read_nan(Reader in, double* result) {
  if (!in.accept_word("nan")) return false;
  *result = __builtin_nan("");
  if (!in.accept('(')) return in.at_end();
  while (!in.at_end() && in.peek() != ')') {
    char c = in.peek();
    bool alphanumeric = is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    if (!alphanumeric) return false;
    in.advance();
  }
  return in.accept(')') && in.at_end();
}

bool read_infinity(Reader in, double* result) {
  if (!in.accept_word("inf")) return false;
  *result = __builtin_inf();
  in.accept_word("inity");
  return in.at_end();
}

bool read_float(Reader in, double* result) {
  in.skip_spaces();
  bool negative = in.accept_sign();
  Reader number = in;
  bool ok = number.accept('0') && number.accept_letter('x')
                ? read_hexadecimal(number, result)
                : read_nan(in, result) || read_infinity(in, result) || read_decimal(in, result);
  if (negative) *result = -*result;
  return ok;
}

}  // namespace

Value caml_float_of_string(Value text) {
  double d = 0;
  if (!read_float(Reader(text), &d)) return caml_failwith("float_of_string");
  return caml_copy_double(d);
}

}  // namespace bactrian
