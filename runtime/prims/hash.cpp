// SPDX-License-Identifier: Apache-2.0
// Hashtbl.hash: the same numbers as 64-bit OCaml's for every value (but functions, whose code
// pointers enter). Breadth first over at most 256 queued values. Neither allocates nor raises.
#include "runtime/prims/hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/heap/alloc.h"

namespace bactrian {

std::uint32_t caml_hash_mix_uint32(std::uint32_t h, std::uint32_t d) {
  d = std::rotl(d * 0xcc9e2d51u, 15) * 0x1b873593u;
  return std::rotl(h ^ d, 13) * 5 + 0xe6546b64u;
}

// A number that fits 32 bits mixes as that, so that 32-bit OCaml agrees.
std::uint32_t caml_hash_mix_intnat(std::uint32_t h, intnat d) {
  return caml_hash_mix_uint32(h, static_cast<std::uint32_t>((d >> 32) ^ (d >> 63) ^ d));
}

std::uint32_t caml_hash_mix_int64(std::uint32_t h, std::int64_t d) {
  h = caml_hash_mix_uint32(h, static_cast<std::uint32_t>(d));
  return caml_hash_mix_uint32(h, static_cast<std::uint32_t>(d >> 32));
}

std::uint32_t caml_hash_mix_double(std::uint32_t h, double d) {
  auto n = std::bit_cast<std::int64_t>(d);
  if (d != d) n = 0x7FF0000000000001;
  if (d == 0) n = 0;
  return caml_hash_mix_int64(h, n);
}

std::uint32_t caml_hash_mix_float(std::uint32_t h, float d) {
  auto n = std::bit_cast<std::uint32_t>(d);
  if (d != d) n = 0x7F800001;
  if (d == 0) n = 0;
  return caml_hash_mix_uint32(h, n);
}

std::uint32_t caml_hash_mix_float16(std::uint32_t h, std::uint16_t d) {
  if ((d & 0x7FFF) > 0x7C00) d = 0x7C01;
  if (d == 0x8000) d = 0;
  return caml_hash_mix_uint32(h, d);
}

std::uint32_t caml_hash_mix_bytes(std::uint32_t h, const unsigned char* bytes, mlsize_t length) {
  for (; length >= 4; bytes += 4, length -= 4) {
    std::uint32_t w;
    std::memcpy(&w, bytes, 4);
    h = caml_hash_mix_uint32(h, w);
  }
  if (length == 0) return h;
  std::uint32_t w = 0;
  std::memcpy(&w, bytes, length);
  return caml_hash_mix_uint32(h, w);
}

std::uint32_t caml_hash_mix_string(std::uint32_t h, Value s) {
  mlsize_t length = caml_string_length(s);
  return caml_hash_mix_bytes(h, Bytes_val(s), length) ^ static_cast<std::uint32_t>(length);
}

namespace {

Value finish(std::uint32_t h) {
  h ^= h >> 16;
  h *= 0x85ebca6bu;
  h ^= h >> 13;
  h *= 0xc2b2ae35u;
  h ^= h >> 16;
  return Val_long(h & 0x3FFFFFFF);
}

constexpr intnat kQueueSize = 256;
constexpr int kMaxForward = 1000;  // Forward blocks may form a cycle.

struct Queue {
  intnat limit;
  intnat count = 0;
  Value values[kQueueSize];

