// SPDX-License-Identifier: Apache-2.0
// BLAKE2b (RFC 7693) and the primitives of Digest.BLAKE128, 256 and 512. A running context is a
// custom block that holds the whole state: it is plain bytes, so no finaliser is needed.
#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"

namespace bactrian {

namespace {

constexpr std::size_t kBlockSize = 128;
constexpr std::size_t kMaxDigest = 64;

constexpr std::uint64_t kInitial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                       0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                       0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

// Ten permutations of the message words, 4 bits each, the first word in the lowest bits; rounds 10
// and 11 begin again.
constexpr std::uint64_t kSigma[10] = {0xfedcba9876543210, 0x357b20c16df984ae, 0x491763eadf250c8b,
                                      0x8f04a562ebcd1397, 0xd386cb1efa427509, 0x91ef57d438b0a6c2,
                                      0xb8293670a4def15c, 0xa2684f05931ce7bd, 0x5a417d2c803b9ef6,
                                      0x0dc3e9bf5167482a};

struct Blake2 {
  std::uint64_t h[8];
  std::uint64_t byte_count;  // OCaml counts 128 bits; 64 are never exceeded.
  std::uint64_t held;
  unsigned char buffer[kBlockSize];

  void init(std::size_t digest_size, const unsigned char* key, std::size_t key_size);
  void update(const unsigned char* data, std::size_t size);
  void finish(unsigned char* digest, std::size_t digest_size);
  void compress(const unsigned char* block, std::size_t size, bool last);
};

void mix(std::uint64_t* v, unsigned i, unsigned diagonal, std::uint64_t x, std::uint64_t y) {
  std::uint64_t& a = v[i];
  std::uint64_t& b = v[4 + (i + diagonal) % 4];
  std::uint64_t& c = v[8 + (i + 2 * diagonal) % 4];
  std::uint64_t& d = v[12 + (i + 3 * diagonal) % 4];
  a += b + x;
  d = std::rotr(d ^ a, 32);
  c += d;
  b = std::rotr(b ^ c, 24);
  a += b + y;
  d = std::rotr(d ^ a, 16);
  c += d;
  b = std::rotr(b ^ c, 63);
}

void Blake2::compress(const unsigned char* block, std::size_t size, bool last) {
  std::uint64_t m[16];
  std::uint64_t v[16];
  byte_count += size;
  std::memcpy(m, block, sizeof m);
  std::memcpy(v, h, sizeof h);
  std::memcpy(v + 8, kInitial, sizeof kInitial);
  v[12] ^= byte_count;
  if (last) v[14] = ~v[14];
  for (unsigned round = 0; round < 12; round++) {
    std::uint64_t sigma = kSigma[round % 10];
    for (unsigned i = 0; i < 8; i++, sigma >>= 8)
      mix(v, i % 4, i / 4, m[sigma & 15], m[sigma >> 4 & 15]);
  }
  for (unsigned i = 0; i < 8; i++) h[i] ^= v[i] ^ v[8 + i];
}

void Blake2::init(std::size_t digest_size, const unsigned char* key, std::size_t key_size) {
  std::memcpy(h, kInitial, sizeof h);
  h[0] ^= 0x01010000 | (key_size << 8) | digest_size;
  byte_count = 0;
  held = 0;
  if (key_size == 0) return;
  // The key, padded, is the first block of the message.
  std::memset(buffer, 0, kBlockSize);
  std::memcpy(buffer, key, std::min(key_size, kMaxDigest));
  held = kBlockSize;
}

void Blake2::update(const unsigned char* data, std::size_t size) {
  // A full block stays in the buffer until more comes: the last one is compressed differently.
  while (size > 0) {
    if (held == kBlockSize) {
      compress(buffer, kBlockSize, false);
      held = 0;
    }
    std::size_t taken = std::min(size, kBlockSize - static_cast<std::size_t>(held));
    std::memcpy(buffer + held, data, taken);
    held += taken;
    data += taken;
    size -= taken;
  }
}

void Blake2::finish(unsigned char* digest, std::size_t digest_size) {
  auto size = static_cast<std::size_t>(held);
  std::memset(buffer + size, 0, kBlockSize - size);
  compress(buffer, size, true);
  std::memcpy(digest, h, digest_size);
}

const CustomOperations blake2_operations = {"_blake2", nullptr, nullptr, nullptr,
                                            nullptr,   nullptr, nullptr, 0};

std::size_t digest_size_of(Value hashlen) {
  return std::min(static_cast<std::size_t>(Long_val(hashlen)), kMaxDigest);
}

Value finish_as_string(Blake2& context, Value hashlen) {
  unsigned char digest[kMaxDigest];
  std::size_t size = digest_size_of(hashlen);
  context.finish(digest, size);
  return caml_alloc_initialized_string(size, reinterpret_cast<char*>(digest));
}

}  // namespace

Value caml_blake2_create(Value hashlen, Value key) {
  Root root(key);
  Value context = caml_alloc_custom(&blake2_operations, sizeof(Blake2), 0, 1);
  if (context == kNoValue) return kNoValue;
  Data_custom_val<Blake2>(context)->init(digest_size_of(hashlen), Bytes_val(root),
                                         caml_string_length(root));
  return context;
}

Value caml_blake2_update(Value context, Value buffer, Value offset, Value length) {
  Data_custom_val<Blake2>(context)->update(Bytes_val(buffer) + Long_val(offset),
                                           static_cast<std::size_t>(Long_val(length)));
  return Val_unit;
}

Value caml_blake2_final(Value context, Value hashlen) {
  return finish_as_string(*Data_custom_val<Blake2>(context), hashlen);
}

Value caml_blake2_string(Value hashlen, Value key, Value buffer, Value offset, Value length) {
  Blake2 context;
  context.init(digest_size_of(hashlen), Bytes_val(key), caml_string_length(key));
  context.update(Bytes_val(buffer) + Long_val(offset), static_cast<std::size_t>(Long_val(length)));
  return finish_as_string(context, hashlen);
}

}  // namespace bactrian
