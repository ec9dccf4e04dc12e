// SPDX-License-Identifier: Apache-2.0
// MD5, written from RFC 1321, and Digest's primitives on strings.
#include "runtime/prims/digest_md5.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/channel.h"

namespace bactrian {

namespace {

// floor(2^32 |sin(i + 1)|)
constexpr std::uint32_t kSines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr unsigned char kShifts[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

}  // namespace

void Md5::compress(const unsigned char* block) {
  std::uint32_t words[16];
  std::memcpy(words, block, sizeof words);
  auto [a, b, c, d] = state_;
  for (unsigned i = 0; i < 64; i++) {
    std::uint32_t f;
    unsigned k;
    switch (i / 16) {
      case 0: f = (b & c) | (~b & d), k = i; break;
      case 1: f = (d & b) | (~d & c), k = 5 * i + 1; break;
      case 2: f = b ^ c ^ d, k = 3 * i + 5; break;
      default: f = c ^ (b | ~d), k = 7 * i; break;
    }
    std::uint32_t rotated = std::rotl(a + f + kSines[i] + words[k % 16], kShifts[i / 16][i % 4]);
    a = d;
    d = c;
    c = b;
    b += rotated;
  }
  state_[0] += a;
  state_[1] += b;
  state_[2] += c;
  state_[3] += d;
}

void Md5::update(const void* data, std::size_t size) {
  auto* bytes = static_cast<const unsigned char*>(data);
  std::size_t held = byte_count_ % 64;
  byte_count_ += size;
  if (held > 0) {
    std::size_t taken = std::min(size, 64 - held);
    std::memcpy(buffer_ + held, bytes, taken);
    if (held + taken < 64) return;
    compress(buffer_);
    bytes += taken;
    size -= taken;
  }
  for (; size >= 64; bytes += 64, size -= 64) compress(bytes);
  if (size > 0) std::memcpy(buffer_, bytes, size);
}

void Md5::finish(unsigned char digest[16]) {
  std::uint64_t bit_count = byte_count_ * 8;
  unsigned char padding[64] = {0x80};
  update(padding, 1 + (119 - byte_count_ % 64) % 64);
  update(&bit_count, sizeof bit_count);
  std::memcpy(digest, state_, 16);
}

void caml_md5_block(unsigned char digest[16], const void* data, std::size_t size) {
  Md5 md5;
  md5.update(data, size);
  md5.finish(digest);
}

namespace {

Value alloc_digest(Md5& md5) {
  unsigned char digest[16];
  md5.finish(digest);
  return caml_alloc_initialized_string(16, reinterpret_cast<char*>(digest));
}

// Where reading may suspend, everything is gathered first, because the primitive then starts again.
ReadStatus gather(Channel& channel, std::uint64_t count) {
  if (channel.seekable) return ReadStatus::kOk;
  return channel_fill_at_least(channel,
                               static_cast<std::size_t>(std::min<std::uint64_t>(count, SIZE_MAX)));
}

}  // namespace

// A negative length: to the end of the file.
Value caml_md5_chan(Value vchannel, Value length) {
  Channel& channel = Channel_val(vchannel);
  bool to_end = Long_val(length) < 0;
  auto left = to_end ? ~std::uint64_t{0} : static_cast<std::uint64_t>(Long_val(length));
  ReadStatus status = gather(channel, left);
  if (status == ReadStatus::kWouldBlock || status == ReadStatus::kError)
    return channel_raise(channel, status);
  Md5 md5;
  while (left > 0) {
    status = channel_refill(channel);
    if (status == ReadStatus::kEnd && to_end) break;
    if (status != ReadStatus::kOk) return channel_raise(channel, status);
    auto taken =
        static_cast<std::size_t>(std::min<std::uint64_t>(left, channel_unread_size(channel)));
    md5.update(channel_unread(channel), taken);
    channel_consume(channel, taken);
    left -= taken;
  }
  return alloc_digest(md5);
}

Value caml_md5_string(Value s, Value offset, Value length) {
  Md5 md5;
  md5.update(Bytes_val(s) + Long_val(offset), static_cast<std::size_t>(Long_val(length)));
  return alloc_digest(md5);
}

}  // namespace bactrian
