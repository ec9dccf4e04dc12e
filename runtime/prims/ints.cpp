// SPDX-License-Identifier: Apache-2.0
// Arithmetic on boxed integers: Int32, Int64 and Nativeint, and the few primitives of `int`.
//
// A boxed integer is a custom block with the number in field 1; Int32 fills that whole field, so
// that equal numbers are equal words. All arithmetic wraps: it is done unsigned. Shift counts are
// taken modulo the width, and floats out of range become the smallest integer, because that is what
// OCaml's bytecode shows on x86-64. Text is int_format.cpp's and int_parse.cpp's.
#include <bit>

#include "runtime/prims/marshal_stream.h"
#include "runtime/prims/prim.h"
#include "runtime/prims/prim_init.h"

namespace bactrian {

namespace {

template <class T>
constexpr int three_way(T a, T b) {
  return (a > b) - (a < b);
}

std::int32_t int32_of_double(double d) {
  return d > -2147483649.0 && d < 2147483648.0 ? static_cast<std::int32_t>(d) : INT32_MIN;
}

std::int64_t int64_of_double(double d) {
  return d >= -0x1p63 && d < 0x1p63 ? static_cast<std::int64_t>(d) : INT64_MIN;
}

// ---- Custom operations ------------------------------------------------------------------------

int compare_int32(Value a, Value b) { return three_way(Int32_val(a), Int32_val(b)); }
int compare_int64(Value a, Value b) { return three_way(Int64_val(a), Int64_val(b)); }
// A function of its own: compare tells types apart by it.
int compare_nativeint(Value a, Value b) { return three_way(Nativeint_val(a), Nativeint_val(b)); }

intnat hash_int32(Value v) { return Int32_val(v); }
intnat hash_int64(Value v) {
  auto n = static_cast<std::uint64_t>(Int64_val(v));
  return static_cast<std::uint32_t>(n >> 32) ^ static_cast<std::uint32_t>(n);
}
// Equal to the hash of the same number on a 32-bit machine, when it fits one.
intnat hash_nativeint(Value v) {
  std::int64_t n = Nativeint_val(v);
  return (n >> 32) ^ (n >> 63) ^ n;
}

void serialize_int32(Value v, Serializer& out, uintnat* bsize_32, uintnat* bsize_64) {
  out.int_4(Int32_val(v));
  *bsize_32 = *bsize_64 = 4;
}
void serialize_int64(Value v, Serializer& out, uintnat* bsize_32, uintnat* bsize_64) {
  out.int_8(Int64_val(v));
  *bsize_32 = *bsize_64 = 8;
}
// A byte for the width that follows: 1 for 32 bits, 2 for 64.
void serialize_nativeint(Value v, Serializer& out, uintnat* bsize_32, uintnat* bsize_64) {
  std::int64_t n = Nativeint_val(v);
  if (n == static_cast<std::int32_t>(n)) {
    out.int_1(1);
    out.int_4(static_cast<std::int32_t>(n));
  } else {
    out.int_1(2);
    out.int_8(n);
  }
  *bsize_32 = 4;
  *bsize_64 = 8;
}

uintnat deserialize_int32(void* dst, Deserializer& in) {
  if (in.capacity < 4) return kBadCustom;
  std::int64_t n = static_cast<std::uint32_t>(in.sint_4());
  if (in.capacity >= 8)
    *static_cast<std::int64_t*>(dst) = n;
  else
    *static_cast<std::int32_t*>(dst) = static_cast<std::int32_t>(n);
  return 4;
}
uintnat deserialize_int64(void* dst, Deserializer& in) {
  if (in.capacity < 8) return kBadCustom;
  *static_cast<std::int64_t*>(dst) = in.sint_8();
  return 8;
}
uintnat deserialize_nativeint(void* dst, Deserializer& in) {
  if (in.capacity < 8) return kBadCustom;
  unsigned width = in.uint_1();
  if (width != 1 && width != 2) return in.error("input_value: ill-formed native integer");
  *static_cast<std::int64_t*>(dst) = width == 1 ? in.sint_4() : in.sint_8();
  return 8;
}

const CustomOperations int32_operations = {
    .identifier = "_i",
    .finalize = nullptr,
    .compare = compare_int32,
    .hash = hash_int32,
    .serialize = serialize_int32,
    .deserialize = deserialize_int32,
    .compare_ext = nullptr,
    .fixed_bsize_64 = 4,
};
const CustomOperations int64_operations = {
    .identifier = "_j",
    .finalize = nullptr,
    .compare = compare_int64,
    .hash = hash_int64,
    .serialize = serialize_int64,
    .deserialize = deserialize_int64,
    .compare_ext = nullptr,
    .fixed_bsize_64 = 8,
};
const CustomOperations nativeint_operations = {
    .identifier = "_n",
    .finalize = nullptr,
    .compare = compare_nativeint,
    .hash = hash_nativeint,
    .serialize = serialize_nativeint,
    .deserialize = deserialize_nativeint,
    .compare_ext = nullptr,
    .fixed_bsize_64 = 8,
};

// No finaliser and nothing outside the heap: a plain small block does.
Value box(const CustomOperations* operations, std::int64_t n) {
  Value v = caml_alloc_small(2, Custom_tag);
  Field(v, 0) = val_of_ptr(operations);
  Field(v, 1) = Value{n};
  return v;
}

}  // namespace

void register_int_custom_operations() {
  caml_register_custom_operations(&int32_operations);
  caml_register_custom_operations(&int64_operations);
  caml_register_custom_operations(&nativeint_operations);
}

Value caml_copy_int32(std::int32_t n) {
  return box(&int32_operations, static_cast<std::uint32_t>(n));
}
Value caml_copy_int64(std::int64_t n) { return box(&int64_operations, n); }
Value caml_copy_nativeint(std::int64_t n) { return box(&nativeint_operations, n); }

// ---- The operations that the three types share ------------------------------------------------
// BOXED_INT(family, signed type, unsigned type, bits, unboxing, boxing, rounding from a double)

#define BOXED_INT(family, Int, Uint, kBits, val, copy, of_double)                            \
  Value caml_##family##_neg(Value a) {                                                       \
    return copy(static_cast<Int>(Uint{0} - static_cast<Uint>(val(a))));                      \
  }                                                                                          \
  Value caml_##family##_add(Value a, Value b) {                                              \
    return copy(static_cast<Int>(static_cast<Uint>(val(a)) + static_cast<Uint>(val(b))));    \
  }                                                                                          \
  Value caml_##family##_sub(Value a, Value b) {                                              \
    return copy(static_cast<Int>(static_cast<Uint>(val(a)) - static_cast<Uint>(val(b))));    \
  }                                                                                          \
  Value caml_##family##_mul(Value a, Value b) {                                              \
    return copy(static_cast<Int>(static_cast<Uint>(val(a)) * static_cast<Uint>(val(b))));    \
  }                                                                                          \
  Value caml_##family##_div(Value a, Value b) {                                              \
    if (val(b) == 0) return caml_raise_zero_divide();                                        \
    if (val(b) == -1) return caml_##family##_neg(a); /* The smallest stays itself. */        \
    return copy(val(a) / val(b));                                                            \
  }                                                                                          \
  Value caml_##family##_mod(Value a, Value b) {                                              \
    if (val(b) == 0) return caml_raise_zero_divide();                                        \
    return copy(val(b) == -1 ? 0 : val(a) % val(b));                                         \
  }                                                                                          \
  Value caml_##family##_and(Value a, Value b) { return copy(val(a) & val(b)); }              \
  Value caml_##family##_or(Value a, Value b) { return copy(val(a) | val(b)); }               \
  Value caml_##family##_xor(Value a, Value b) { return copy(val(a) ^ val(b)); }              \
  Value caml_##family##_shift_left(Value a, Value n) {                                       \
    return copy(static_cast<Int>(static_cast<Uint>(val(a)) << (Long_val(n) & (kBits - 1)))); \
  }                                                                                          \
  Value caml_##family##_shift_right(Value a, Value n) {                                      \
    return copy(val(a) >> (Long_val(n) & (kBits - 1)));                                      \
  }                                                                                          \
  Value caml_##family##_shift_right_unsigned(Value a, Value n) {                             \
    return copy(static_cast<Int>(static_cast<Uint>(val(a)) >> (Long_val(n) & (kBits - 1)))); \
  }                                                                                          \
  Value caml_##family##_bswap(Value a) {                                                     \
    return copy(static_cast<Int>(__builtin_bswap##kBits(static_cast<Uint>(val(a)))));        \
  }                                                                                          \
  Value caml_##family##_of_int(Value n) { return copy(static_cast<Int>(Long_val(n))); }      \
  Value caml_##family##_to_int(Value a) { return Val_long(val(a)); }                         \
  Value caml_##family##_of_float(Value d) { return copy(of_double(Double_val(d))); }         \
  Value caml_##family##_to_float(Value a) {                                                  \
    return caml_copy_double(static_cast<double>(val(a)));                                    \
  }                                                                                          \
  Value caml_##family##_compare(Value a, Value b) { return Val_int(three_way(val(a), val(b))); }

