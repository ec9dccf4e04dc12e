// SPDX-License-Identifier: Apache-2.0
// MD5 (RFC 1321), for Digest and for the digests of code fragments. Never allocates.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bactrian {

class Md5 {
 public:
  void update(const void* data, std::size_t size);
  void finish(unsigned char digest[16]);

 private:
  void compress(const unsigned char* block);

  std::uint32_t state_[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::uint64_t byte_count_ = 0;
  unsigned char buffer_[64];
};

void caml_md5_block(unsigned char digest[16], const void* data, std::size_t size);

}  // namespace bactrian
