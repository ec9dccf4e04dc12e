// SPDX-License-Identifier: Apache-2.0
// Integers as text: caml_format_int and its likes, for every flag of C's printf, and the parsing of
// integer literals (sign, 0x 0o 0b 0u, underscores) with OCaml's limits. Both work on 64 bits with
// the type's width as a parameter.
#include "runtime/prims/number_format.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

// OCaml's runtime copies the format to a buffer of 32 bytes, with up to one letter more.
constexpr mlsize_t kFormatLimit = 32;

unsigned base_of(const FormatSpec& spec) {
  switch (spec.lower_conversion()) {
    case 'x': return 16;
    case 'o': return 8;
    default: return 10;
  }
}

bool is_signed(const FormatSpec& spec) { return spec.conversion == 'd' || spec.conversion == 'i'; }

// "%d", which is string_of_int: no need to look at the format, nor to divide by a variable.
Value plain_decimal(std::int64_t n) {
  char buffer[24];
  char* end = buffer + sizeof buffer;
  char* p = end;
  auto magnitude = static_cast<std::uint64_t>(n);
  if (n < 0) magnitude = 0 - magnitude;
  for (; magnitude >> 32 != 0; magnitude /= 10) *--p = static_cast<char>('0' + magnitude % 10);
  auto rest = static_cast<std::uint32_t>(magnitude);
  do *--p = static_cast<char>('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (n < 0) *--p = '-';
  return caml_alloc_initialized_string(static_cast<mlsize_t>(end - p), p);
}

// `n` is sign-extended; `width` is what an unsigned conversion sees of it.
Value format_int(Value format, std::int64_t n, int width, mlsize_t length_letters) {
  mlsize_t length = caml_string_length(format);
  const char* characters = String_val(format);
  if (length == 2 && characters[0] == '%' && characters[1] == 'd') return plain_decimal(n);
  if (length + length_letters + 1 >= kFormatLimit)
    return caml_invalid_argument("format_int: format too long");
  FormatSpec spec = parse_format(format);
  NumberText text;
  auto magnitude = static_cast<std::uint64_t>(n);
  unsigned base = base_of(spec);
  if (is_signed(spec)) {
    if (n < 0) magnitude = 0 - magnitude;
    text.sign(spec, n < 0);
  } else {
    magnitude &= ~std::uint64_t{0} >> (64 - width);
    if (base == 16 && spec.alternate && magnitude != 0) {
      text.prefix('0');
      text.prefix(spec.conversion);
    }
  }

  char buffer[24];
  char* end = buffer + sizeof buffer;
  char* p = end;
  for (; magnitude != 0; magnitude /= base) {
    auto digit = static_cast<unsigned>(magnitude % base);
    *--p = static_cast<char>(digit < 10 ? '0' + digit : (spec.upper() ? 'A' : 'a') + digit - 10);
  }
  std::int64_t least_digits = spec.precision >= 0 ? spec.precision : 1;
  if (spec.precision >= 0) spec.zero = false;
  if (base == 8 && spec.alternate && least_digits <= end - p) least_digits = end - p + 1;
  text.zeros(least_digits - (end - p));
  text.text(p, end - p);
  if (spec.conversion == 0) text = NumberText();
  return format_number(format, spec, text);
}

// ---- Parsing ----------------------------------------------------------------------------------

int digit_of(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return 16;
}

// The number in its low `width` bits, sign-extended from 64; false if it is no literal of that
// width. Decimal literals are signed; those with a base, or 0u, go up to 2^width - 1.
bool parse_int(Value literal, int width, std::int64_t* result) {
  // The byte after a string's last one is 0 and belongs to it: it ends every loop.
  const auto* p = Bytes_val(literal);
  const unsigned char* end = p + caml_string_length(literal);
  bool negative = *p == '-';
  if (*p == '-' || *p == '+') p++;
  int base = 10;
  bool is_unsigned = false;
  if (*p == '0') {
    is_unsigned = true;
    switch (p[1] | 0x20) {
      case 'x': base = 16; break;
      case 'o': base = 8; break;
      case 'b': base = 2; break;
      case 'u': break;
      default: is_unsigned = false;
    }
    if (is_unsigned) p += 2;
  }
  if (digit_of(*p) >= base) return false;  // In particular '_'.
  std::uint64_t n = 0;
  for (; digit_of(*p) < base || *p == '_'; p++) {
    if (*p == '_') continue;
    if (__builtin_mul_overflow(n, static_cast<std::uint64_t>(base), &n) ||
        __builtin_add_overflow(n, static_cast<std::uint64_t>(digit_of(*p)), &n))
      return false;
  }
  if (p != end) return false;
  std::uint64_t half = std::uint64_t{1} << (width - 1);
  std::uint64_t limit = is_unsigned ? half - 1 + half : negative ? half : half - 1;
  if (n > limit) return false;
  *result = static_cast<std::int64_t>(negative ? 0 - n : n);
  return true;
}

}  // namespace

// The last argument: how many letters OCaml's runtime adds to the format for C.
Value caml_format_int(Value format, Value n) { return format_int(format, Long_val(n), 63, 1); }
Value caml_int32_format(Value format, Value n) { return format_int(format, Int32_val(n), 32, 0); }
Value caml_int64_format(Value format, Value n) { return format_int(format, Int64_val(n), 64, 1); }
Value caml_nativeint_format(Value format, Value n) {
  return format_int(format, Nativeint_val(n), 64, 1);
}

Value caml_int_of_string(Value literal) {
  std::int64_t n;
  if (!parse_int(literal, 63, &n)) return caml_failwith("int_of_string");
  return Val_long(n);
}
Value caml_int32_of_string(Value literal) {
  std::int64_t n;
  if (!parse_int(literal, 32, &n)) return caml_failwith("Int32.of_string");
  return caml_copy_int32(static_cast<std::int32_t>(n));
}
Value caml_int64_of_string(Value literal) {
  std::int64_t n;
  if (!parse_int(literal, 64, &n)) return caml_failwith("Int64.of_string");
  return caml_copy_int64(n);
}
Value caml_nativeint_of_string(Value literal) {
  std::int64_t n;
  if (!parse_int(literal, 64, &n)) return caml_failwith("Nativeint.of_string");
  return caml_copy_nativeint(n);
}

}  // namespace bactrian
