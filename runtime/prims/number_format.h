// SPDX-License-Identifier: Apache-2.0
// C's printf for one number: "text %-+ #0width.precision{l,n,L}conversion text" → OCaml string.
//
//   parse_format()   the format → FormatSpec
//   int_format.cpp, float_format.cpp   spec and number → NumberText, the parts of its body
//   format_number()  all together → OCaml string, padded
//
// Why not snprintf: it would bring the whole of stdio into the wasm module, and this way text is
// the same on every platform. Not done: `*`, other conversions than numbers', locales.
#pragma once

#include <cstdint>

#include "runtime/heap/roots.h"
#include "runtime/value/value.h"

namespace bactrian {

struct FormatSpec {
  mlsize_t start = 0;  // The conversion is bytes [start, end) of the format.
  mlsize_t end = 0;
  bool left = false;       // -
  bool plus = false;       // +
  bool space = false;      // space
  bool alternate = false;  // #
  bool zero = false;       // 0
  std::int64_t width = 0;
  std::int64_t precision = -1;  // -1: none given.
  char conversion = 0;          // 0: the format has none and is literal text.

  bool upper() const { return conversion >= 'A' && conversion <= 'Z'; }
  char lower_conversion() const { return static_cast<char>(conversion | 0x20); }
};

FormatSpec parse_format(Value format);

// The text of a number without its padding, as pieces so that a precision of a million zeros needs
// no buffer. The characters live outside the heap and outlive format_number.
class NumberText {
 public:
  // Goes before the zeros of a padded number: sign, "0x".
  void prefix(char c) { prefix_[prefix_length_++] = c; }
  void text(const char* characters, std::int64_t length) { add({characters, length}); }
  void zeros(std::int64_t length) { add({nullptr, length}); }
  // As C: '-' if negative, else what the flags say.
  void sign(const FormatSpec& spec, bool negative);

 private:
  struct Piece {
    const char* characters;  // Null: zeros.
    std::int64_t length;
  };
  void add(Piece piece) {
    if (piece.length > 0) pieces_[piece_count_++] = piece;
  }

  int prefix_length_ = 0;
  int piece_count_ = 0;
  char prefix_[4];
  Piece pieces_[8];

  friend class NumberWriter;
};

// Raises Out_of_memory when the text is too long for a string. `format` is unused, and may be
// anything, when the spec did not come from parse_format.
Value format_number(Value format, const FormatSpec& spec, const NumberText& number);

}  // namespace bactrian
