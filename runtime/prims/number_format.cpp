// SPDX-License-Identifier: Apache-2.0
// Parsing of one printf conversion and padding of its result: see number_format.h.
#include "runtime/prims/number_format.h"

#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/sizes.h"

namespace bactrian {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits from *at on. Saturates far above what fits in memory.
std::int64_t parse_count(const char* text, mlsize_t length, mlsize_t* at) {
  std::int64_t n = 0;
  for (; *at < length && is_digit(text[*at]); ++*at)
    if (n < std::int64_t{1} << 40) n = n * 10 + (text[*at] - '0');
  return n;
}

bool parse_flag(FormatSpec* spec, char c) {
  switch (c) {
    case '-': return spec->left = true;
    case '+': return spec->plus = true;
    case ' ': return spec->space = true;
    case '#': return spec->alternate = true;
    case '0': return spec->zero = true;
    case '\'': return true;  // Thousands' separators: none in the C locale.
    default: return false;
  }
}

}  // namespace

FormatSpec parse_format(Value format) {
  const char* text = String_val(format);
  mlsize_t length = caml_string_length(format);
  FormatSpec spec;
  mlsize_t i = 0;
  for (; i < length && !(text[i] == '%' && !(i + 1 < length && text[i + 1] == '%')); i++)
    if (text[i] == '%') i++;
  spec.start = i++;
  while (i < length && parse_flag(&spec, text[i])) i++;
  if (i < length) spec.width = parse_count(text, length, &i);
  if (i < length && text[i] == '.') spec.precision = parse_count(text, length, &++i);
  while (i + 1 < length && (text[i] == 'l' || text[i] == 'n' || text[i] == 'L')) i++;
  if (i < length) {
    spec.conversion = text[i];
    spec.end = i + 1;
  } else {
    spec.start = spec.end = length;
  }
  return spec;
}

void NumberText::sign(const FormatSpec& spec, bool negative) {
  if (negative)
    prefix('-');
  else if (spec.plus)
    prefix('+');
  else if (spec.space)
    prefix(' ');
}

// Runs twice over the same text: once to count, with no destination, and once to write.
class NumberWriter {
 public:
  explicit NumberWriter(char* destination) : destination_(destination) {}
  std::int64_t length() const { return length_; }

  void write(const char* format, mlsize_t format_length, const FormatSpec& spec,
             const NumberText& number) {
    literal(format, 0, spec.start);
    std::int64_t body = number.prefix_length_;
    for (int i = 0; i < number.piece_count_; i++) body += number.pieces_[i].length;
    std::int64_t padding = spec.width > body ? spec.width - body : 0;
    if (!spec.left && !spec.zero) repeat(' ', padding);
    copy(number.prefix_, number.prefix_length_);
    if (!spec.left && spec.zero) repeat('0', padding);
    for (int i = 0; i < number.piece_count_; i++) {
      const NumberText::Piece& piece = number.pieces_[i];
      if (piece.characters != nullptr)
        copy(piece.characters, piece.length);
      else
        repeat('0', piece.length);
    }
    if (spec.left) repeat(' ', padding);
    literal(format, spec.end, format_length);
  }

 private:
  void copy(const char* from, std::int64_t count) {
    if (destination_ != nullptr)
      std::memcpy(destination_ + length_, from, static_cast<std::size_t>(count));
    length_ += count;
  }
  void repeat(char c, std::int64_t count) {
    if (destination_ != nullptr)
      std::memset(destination_ + length_, c, static_cast<std::size_t>(count));
    length_ += count;
  }
  void literal(const char* format, mlsize_t from, mlsize_t to) {
    for (mlsize_t i = from; i < to; i++) {
      copy(&format[i], 1);
      if (format[i] == '%') i++;  // "%%"
    }
  }

  char* destination_;
  std::int64_t length_ = 0;
};

Value format_number(Value format, const FormatSpec& spec, const NumberText& number) {
  mlsize_t format_length = spec.end == 0 ? 0 : caml_string_length(format);
  NumberWriter counter(nullptr);
  counter.write(String_val(format), format_length, spec, number);
  std::int64_t length = counter.length();
  // C's limit for what printf returns, and OCaml's answer to it.
  if (length > INT32_MAX) return caml_raise_out_of_memory();
  Root rooted_format(format);
  Value result = caml_alloc_string(static_cast<mlsize_t>(length));
  if (result == kNoValue) return kNoValue;
  NumberWriter(String_val(result)).write(String_val(rooted_format), format_length, spec, number);
  return result;
}

}  // namespace bactrian
