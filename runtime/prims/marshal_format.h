// SPDX-License-Identifier: Apache-2.0
// The format of marshalled data (OCaml's, since 4.09 unchanged save for compression): magic
// numbers, headers, and the codes that begin each item. All numbers are big-endian.
//
//   small header, 20 bytes:  magic, data length, objects, words on 32 bits, words on 64 bits (4
//   each) big header, 32 bytes:    magic (4), reserved (4), data length, objects, words on 64 bits
//   (8 each) compressed, 10 to 55:    magic (4), header length (1), five variable-length numbers
//
// "Objects" counts the blocks that a shared reference can mean; 0 when written without sharing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bactrian {

inline constexpr std::uint32_t kMagicSmall = 0x8495A6BE;
inline constexpr std::uint32_t kMagicBig = 0x8495A6BF;
inline constexpr std::uint32_t kMagicCompressed = 0x8495A6BD;
inline constexpr unsigned kSmallHeaderSize = 20;
inline constexpr unsigned kBigHeaderSize = 32;
inline constexpr unsigned kMaxHeaderSize = 64;  // A compressed one's length has six bits.

// One byte holds the whole item, or its first part:
inline constexpr unsigned kPrefixSmallBlock = 0x80;   // + tag (4 bits) + wosize (3 bits) << 4
inline constexpr unsigned kPrefixSmallInt = 0x40;     // + value (6 bits)
inline constexpr unsigned kPrefixSmallString = 0x20;  // + length (5 bits)

enum MarshalCode : unsigned {
  kInt8 = 0x00,
  kInt16 = 0x01,
  kInt32 = 0x02,
  kInt64 = 0x03,
  kShared8 = 0x04,  // Distance back in the order of objects.
  kShared16 = 0x05,
  kShared32 = 0x06,
  kDoubleArray32Little = 0x07,
  kBlock32 = 0x08,  // A header word; the colour means nothing.
  kString8 = 0x09,
  kString32 = 0x0A,
  kDoubleBig = 0x0B,
  kDoubleLittle = 0x0C,
  kDoubleArray8Big = 0x0D,
  kDoubleArray8Little = 0x0E,
  kDoubleArray32Big = 0x0F,
  kCodePointer = 0x10,   // Offset in a code fragment (4), the fragment's digest (16).
  kInfixPointer = 0x11,  // Offset in the closure (4) that follows.
  kCustomOld = 0x12,
  kBlock64 = 0x13,
  kShared64 = 0x14,
  kString64 = 0x15,
  kDoubleArray64Big = 0x16,
  kDoubleArray64Little = 0x17,
  kCustomLen = 0x18,    // Identifier with its NUL, size on 32 bits (4), on 64 bits (8), data.
  kCustomFixed = 0x19,  // Identifier with its NUL, data.
};

struct MarshalHeader {
  unsigned header_size = 0;
  bool compressed = false;
  std::uint64_t data_size = 0;
  std::uint64_t object_count = 0;
  std::uint64_t whsize = 0;  // Words of the value with headers: a hint only.
};

// Null, or what is wrong ("bad object", ...). At most `size` bytes are read.
const char* parse_marshal_header(const unsigned char* bytes, std::size_t size, MarshalHeader& out);
// Only header_size and data_size, for which 16 bytes are enough.
const char* parse_marshal_sizes(const unsigned char* bytes, std::size_t size, MarshalHeader& out);

}  // namespace bactrian
