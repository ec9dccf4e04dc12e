// SPDX-License-Identifier: Apache-2.0
// Makes small bytecode executables in memory, so that tests of the image reader, the verifier and
// the load step need no file.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/image.h"
#include "runtime/bytecode/opcodes.h"

namespace bactrian {

using Words = std::vector<opcode_t>;

inline Bytes bytes_of(const std::string& s) {
  return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()};
}
inline std::string bytes_of_words(const Words& words) {
  return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(opcode_t)};
}
inline std::string big_endian_32(std::uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
          static_cast<char>(n)};
}

// Global data as ocamlc writes it: the twelve predefined exceptions, then `extra` zeros.
inline std::string marshalled_globals(unsigned extra = 4) {
  constexpr unsigned kExnCount = 12;
  auto block = [](std::uint32_t wosize, unsigned tag) {
    return '\x08' + big_endian_32(wosize << 10 | tag);
  };
  std::string data = block(kExnCount + extra, 0);
  for (unsigned i = 0; i < kExnCount; i++) {
    std::string name = "Exn" + std::to_string(i);
    data += block(2, 248) + static_cast<char>(0x20 + name.size()) + name;
    data += std::string("\0", 1) + static_cast<char>(-1 - static_cast<int>(i));
  }
  for (unsigned i = 0; i < extra; i++) data += '\x40';
  std::string header = "\x84\x95\xA6\xBE";
  std::uint32_t words = 1 + kExnCount + extra + kExnCount * 5;
  return header + big_endian_32(static_cast<std::uint32_t>(data.size())) +
         big_endian_32(1 + 2 * kExnCount) + big_endian_32(words) + big_endian_32(words) + data;
}

class ImageBuilder {
 public:
  explicit ImageBuilder(std::string launcher = "") : file_(std::move(launcher)) {}

  ImageBuilder& section(std::string_view name, std::string_view bytes) {
    file_ += bytes;
    toc_ += name;
    toc_ += big_endian_32(static_cast<std::uint32_t>(bytes.size()));
    section_count_++;
    return *this;
  }
  // CODE, PRIM (separated by spaces here) and DATA.
  ImageBuilder& program(const Words& code, std::string prims = "") {
    if (!prims.empty()) prims += ' ';
    for (char& c : prims)
      if (c == ' ') c = '\0';
    return section("CODE", bytes_of_words(code))
        .section("PRIM", prims)
        .section("DATA", marshalled_globals());
  }
  std::string finish(std::string_view magic = "Caml1999X035") const {
    return file_ + toc_ + big_endian_32(section_count_) + std::string(magic);
  }

 private:
  std::string file_, toc_;
  std::uint32_t section_count_ = 0;
};

}  // namespace bactrian