  void add_fields(Value v, mlsize_t from) {
    mlsize_t wosize = Wosize_val(v);
    intnat n = count;
    for (mlsize_t i = from; i < wosize && n < limit; i++) values[n++] = Field(v, i);
    count = n;
  }
};

std::uint32_t mix_header(std::uint32_t h, Value v) {
  auto clean = bits(Hd_val(v)) & ~kColorMask;
  return caml_hash_mix_uint32(h, static_cast<std::uint32_t>(clean));
}

std::uint32_t mix_doubles(std::uint32_t h, Value v, intnat* meaningful_left) {
  mlsize_t count = Wosize_val(v) / Double_wosize;
  for (mlsize_t i = 0; i < count; i++) {
    h = caml_hash_mix_double(h, Double_flat_field(v, i));
    if (--*meaningful_left <= 0) break;
  }
  return h;
}

std::uint32_t mix_closure(std::uint32_t h, Value v, intnat* meaningful_left, Queue& queue) {
  mlsize_t start_env = Start_env_closinfo(Closinfo_val(v));
  h = mix_header(h, v);
  for (mlsize_t i = 0; i < start_env; i++) h = caml_hash_mix_intnat(h, bits(Field(v, i)));
  *meaningful_left -= static_cast<intnat>(start_env);
  queue.add_fields(v, start_env);
  return h;
}

std::uint32_t mix_block(std::uint32_t h, Value v, intnat* meaningful_left, Queue& queue) {
  switch (Tag_val(v)) {
    case String_tag: --*meaningful_left; return caml_hash_mix_string(h, v);
    case Double_tag: {
      --*meaningful_left;
      double d = Double_val(v);
      // As the integer that it is equal to.
      if (dom().mixed_numbers && __builtin_fabs(d) < 0x1p53 && __builtin_trunc(d) == d)
        return caml_hash_mix_intnat(h, bits(Val_long(static_cast<intnat>(d))));
      return caml_hash_mix_double(h, d);
    }
    case Double_array_tag: return mix_doubles(h, v, meaningful_left);
    case Infix_tag:
      h = caml_hash_mix_uint32(h, static_cast<std::uint32_t>(Infix_offset_val(v)));
      v = Value{bits(v) - static_cast<intnat>(Infix_offset_val(v))};
      return mix_closure(h, v, meaningful_left, queue);
    case Object_tag:
      --*meaningful_left;
      return caml_hash_mix_intnat(h, Long_val(Field(v, Oid_val_field)));
    case Custom_tag:
      if (auto* hash = Custom_ops_val(v)->hash) {
        --*meaningful_left;
        return caml_hash_mix_uint32(h, static_cast<std::uint32_t>(hash(v)));
      }
      return h;
    case Closure_tag: return mix_closure(h, v, meaningful_left, queue);
    case Abstract_tag:
    case Cont_tag: return h;  // Nothing to tell them apart by.
    default: queue.add_fields(v, 0); return mix_header(h, v);
  }
}

// Kept apart from the loop: Forward blocks are rare. False: too many.
bool skip_forwards(Value* v) {
  for (int i = 0; i < kMaxForward; i++) {
    *v = Field(*v, 0);
    if (Is_long(*v) || Tag_val(*v) != Forward_tag) return true;
  }
  return false;
}

}  // namespace

Value caml_hash(Value count, Value limit, Value seed, Value obj) {
  if (Long_val(count) > 0) {
    auto h = static_cast<std::uint32_t>(Long_val(seed));
    if (Is_long(obj)) return finish(caml_hash_mix_intnat(h, bits(obj)));
    if (Tag_val(obj) == String_tag) return finish(caml_hash_mix_string(h, obj));
  }
  Queue queue;
  queue.limit = Long_val(limit);
  if (queue.limit < 0 || queue.limit > kQueueSize) queue.limit = kQueueSize;
  queue.values[queue.count++] = obj;
  auto h = static_cast<std::uint32_t>(Long_val(seed));
  intnat meaningful_left = Long_val(count);
  for (intnat i = 0; i < queue.count && meaningful_left > 0; i++) {
    Value v = queue.values[i];
    if (Is_block(v) && Tag_val(v) == Forward_tag && !skip_forwards(&v)) continue;
    if (Is_long(v)) {
      h = caml_hash_mix_intnat(h, bits(v));
      meaningful_left--;
    } else {
      h = mix_block(h, v, &meaningful_left, queue);
    }
  }
  return finish(h);
}

Value caml_string_hash(Value seed, Value s) {
  return finish(caml_hash_mix_string(static_cast<std::uint32_t>(Long_val(seed)), s));
}

}  // namespace bactrian
