// SPDX-License-Identifier: Apache-2.0
// The primitives of the library bigstringaf: pieces of byte bigarrays and strings, copied,
// compared, searched. The library has checked offsets before it calls them, unless a program uses
// its unsafe functions; here they are checked for those too.
#include <cstring>

#include "runtime/interp/fail.h"
#include "runtime/prims/bigarray.h"

namespace bactrian {
namespace {

// Bytes of a bigarray or of a string.
struct Bytes {
  unsigned char* data;
  uintnat length;
};

Bytes bytes_of(Value v) {
  if (Tag_val(v) == String_tag) return {ptr_of<unsigned char>(v), caml_string_length(v)};
  const BaArray* b = Caml_ba_array_val(v);
  return {static_cast<unsigned char*>(b->data), caml_ba_byte_size(b)};
}

// The piece at an offset; null: not inside.
unsigned char* piece(Value v, Value offset, Value length) {
  Bytes bytes = bytes_of(v);
  auto from = static_cast<uintnat>(Long_val(offset)),
       count = static_cast<uintnat>(Long_val(length));
  return count > bytes.length || from > bytes.length - count ? nullptr : bytes.data + from;
}

}  // namespace

Value bigstringaf_blit(Value source, Value from, Value target, Value at, Value length) {
  const unsigned char* read = piece(source, from, length);
  unsigned char* write = piece(target, at, length);
  if (read == nullptr || write == nullptr) return caml_array_bound_error();
  note_bytes_change(target);
  std::memmove(write, read, static_cast<std::size_t>(Long_val(length)));
  return Val_unit;
}

Value bigstringaf_memcmp(Value a, Value from_a, Value b, Value from_b, Value length) {
  const unsigned char *left = piece(a, from_a, length), *right = piece(b, from_b, length);
  if (left == nullptr || right == nullptr) return caml_array_bound_error();
  return Val_int(std::memcmp(left, right, static_cast<std::size_t>(Long_val(length))));
}

// The offset of the first byte c from there on; -1: none.
Value bigstringaf_memchr(Value v, Value from, Value c, Value length) {
  const unsigned char* start = piece(v, from, length);
  if (start == nullptr) return caml_array_bound_error();
  const void* found =
      std::memchr(start, static_cast<int>(Long_val(c)), static_cast<std::size_t>(Long_val(length)));
  if (found == nullptr) return Val_int(-1);
  return Val_long(Long_val(from) + (static_cast<const unsigned char*>(found) - start));
}

}  // namespace bactrian