BOXED_INT(int32, std::int32_t, std::uint32_t, 32, Int32_val, caml_copy_int32, int32_of_double)
BOXED_INT(int64, std::int64_t, std::uint64_t, 64, Int64_val, caml_copy_int64, int64_of_double)
BOXED_INT(nativeint, std::int64_t, std::uint64_t, 64, Nativeint_val, caml_copy_nativeint,
          int64_of_double)
#undef BOXED_INT

// ---- Conversions between them -----------------------------------------------------------------

Value caml_int64_of_int32(Value v) { return caml_copy_int64(Int32_val(v)); }
Value caml_int64_to_int32(Value v) {
  return caml_copy_int32(static_cast<std::int32_t>(Int64_val(v)));
}
Value caml_int64_of_nativeint(Value v) { return caml_copy_int64(Nativeint_val(v)); }
Value caml_int64_to_nativeint(Value v) { return caml_copy_nativeint(Int64_val(v)); }
Value caml_nativeint_of_int32(Value v) { return caml_copy_nativeint(Int32_val(v)); }
Value caml_nativeint_to_int32(Value v) { return caml_int64_to_int32(v); }

Value caml_int32_bits_of_float(Value v) {
  return caml_copy_int32(std::bit_cast<std::int32_t>(static_cast<float>(Double_val(v))));
}
Value caml_int32_float_of_bits(Value v) {
  return caml_copy_double(std::bit_cast<float>(Int32_val(v)));
}
Value caml_int64_bits_of_float(Value v) {
  return caml_copy_int64(std::bit_cast<std::int64_t>(Double_val(v)));
}
Value caml_int64_float_of_bits(Value v) {
  return caml_copy_double(std::bit_cast<double>(Int64_val(v)));
}

// ---- int --------------------------------------------------------------------------------------

Value caml_int_compare(Value a, Value b) { return Val_int(three_way(bits(a), bits(b))); }
Value caml_bswap16(Value v) {
  return Val_int(__builtin_bswap16(static_cast<std::uint16_t>(Long_val(v))));
}
Value caml_int_of_float(Value d) { return Val_long(int64_of_double(Double_val(d))); }
Value caml_float_of_int(Value n) { return caml_copy_double(static_cast<double>(Long_val(n))); }

}  // namespace bactrian
