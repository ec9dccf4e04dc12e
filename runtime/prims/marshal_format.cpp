// SPDX-License-Identifier: Apache-2.0
// The headers of marshalled data.
#include "runtime/prims/marshal_format.h"

#include "runtime/prims/marshal_stream.h"

namespace bactrian {

namespace {

constexpr const char* kBadObject = "bad object";
constexpr const char* kTooLarge = "object too large to be read back on this platform";

// Seven bits a byte, the most significant first; all but the last byte have bit 7.
std::uint64_t read_vlq(Deserializer& in, const char** problem) {
  std::uint64_t n = 0;
  unsigned byte;
  do {
    byte = in.uint_1();
    if (n >> 57 != 0) *problem = kTooLarge;
    n = n << 7 | (byte & 0x7F);
  } while ((byte & 0x80) != 0);
  return n;
}

const char* parse_sizes(Deserializer& in, MarshalHeader& out) {
  const char* problem = nullptr;
  switch (in.uint_4()) {
    case kMagicSmall:
      out.header_size = kSmallHeaderSize;
      out.data_size = in.uint_4();
      break;
    case kMagicBig:
      out.header_size = kBigHeaderSize;
      in.uint_4();
      out.data_size = in.uint_8();
      break;
    case kMagicCompressed:
      out.header_size = in.uint_1() & 0x3F;
      out.compressed = true;
      out.data_size = read_vlq(in, &problem);
      break;
    default: return kBadObject;
  }
  return in.failed ? kBadObject : problem;
}

const char* parse_counts(Deserializer& in, MarshalHeader& out) {
  const char* problem = nullptr;
  if (out.compressed) {
    const char* ignored = nullptr;
    read_vlq(in, &problem);  // The data's length once decompressed.
    out.object_count = read_vlq(in, &problem);
    read_vlq(in, &ignored);
    out.whsize = read_vlq(in, &problem);
  } else if (out.header_size == kSmallHeaderSize) {
    out.object_count = in.uint_4();
    in.uint_4();
    out.whsize = in.uint_4();
  } else {
    out.object_count = in.uint_8();
    out.whsize = in.uint_8();
  }
  return in.failed ? kBadObject : problem;
}

Deserializer reading(const unsigned char* bytes, std::size_t size) {
  Deserializer in;
  in.next = bytes;
  in.end = bytes + size;
  return in;
}

}  // namespace

const char* parse_marshal_header(const unsigned char* bytes, std::size_t size, MarshalHeader& out) {
  Deserializer in = reading(bytes, size);
  const char* problem = parse_sizes(in, out);
  return problem != nullptr ? problem : parse_counts(in, out);
}

const char* parse_marshal_sizes(const unsigned char* bytes, std::size_t size, MarshalHeader& out) {
  Deserializer in = reading(bytes, size);
  return parse_sizes(in, out);
}

}  // namespace bactrian
