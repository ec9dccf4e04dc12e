// SPDX-License-Identifier: Apache-2.0
// Marshal's byte streams: the growing output and the checked input.
#include "runtime/prims/marshal_stream.h"

#include <algorithm>
#include <cstring>

#include "runtime/heap/alloc.h"

namespace bactrian {

namespace {

constexpr std::size_t kChunkSize = 8000;
constexpr std::size_t kChunkHeader = offsetof(Serializer::Chunk, data);

// Copies `count` numbers of `width` bytes from one byte order to the other.
void copy_reversed(char* to, const char* from, std::size_t count, unsigned width) {
  for (std::size_t i = 0; i < count; i++, to += width, from += width)
    std::reverse_copy(from, from + width, to);
}

}  // namespace

Serializer::~Serializer() {
  while (first != nullptr) {
    Chunk* following = first->next;
    caml_stat_free(first);
    first = following;
  }
}

void Serializer::close() {
  if (last != nullptr) last->byte_size = static_cast<std::size_t>(next - last->data);
}

char* Serializer::grow(std::size_t size) {
  if (failed) return nullptr;
  close();
  std::size_t byte_size = std::max(size, kChunkSize);
  auto* chunk = byte_size > PTRDIFF_MAX - kChunkHeader
                    ? nullptr
                    : static_cast<Chunk*>(caml_stat_alloc_noexc(kChunkHeader + byte_size));
  if (chunk == nullptr) {
    failed = true;
    next = limit = last != nullptr ? last->data + last->byte_size : nullptr;
    return nullptr;
  }
  chunk->next = nullptr;
  (last != nullptr ? last->next : first) = chunk;
  last = chunk;
  next = chunk->data + size;
  limit = chunk->data + byte_size;
  return chunk->data;
}

void Serializer::big_endian(std::uint64_t n, unsigned byte_count) {
  char* p = reserve(byte_count);
  if (p == nullptr) return;
  for (unsigned i = byte_count; i-- > 0; n >>= 8) p[i] = static_cast<char>(n);
}

void Serializer::block_1(const void* data, std::size_t count) {
  if (count == 0) return;
  if (char* p = reserve(count)) std::memcpy(p, data, count);
}

void Serializer::block(const void* data, std::size_t count, unsigned width) {
  if (char* p = reserve(count * width))
    copy_reversed(p, static_cast<const char*>(data), count, width);
}

std::uint64_t Serializer::byte_size() const {
  std::uint64_t sum = 0;
  for (Chunk* c = first; c != nullptr; c = c->next) sum += c->byte_size;
  return sum;
}

void Serializer::copy_to(char* destination) const {
  for (Chunk* c = first; c != nullptr; c = c->next) {
    std::memcpy(destination, c->data, c->byte_size);
    destination += c->byte_size;
  }
}

std::uint64_t Deserializer::big_endian(unsigned byte_count) {
  if (bytes_left() < byte_count) {
    next = end;
    failed = true;
    return 0;
  }
  std::uint64_t n = 0;
  for (unsigned i = 0; i < byte_count; i++) n = n << 8 | *next++;
  return n;
}

void Deserializer::block(void* data, std::size_t count, unsigned width) {
  if (count == 0) return;
  if (bytes_left() / width < count) {
    next = end;
    failed = true;
    std::memset(data, 0, count * width);
    return;
  }
  if (width == 1)
    std::memcpy(data, next, count);
  else
    copy_reversed(static_cast<char*>(data), reinterpret_cast<const char*>(next), count, width);
  next += count * width;
}

}  // namespace bactrian
