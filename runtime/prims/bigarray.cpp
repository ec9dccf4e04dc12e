// SPDX-License-Identifier: Apache-2.0
// Bigarrays as objects of the runtime: memory, sharing, the custom operations (comparison, hash,
// Marshal). The primitives are in bigarray_access.cpp (elements) and bigarray_shape.cpp (views).
#include "runtime/prims/bigarray.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/hash.h"
#include "runtime/prims/marshal_stream.h"
#include "runtime/prims/prim_init.h"

namespace bactrian {

// ---- Half-precision numbers -------------------------------------------------------------------

double float16_to_double(std::uint16_t half) {
  std::uint64_t sign = std::uint64_t{half & 0x8000u} << 48;
  std::uint64_t exponent = half >> 10 & 31;
  std::uint64_t mantissa = half & 0x3FF;
  std::uint64_t n;
  if (exponent == 31)  // Infinity, or a NaN, which becomes quiet and keeps its payload.
    n = std::uint64_t{0x7FF} << 52 | mantissa << 42 | std::uint64_t{mantissa != 0} << 51;
  else if (exponent == 0)
    n = std::bit_cast<std::uint64_t>(static_cast<double>(mantissa) * 0x1p-24);
  else
    n = (exponent + 1008) << 52 | mantissa << 42;
  return std::bit_cast<double>(n | sign);
}

// By way of a float, as OCaml does it: the two roundings show.
std::uint16_t double_to_float16(double d) {
  auto sign = static_cast<std::uint16_t>(std::signbit(d) ? 0x8000 : 0);
  auto n = std::bit_cast<std::uint32_t>(static_cast<float>(d)) & 0x7FFFFFFF;
  std::uint32_t half;
  if (n >= 143u << 23) {  // 2^16 and up, infinity, NaN.
    half = n > 0x7F800000 ? 0x7E00 : 0x7C00;
  } else if (n < 113u << 23) {  // Subnormal: the sum's rounding puts ten bits in place.
    constexpr std::uint32_t kHalf = 126u << 23;  // 0.5, whose last bit weighs 2^-24.
    half =
        std::bit_cast<std::uint32_t>(std::bit_cast<float>(n) + std::bit_cast<float>(kHalf)) - kHalf;
  } else {
    half = (n - (112u << 23) + 0xFFF + (n >> 13 & 1)) >> 13;
  }
  return static_cast<std::uint16_t>(half) | sign;
}

// ---- Sizes and memory -------------------------------------------------------------------------

namespace {

constexpr unsigned char kElementSizes[kBaKindCount] = {4, 8, 1, 1, 2, 2, 4, 8, 8, 8, 8, 16, 1, 2};

// The product of the dimensions and the element's size. False: more than memory can hold.
bool byte_size_of(BaKind kind, unsigned num_dims, const intnat* dim, std::size_t* byte_size) {
  std::uint64_t size = 1;
  for (unsigned i = 0; i < num_dims; i++)
    if (__builtin_mul_overflow(size, static_cast<std::uint64_t>(dim[i]), &size)) return false;
  if (__builtin_mul_overflow(size, caml_ba_element_size(kind), &size)) return false;
  if (size > PTRDIFF_MAX) return false;
  *byte_size = static_cast<std::size_t>(size);
  return true;
}

void* alloc_elements(std::size_t byte_size) {
  return caml_stat_alloc_noexc(std::max<std::size_t>(byte_size, 1));
}

void finalize_bigarray(Value v) {
  BaArray* b = Caml_ba_array_val(v);
  if ((b->flags & kBaManaged) == 0) return;
  if (b->proxy == nullptr) {
    caml_stat_free(b->data);
  } else if (--b->proxy->owners == 0) {
    caml_stat_free(b->proxy->data);
    caml_stat_free(b->proxy);
  }
}

// ---- Comparison -------------------------------------------------------------------------------

template <class T>
int compare_elements(const BaArray* a, const BaArray* b, std::size_t count) {
  auto* p = static_cast<const T*>(a->data);
  auto* q = static_cast<const T*>(b->data);
  for (std::size_t i = 0; i < count; i++) {
    if (p[i] < q[i]) return -1;
    if (p[i] > q[i]) return 1;
    if (p[i] == q[i]) continue;
    dom().compare_unordered = true;
    if (p[i] == p[i]) return 1;
    if (q[i] == q[i]) return -1;
  }
  return 0;
}

int compare_halves(const BaArray* a, const BaArray* b, std::size_t count) {
  auto* p = static_cast<const std::uint16_t*>(a->data);
  auto* q = static_cast<const std::uint16_t*>(b->data);
  for (std::size_t i = 0; i < count; i++) {
    double x = float16_to_double(p[i]);
    double y = float16_to_double(q[i]);
    if (x < y) return -1;
    if (x > y) return 1;
    if (x == y) continue;
    dom().compare_unordered = true;
    if (x == x) return 1;
    if (y == y) return -1;
  }
  return 0;
}

int compare_bigarrays(Value v1, Value v2) {
  const BaArray* a = Caml_ba_array_val(v1);
  const BaArray* b = Caml_ba_array_val(v2);
  auto shape_a = static_cast<int>(a->flags & (kBaKindMask | kBaFortran));
  auto shape_b = static_cast<int>(b->flags & (kBaKindMask | kBaFortran));
  if (shape_a != shape_b) return shape_b - shape_a;
  if (a->num_dims != b->num_dims) return static_cast<int>(b->num_dims - a->num_dims);
  for (intnat i = 0; i < a->num_dims; i++)
    if (a->dim[i] != b->dim[i]) return a->dim[i] < b->dim[i] ? -1 : 1;
  auto count = static_cast<std::size_t>(caml_ba_num_elts(a));
  switch (a->kind()) {
    case BaKind::kFloat16: return compare_halves(a, b, count);
    case BaKind::kFloat32: return compare_elements<float>(a, b, count);
    case BaKind::kComplex32: return compare_elements<float>(a, b, 2 * count);
    case BaKind::kFloat64: return compare_elements<double>(a, b, count);
    case BaKind::kComplex64: return compare_elements<double>(a, b, 2 * count);
    case BaKind::kSint8: return compare_elements<std::int8_t>(a, b, count);
    case BaKind::kChar:
    case BaKind::kUint8: return compare_elements<std::uint8_t>(a, b, count);
    case BaKind::kSint16: return compare_elements<std::int16_t>(a, b, count);
    case BaKind::kUint16: return compare_elements<std::uint16_t>(a, b, count);
    case BaKind::kInt32: return compare_elements<std::int32_t>(a, b, count);
    default: return compare_elements<std::int64_t>(a, b, count);
  }
}

// ---- Hash -------------------------------------------------------------------------------------

// Looks at `limit` numbers only.
template <class T, class Mix>
std::uint32_t hash_elements(const BaArray* b, std::size_t count, std::size_t limit, Mix mix) {
  auto* p = static_cast<const T*>(b->data);
  std::uint32_t h = 0;
  for (std::size_t i = 0; i < std::min(count, limit); i++) h = mix(h, p[i]);
  return h;
}

intnat hash_bigarray(Value v) {
  const BaArray* b = Caml_ba_array_val(v);
  auto count = static_cast<std::size_t>(caml_ba_num_elts(b));
  switch (b->kind()) {
    case BaKind::kChar:
    case BaKind::kSint8:
    case BaKind::kUint8:
    case BaKind::kSint16:
    case BaKind::kUint16:
      return caml_hash_mix_bytes(
          0, static_cast<unsigned char*>(b->data),
          std::min<std::size_t>(count * caml_ba_element_size(b->kind()), 256));
    case BaKind::kInt32: return hash_elements<std::uint32_t>(b, count, 64, caml_hash_mix_uint32);
    case BaKind::kCamlInt:
    case BaKind::kNativeInt: return hash_elements<intnat>(b, count, 64, caml_hash_mix_intnat);
    case BaKind::kInt64: return hash_elements<std::int64_t>(b, count, 32, caml_hash_mix_int64);
    case BaKind::kFloat16:
      return hash_elements<std::uint16_t>(b, count, 128, caml_hash_mix_float16);
    case BaKind::kComplex32: return hash_elements<float>(b, 2 * count, 64, caml_hash_mix_float);
    case BaKind::kFloat32: return hash_elements<float>(b, count, 64, caml_hash_mix_float);
    case BaKind::kComplex64: return hash_elements<double>(b, 2 * count, 32, caml_hash_mix_double);
    default: return hash_elements<double>(b, count, 32, caml_hash_mix_double);
  }
}

// ---- Marshal ----------------------------------------------------------------------------------

// Word-sized integers are written with 32 bits when all fit 32-bit OCaml's type: int has 31 there.
void serialize_words(const BaArray* b, std::size_t count, Serializer& out) {
  auto* p = static_cast<const intnat*>(b->data);
  intnat limit = b->kind() == BaKind::kCamlInt ? intnat{1} << 30 : intnat{1} << 31;
  bool wide = std::any_of(p, p + count, [&](intnat n) { return n < -limit || n >= limit; });
  out.int_1(wide);
  if (wide) return out.block_8(p, count);
  for (std::size_t i = 0; i < count; i++) out.int_4(static_cast<std::int32_t>(p[i]));
}

// The width of the numbers that elements consist of, and how many of them one element has.
unsigned number_width(BaKind kind) {
  unsigned size = caml_ba_element_size(kind);
  bool is_complex = kind == BaKind::kComplex32 || kind == BaKind::kComplex64;
  return is_complex ? size / 2 : size;
}

void serialize_bigarray(Value v, Serializer& out, uintnat* bsize_32, uintnat* bsize_64) {
  const BaArray* b = Caml_ba_array_val(v);
  out.int_4(static_cast<std::int32_t>(b->num_dims));
  out.int_4(static_cast<std::int32_t>(b->flags & (kBaKindMask | kBaFortran)));
  for (intnat i = 0; i < b->num_dims; i++) {
    bool is_short = b->dim[i] < 0xFFFF;
    out.int_2(is_short ? static_cast<int>(b->dim[i]) : 0xFFFF);
    if (!is_short) out.int_8(b->dim[i]);
  }
  auto count = static_cast<std::size_t>(caml_ba_num_elts(b));
  unsigned width = number_width(b->kind());
  if (b->kind() == BaKind::kCamlInt || b->kind() == BaKind::kNativeInt)
    serialize_words(b, count, out);
  else if (width == 1)
    out.block_1(b->data, count);
  else
    out.block(b->data, count * (caml_ba_element_size(b->kind()) / width), width);
  *bsize_32 = static_cast<uintnat>(4 + b->num_dims) * 4;
  *bsize_64 = static_cast<uintnat>(4 + b->num_dims) * 8;
}

void deserialize_words(intnat* p, std::size_t count, Deserializer& in) {
  if (in.uint_1() != 0) return in.block_8(p, count);
  for (std::size_t i = 0; i < count; i++) p[i] = in.sint_4();
}

uintnat deserialize_bigarray(void* destination, Deserializer& in) {
  auto* b = static_cast<BaArray*>(destination);
  std::uint32_t num_dims = in.uint_4();
  if (num_dims > kBaMaxDims) return in.error("input_value: wrong number of bigarray dimensions");
  std::uint32_t flags = in.uint_4() & (kBaKindMask | kBaFortran);
  mlsize_t block_size = kBaFixedSize + num_dims * sizeof(intnat);
  if (in.capacity < block_size) return kBadCustom;
  b->num_dims = num_dims;
  b->flags = flags | kBaManaged;
  b->proxy = nullptr;
  for (unsigned i = 0; i < num_dims; i++) {
    b->dim[i] = static_cast<intnat>(in.uint_2());
    if (b->dim[i] == 0xFFFF) b->dim[i] = in.sint_8();
  }
  if ((flags & kBaKindMask) >= kBaKindCount) return in.error("input_value: bad bigarray kind");
  BaKind kind = b->kind();
  std::size_t byte_size;
  bool negative = std::any_of(b->dim, b->dim + num_dims, [](intnat n) { return n < 0; });
  if (negative || !byte_size_of(kind, num_dims, b->dim, &byte_size))
    return in.error("input_value: size overflow for bigarray");
  // Words may take 4 bytes each in the message.
  bool words = kind == BaKind::kCamlInt || kind == BaKind::kNativeInt;
  if (in.failed || byte_size / (words ? 2 : 1) > in.bytes_left()) return kBadCustom;
  b->data = alloc_elements(byte_size);
  if (b->data == nullptr) return in.error("input_value: out of memory for bigarray");
  auto count = static_cast<std::size_t>(caml_ba_num_elts(b));
  if (words)
    deserialize_words(static_cast<intnat*>(b->data), count, in);
  else
    in.block(b->data, byte_size / number_width(kind), number_width(kind));
  if (!in.failed) return block_size;
  caml_stat_free(b->data);
  return kBadCustom;
}

constexpr CustomOperations kBigarrayOperations = {
    .identifier = "_bigarr02",
    .finalize = finalize_bigarray,
    .compare = compare_bigarrays,
    .hash = hash_bigarray,
    .serialize = serialize_bigarray,
    .deserialize = deserialize_bigarray,
    .compare_ext = nullptr,
    .fixed_bsize_64 = 0,
};

}  // namespace

void register_bigarray_custom_operations() {
  caml_register_custom_operations(&kBigarrayOperations);
}

unsigned caml_ba_element_size(BaKind kind) { return kElementSizes[static_cast<unsigned>(kind)]; }

uintnat caml_ba_num_elts(const BaArray* b) {
  uintnat count = 1;
  for (intnat i = 0; i < b->num_dims; i++) count *= static_cast<uintnat>(b->dim[i]);
  return count;
}

uintnat caml_ba_byte_size(const BaArray* b) {
  return caml_ba_num_elts(b) * caml_ba_element_size(b->kind());
}

Value caml_ba_alloc(std::uint64_t flags, unsigned num_dims, void* data, const intnat* dim) {
  intnat dims[kBaMaxDims];
  std::copy_n(dim, num_dims, dims);
  std::size_t byte_size;
  if (!byte_size_of(static_cast<BaKind>(flags & kBaKindMask), num_dims, dims, &byte_size))
    return caml_raise_out_of_memory();
  bool fresh = data == nullptr;
  if (fresh) {
    data = alloc_elements(byte_size);
    if (data == nullptr) return caml_raise_out_of_memory();
    flags |= kBaManaged;
  }
  Value v = caml_alloc_custom_mem(&kBigarrayOperations, kBaFixedSize + num_dims * sizeof(intnat),
                                  fresh ? byte_size : 0);
  if (v == kNoValue) {
    if (fresh) caml_stat_free(data);
    return kNoValue;
  }
  BaArray* b = Caml_ba_array_val(v);
  b->data = data;
  b->num_dims = num_dims;
  b->flags = flags;
  b->proxy = nullptr;
  std::copy_n(dims, num_dims, b->dim);
  return v;
}

Value caml_ba_alloc_sharing(Value vb, std::uint64_t flags, unsigned num_dims, void* data,
                            const intnat* dim) {
  Root root(vb);
  BaArray* b = Caml_ba_array_val(vb);
  if ((b->flags & kBaManaged) != 0 && b->proxy == nullptr) {
    auto* proxy = static_cast<BaProxy*>(caml_stat_alloc_noexc(sizeof(BaProxy)));
    if (proxy == nullptr) return caml_raise_out_of_memory();
    *proxy = BaProxy{1, b->data};
    b->proxy = proxy;
  }
  // Only once it owns a share may the new array be finalised: until then it is unmanaged.
  Value v = caml_ba_alloc((flags & ~std::uint64_t{kBaManaged}) | kBaSubarray, num_dims, data, dim);
  if (v == kNoValue) return kNoValue;
  b = Caml_ba_array_val(root);
  BaArray* shared = Caml_ba_array_val(v);
  shared->flags |= b->flags & kBaManaged;
  shared->proxy = b->proxy;
  if (b->proxy != nullptr) b->proxy->owners++;
  // The array may have come from elsewhere, with operations of its own.
  Field(v, 0) = Field(root, 0);
  return v;
}

}  // namespace bactrian
