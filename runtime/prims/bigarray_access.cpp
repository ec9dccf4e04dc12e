// SPDX-License-Identifier: Apache-2.0
// Reading and writing elements of bigarrays: by indices, as 16 to 64 bits at a byte offset,
// filling. Indices are checked here, also for the unsafe accessors, which bytecode maps to the same
// names.
#include <algorithm>
#include <cstring>

#include "runtime/interp/fail.h"
#include "runtime/prims/bigarray.h"

namespace bactrian {

namespace {

// Element number of the indices (tagged integers); -1: out of bounds.
std::int64_t element_of(const BaArray* b, const Value* indices) {
  std::int64_t element = 0;
  intnat n = b->num_dims;
  for (intnat k = 0; k < n; k++) {
    intnat i = b->fortran() ? n - 1 - k : k;
    intnat index = Long_val(indices[i]) - (b->fortran() ? 1 : 0);
    if (static_cast<uintnat>(index) >= static_cast<uintnat>(b->dim[i])) return -1;
    element = element * b->dim[i] + index;
  }
  return element;
}

template <class T>
T& element_at(const BaArray* b, std::int64_t i) {
  return static_cast<T*>(b->data)[i];
}

Value copy_complex(double re, double im) {
  Value v = caml_alloc_small(2 * Double_wosize, Double_array_tag);
  Double_flat_field(v, 0) = re;
  Double_flat_field(v, 1) = im;
  return v;
}

Value read_element(const BaArray* b, std::int64_t i) {
  switch (b->kind()) {
    case BaKind::kFloat16:
      return caml_copy_double(float16_to_double(element_at<std::uint16_t>(b, i)));
    case BaKind::kFloat32: return caml_copy_double(element_at<float>(b, i));
    case BaKind::kFloat64: return caml_copy_double(element_at<double>(b, i));
    case BaKind::kSint8: return Val_int(element_at<std::int8_t>(b, i));
    case BaKind::kChar:
    case BaKind::kUint8: return Val_int(element_at<std::uint8_t>(b, i));
    case BaKind::kSint16: return Val_int(element_at<std::int16_t>(b, i));
    case BaKind::kUint16: return Val_int(element_at<std::uint16_t>(b, i));
    case BaKind::kInt32: return caml_copy_int32(element_at<std::int32_t>(b, i));
    case BaKind::kInt64: return caml_copy_int64(element_at<std::int64_t>(b, i));
    case BaKind::kNativeInt: return caml_copy_nativeint(element_at<std::int64_t>(b, i));
    case BaKind::kCamlInt: return Val_long(element_at<std::int64_t>(b, i));
    case BaKind::kComplex32:
      return copy_complex(element_at<float>(b, 2 * i), element_at<float>(b, 2 * i + 1));
    case BaKind::kComplex64:
      return copy_complex(element_at<double>(b, 2 * i), element_at<double>(b, 2 * i + 1));
  }
  return Val_unit;
}

// The bytes of an element with the value v; returns their number.
unsigned encode_element(BaKind kind, Value v, unsigned char* bytes) {
  unsigned size = caml_ba_element_size(kind);
  float singles[2];
  std::int64_t n;
  const void* from = &n;
  switch (kind) {
    case BaKind::kFloat16: n = double_to_float16(Double_val(v)); break;
    case BaKind::kComplex32:
      singles[1] = static_cast<float>(Double_flat_field(v, 1));
      [[fallthrough]];
    case BaKind::kFloat32:
      singles[0] = static_cast<float>(Double_val(v));
      from = singles;
      break;
    case BaKind::kFloat64:
    case BaKind::kComplex64: from = Op_val(v); break;
    case BaKind::kInt32: n = Int32_val(v); break;
    case BaKind::kInt64:
    case BaKind::kNativeInt: n = Int64_val(v); break;
    default: n = Long_val(v); break;
  }
  std::memcpy(bytes, from, size);
  return size;
}

Value get(Value vb, const Value* indices, mlsize_t count) {
  const BaArray* b = Caml_ba_array_val(vb);
  if (static_cast<intnat>(count) != b->num_dims)
    return caml_invalid_argument("Bigarray.get: wrong number of indices");
  std::int64_t i = element_of(b, indices);
  return i < 0 ? caml_array_bound_error() : read_element(b, i);
}

Value set(Value vb, const Value* indices, mlsize_t count, Value v) {
  const BaArray* b = Caml_ba_array_val(vb);
  if (static_cast<intnat>(count) != b->num_dims)
    return caml_invalid_argument("Bigarray.set: wrong number of indices");
  std::int64_t i = element_of(b, indices);
  if (i < 0) return caml_array_bound_error();
  unsigned char bytes[16];
  unsigned size = encode_element(b->kind(), v, bytes);
  std::memcpy(static_cast<unsigned char*>(b->data) + i * size, bytes, size);
  return Val_unit;
}

// Where `size` bytes lie at an index of a one-dimensional array of bytes; null: out of bounds.
unsigned char* bytes_at(Value vb, Value index, intnat size) {
  const BaArray* b = Caml_ba_array_val(vb);
  intnat i = Long_val(index);
  if (i < 0 || i > b->dim[0] - size) return nullptr;
  return static_cast<unsigned char*>(b->data) + i;
}

Value store_bytes(Value vb, Value index, std::int64_t n, unsigned size) {
  unsigned char* p = bytes_at(vb, index, size);
  if (p == nullptr) return caml_array_bound_error();
  std::memcpy(p, &n, size);
  return Val_unit;
}

}  // namespace

Value caml_ba_get_1(Value vb, Value i) { return get(vb, &i, 1); }
Value caml_ba_get_2(Value vb, Value i, Value j) {
  Value indices[] = {i, j};
  return get(vb, indices, 2);
}
Value caml_ba_get_3(Value vb, Value i, Value j, Value k) {
  Value indices[] = {i, j, k};
  return get(vb, indices, 3);
}
Value caml_ba_get_generic(Value vb, Value indices) {
  return get(vb, Op_val(indices), Wosize_val(indices));
}

Value caml_ba_set_1(Value vb, Value i, Value v) { return set(vb, &i, 1, v); }
Value caml_ba_set_2(Value vb, Value i, Value j, Value v) {
  Value indices[] = {i, j};
  return set(vb, indices, 2, v);
}
Value caml_ba_set_3(Value vb, Value i, Value j, Value k, Value v) {
  Value indices[] = {i, j, k};
  return set(vb, indices, 3, v);
}
Value caml_ba_set_generic(Value vb, Value indices, Value v) {
  return set(vb, Op_val(indices), Wosize_val(indices), v);
}

Value caml_ba_uint8_get16(Value vb, Value index) {
  unsigned char* p = bytes_at(vb, index, 2);
  if (p == nullptr) return caml_array_bound_error();
  std::uint16_t n;
  std::memcpy(&n, p, sizeof n);
  return Val_int(n);
}
Value caml_ba_uint8_get32(Value vb, Value index) {
  unsigned char* p = bytes_at(vb, index, 4);
  if (p == nullptr) return caml_array_bound_error();
  std::int32_t n;
  std::memcpy(&n, p, sizeof n);
  return caml_copy_int32(n);
}
Value caml_ba_uint8_get64(Value vb, Value index) {
  unsigned char* p = bytes_at(vb, index, 8);
  if (p == nullptr) return caml_array_bound_error();
  std::int64_t n;
  std::memcpy(&n, p, sizeof n);
  return caml_copy_int64(n);
}

Value caml_ba_uint8_set16(Value vb, Value index, Value v) {
  return store_bytes(vb, index, Long_val(v), 2);
}
Value caml_ba_uint8_set32(Value vb, Value index, Value v) {
  return store_bytes(vb, index, Int32_val(v), 4);
}
Value caml_ba_uint8_set64(Value vb, Value index, Value v) {
  return store_bytes(vb, index, Int64_val(v), 8);
}

Value caml_ba_fill(Value vb, Value v) {
  const BaArray* b = Caml_ba_array_val(vb);
  unsigned char bytes[16];
  std::size_t size = encode_element(b->kind(), v, bytes);
  auto total = static_cast<std::size_t>(caml_ba_byte_size(b));
  if (total == 0) return Val_unit;
  auto* data = static_cast<unsigned char*>(b->data);
  if (size == 1) {
    std::memset(data, bytes[0], total);
    return Val_unit;
  }
  // The filled part doubles until it is the whole.
  std::memcpy(data, bytes, size);
  for (std::size_t filled = size; filled < total; filled *= 2)
    std::memcpy(data + filled, data, std::min(filled, total - filled));
  return Val_unit;
}

}  // namespace bactrian
