// SPDX-License-Identifier: Apache-2.0
// Strings and bytes: access of 8 to 64 bits, comparison, blit, fill. Both types share one layout,
// so most names of `bytes` are aliases in strings.def.
//
// The primitives without a check (blit, fill) trust their arguments: the standard library checks.
#include <cstring>

#include "runtime/prims/bytes.h"
#include "runtime/prims/prim.h"
#include "runtime/prims/sizes.h"

namespace bactrian {

namespace {

static_assert(std::endian::native == std::endian::little);

// The address of `size` bytes at `index`; null when they are not all inside the string.
unsigned char* bytes_at(Value s, Value index, unsigned size) {
  std::uint64_t length = caml_string_length(s);
  auto i = static_cast<std::uint64_t>(Long_val(index));
  if (i >= length || length - i < size) return nullptr;
  return Bytes_val(s) + i;
}

template <class T>
Value store(Value s, Value index, T n) {
  unsigned char* p = bytes_at(s, index, sizeof n);
  if (p == nullptr) return caml_array_bound_error();
  note_bytes_change(s);
  std::memcpy(p, &n, sizeof n);
  return Val_unit;
}

Value create(Value length, const char* error) {
  auto n = static_cast<std::uint64_t>(Long_val(length));
  if (n > kMaxStringLength) return caml_invalid_argument(error);
  if (!is_addressable(string_wosize(0) + n / sizeof(Value))) return caml_raise_out_of_memory();
  return caml_alloc_string(static_cast<mlsize_t>(n));
}

int compare(Value a, Value b) {
  if (a == b) return 0;
  mlsize_t m = caml_string_length(a), n = caml_string_length(b);
  int order = compare_bytes(Bytes_val(a), Bytes_val(b), m < n ? m : n);
  return order != 0 ? order : (m > n) - (m < n);
}

// Equal strings have equal words: the padding tells the length.
bool equal(Value a, Value b) {
  if (a == b) return true;
  mlsize_t wosize = Wosize_val(a);
  if (wosize != Wosize_val(b)) return false;
  for (mlsize_t i = 0; i < wosize; i++)
    if (Field(a, i) != Field(b, i)) return false;
  return true;
}

}  // namespace

Value caml_ml_string_length(Value s) {
  return Val_long(static_cast<intnat>(caml_string_length(s)));
}
Value caml_create_bytes(Value length) { return create(length, "Bytes.create"); }
Value caml_create_string(Value length) { return create(length, "String.create"); }
Value caml_string_of_bytes(Value s) { return s; }

// ---- Access -----------------------------------------------------------------------------------

Value caml_string_get(Value s, Value index) {
  unsigned char* p = bytes_at(s, index, 1);
  if (p == nullptr) return caml_array_bound_error();
  return Val_int(*p);
}
Value caml_string_get16(Value s, Value index) {
  unsigned char* p = bytes_at(s, index, 2);
  if (p == nullptr) return caml_array_bound_error();
  return Val_int(load_bytes<std::uint16_t>(p));
}
Value caml_string_get32(Value s, Value index) {
  unsigned char* p = bytes_at(s, index, 4);
  if (p == nullptr) return caml_array_bound_error();
  return caml_copy_int32(load_bytes<std::int32_t>(p));
}
Value caml_string_get64(Value s, Value index) {
  unsigned char* p = bytes_at(s, index, 8);
  if (p == nullptr) return caml_array_bound_error();
  return caml_copy_int64(load_bytes<std::int64_t>(p));
}

Value caml_bytes_set(Value s, Value index, Value n) {
  return store(s, index, static_cast<std::uint8_t>(Long_val(n)));
}
Value caml_bytes_set16(Value s, Value index, Value n) {
  return store(s, index, static_cast<std::uint16_t>(Long_val(n)));
}
Value caml_bytes_set32(Value s, Value index, Value n) { return store(s, index, Int32_val(n)); }
Value caml_bytes_set64(Value s, Value index, Value n) { return store(s, index, Int64_val(n)); }

// ---- Comparison -------------------------------------------------------------------------------

Value caml_string_equal(Value a, Value b) { return Val_bool(equal(a, b)); }
Value caml_string_notequal(Value a, Value b) { return Val_bool(!equal(a, b)); }
Value caml_string_compare(Value a, Value b) { return Val_int(compare(a, b)); }
Value caml_string_lessthan(Value a, Value b) { return Val_bool(compare(a, b) < 0); }
Value caml_string_lessequal(Value a, Value b) { return Val_bool(compare(a, b) <= 0); }
Value caml_string_greaterthan(Value a, Value b) { return Val_bool(compare(a, b) > 0); }
Value caml_string_greaterequal(Value a, Value b) { return Val_bool(compare(a, b) >= 0); }

// ---- Blocks of bytes --------------------------------------------------------------------------

Value caml_blit_bytes(Value from, Value from_index, Value to, Value to_index, Value count) {
  note_bytes_change(to);
  std::memmove(Bytes_val(to) + Long_val(to_index), Bytes_val(from) + Long_val(from_index),
               static_cast<mlsize_t>(Long_val(count)));
  return Val_unit;
}
Value caml_fill_bytes(Value s, Value index, Value count, Value byte) {
  note_bytes_change(s);
  std::memset(Bytes_val(s) + Long_val(index), Int_val(byte),
              static_cast<mlsize_t>(Long_val(count)));
  return Val_unit;
}

}  // namespace bactrian
