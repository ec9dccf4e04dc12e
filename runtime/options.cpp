// SPDX-License-Identifier: Apache-2.0
// The one parser of options. Numbers may be hexadecimal and may end in k, M or G (powers of 1024),
// as in OCAMLRUNPARAM.
#include "runtime/options.h"

#include <cstdlib>
#include <cstring>
#include <optional>

namespace bactrian {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

std::optional<std::size_t> parse_size(std::string_view text) {
  unsigned base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  if (text.empty()) return std::nullopt;
  std::size_t n = 0;
  std::size_t i = 0;
  for (; i < text.size() && digit_of(text[i]) < static_cast<int>(base); i++)
    n = n * base + static_cast<std::size_t>(digit_of(text[i]));
  if (i == 0) return std::nullopt;
  if (i == text.size()) return n;
  switch (text[i]) {
    case 'k': return n << 10;
    case 'M': return n << 20;
    case 'G': return n << 30;
    default: return std::nullopt;
  }
}

bool set(bool& field, std::string_view value) {
  if (value.empty() || value == "1" || value == "true" || value == "on") return field = true;
  field = false;
  return value == "0" || value == "false" || value == "off";
}

bool set(std::size_t& field, std::string_view value) {
  if (value.empty()) {
    field = 1;
    return true;
  }
  auto n = parse_size(value);
  if (n) field = *n;
  return n.has_value();
}

// A copy, which lives as long as the instance.
bool set(const char*& field, std::string_view value) {
  auto* copy = static_cast<char*>(std::malloc(value.size() + 1));
  if (copy == nullptr) return false;
  std::memcpy(copy, value.data(), value.size());
  copy[value.size()] = 0;
  field = copy;
  return !value.empty();
}

void set_by_letter(char c, std::string_view value) {
#define OPTION(type, field, name, letter, initial, help) \
  if (letter != 0 && c == letter) set(options().field, value);
#include "runtime/options.def"
#undef OPTION
}

template <class F>
void for_each_piece(std::string_view list, F f) {
  while (!list.empty()) {
    std::size_t comma = list.find(',');
    std::string_view piece = list.substr(0, comma);
    list = comma == list.npos ? std::string_view() : list.substr(comma + 1);
    if (!piece.empty() && !f(piece)) return;
  }
}

}  // namespace

Options& options() {
  static Options instance;
  return instance;
}

void parse_ocamlrunparam(std::string_view text) {
  for_each_piece(text, [](std::string_view piece) {
    std::string_view value = piece.substr(1);
    if (value.starts_with("=")) value.remove_prefix(1);
    set_by_letter(piece[0], value);
    return true;
  });
}

bool parse_option(std::string_view name_and_value) {
  std::size_t equals = name_and_value.find('=');
  std::string_view key = name_and_value.substr(0, equals);
  std::string_view value =
      equals == key.npos ? std::string_view() : name_and_value.substr(equals + 1);
  if (equals != name_and_value.npos && value.empty()) return false;
#define OPTION(type, field, name, letter, initial, help) \
  if (key == name) return set(options().field, value);
#include "runtime/options.def"
#undef OPTION
  return false;
}

std::string_view parse_options(std::string_view list) {
  std::string_view bad;
  for_each_piece(list, [&](std::string_view piece) {
    if (parse_option(piece)) return true;
    bad = piece;
    return false;
  });
  return bad;
}

}  // namespace bactrian
