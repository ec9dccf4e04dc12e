// SPDX-License-Identifier: Apache-2.0
// The byte streams of Marshal, as custom operations and the reader and writer see them.
//
// Serializer: bytes → a list of malloc'ed chunks. It never allocates in the OCaml heap. When memory
//   runs out it drops what follows and `failed` stays set.
// Deserializer: a span of bytes → numbers. Reading past the end yields zeros and sets `failed`, so
//   that callers check once. A `deserialize` operation must not write more than `capacity` bytes to
//   its destination, must not allocate in the OCaml heap, and returns kBadCustom on bad data.
// Numbers are big-endian in both; the last word on what a message is belongs to intern and extern.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr uintnat kBadCustom = ~uintnat{0};

struct Serializer {
  struct Chunk {
    Chunk* next;
    std::size_t byte_size;  // Set when the chunk is closed.
    char data[1];
  };

  Serializer() = default;
  ~Serializer();
  Serializer(const Serializer&) = delete;
  Serializer& operator=(const Serializer&) = delete;

  // `size` contiguous bytes to be filled by the caller; null when memory is gone.
  char* reserve(std::size_t size) {
    if (size <= static_cast<std::size_t>(limit - next)) {
      char* p = next;
      next += size;
      return p;
    }
    return grow(size);
  }
  void big_endian(std::uint64_t n, unsigned byte_count);
  void int_1(int n) { big_endian(static_cast<std::uint64_t>(n), 1); }
  void int_2(int n) { big_endian(static_cast<std::uint64_t>(n), 2); }
  void int_4(std::int32_t n) { big_endian(static_cast<std::uint64_t>(n), 4); }
  void int_8(std::int64_t n) { big_endian(static_cast<std::uint64_t>(n), 8); }
  void float_4(float f) { int_4(std::bit_cast<std::int32_t>(f)); }
  void float_8(double d) { block_1(&d, 8); }
  void block_1(const void* data, std::size_t count);
  // `count` numbers of `width` bytes (2, 4 or 8), in memory in the machine's order.
  void block(const void* data, std::size_t count, unsigned width);
  void block_2(const void* data, std::size_t count) { block(data, count, 2); }
  void block_4(const void* data, std::size_t count) { block(data, count, 4); }
  void block_8(const void* data, std::size_t count) { block(data, count, 8); }

  void close();                     // Before the chunks are read.
  std::uint64_t byte_size() const;  // Of all closed chunks.
  void copy_to(char* destination) const;

  char* next = nullptr;
  char* limit = nullptr;
  Chunk* first = nullptr;
  Chunk* last = nullptr;
  bool failed = false;

 private:
  char* grow(std::size_t size);
};

struct Deserializer {
  const unsigned char* next = nullptr;
  const unsigned char* end = nullptr;
  std::size_t capacity = 0;             // For the custom operation at work.
  const char* error_message = nullptr;  // A failure with a text of its own.
  bool failed = false;

  std::size_t bytes_left() const { return static_cast<std::size_t>(end - next); }
  std::uint64_t big_endian(unsigned byte_count);
  unsigned uint_1() {
    if (next < end) [[likely]]
      return *next++;
    failed = true;
    return 0;
  }
  int sint_1() { return static_cast<std::int8_t>(uint_1()); }
  unsigned uint_2() { return static_cast<unsigned>(big_endian(2)); }
  int sint_2() { return static_cast<std::int16_t>(big_endian(2)); }
  std::uint32_t uint_4() { return static_cast<std::uint32_t>(big_endian(4)); }
  std::int32_t sint_4() { return static_cast<std::int32_t>(big_endian(4)); }
  std::uint64_t uint_8() { return big_endian(8); }
  std::int64_t sint_8() { return static_cast<std::int64_t>(big_endian(8)); }
  float float_4() { return std::bit_cast<float>(sint_4()); }
  double float_8() {
    double d = 0;
    block_1(&d, 8);
    return d;
  }
  void block_1(void* data, std::size_t count) { block(data, count, 1); }
  // `count` numbers of `width` bytes (1, 2, 4 or 8), turned to the machine's order.
  void block(void* data, std::size_t count, unsigned width);
  void block_2(void* data, std::size_t count) { block(data, count, 2); }
  void block_4(void* data, std::size_t count) { block(data, count, 4); }
  void block_8(void* data, std::size_t count) { block(data, count, 8); }

  // For `return d.error("...")` in a deserialize operation: Failure with this text.
  uintnat error(const char* message) {
    error_message = message;
    failed = true;
    return kBadCustom;
  }
};

}  // namespace bactrian
