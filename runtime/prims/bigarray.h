// SPDX-License-Identifier: Apache-2.0
// Bigarrays: a custom block with the shape, and the elements outside the heap, at an address that
// never changes, so that JavaScript can lay typed arrays over them: the kind gives the array type,
// `data` the address, caml_ba_num_elts the length (twice that for complex kinds). Elements are
// densely packed and little-endian.
//
//   custom block  +0   operations      every word has 64 bits, so that the block has the size that
//                 +8   data            Marshal writes; wasm's addresses take the lower half
//                 +16  num_dims
//                 +24  flags           kind:8, layout:1, managed:1, unused:1, subarray:1
//                 +32  proxy           null, or what arrays with the same memory share
//                 +40  dim[num_dims]
//
// The memory is freed with the last array that shares it: a view must root an array.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/heap/alloc.h"
#include "runtime/value/value.h"

namespace bactrian {

inline constexpr unsigned kBaMaxDims = 16;

enum class BaKind : std::uint8_t {  // Numbered as Bigarray.kind's constructors.
  kFloat32,
  kFloat64,
  kSint8,
  kUint8,
  kSint16,
  kUint16,
  kInt32,
  kInt64,
  kCamlInt,
  kNativeInt,
  kComplex32,
  kComplex64,
  kChar,
  kFloat16,
};
inline constexpr unsigned kBaKindCount = 14;

enum BaFlags : std::uint64_t {
  kBaKindMask = 0xFF,
  kBaFortran = 0x100,  // Column major, indices from 1. Otherwise row major, from 0.
  kBaManaged = 0x200,  // The memory is freed with the last array.
  kBaSubarray = 0x800,
};

// What arrays that share memory have in common, once there are two of them.
struct BaProxy {
  std::size_t owners;
  void* data;
};

struct BaArray {
  alignas(8) void* data;
  alignas(8) intnat num_dims;
  std::uint64_t flags;
  alignas(8) BaProxy* proxy;
  alignas(8) intnat dim[1];

  BaKind kind() const { return static_cast<BaKind>(flags & kBaKindMask); }
  bool fortran() const { return (flags & kBaFortran) != 0; }
};
inline constexpr mlsize_t kBaFixedSize = 32;
static_assert(offsetof(BaArray, dim) == kBaFixedSize);

inline BaArray* Caml_ba_array_val(Value v) { return Data_custom_val<BaArray>(v); }
inline void* Caml_ba_data_val(Value v) { return Caml_ba_array_val(v)->data; }

unsigned caml_ba_element_size(BaKind kind);
uintnat caml_ba_num_elts(const BaArray* b);
uintnat caml_ba_byte_size(const BaArray* b);

// A new array. data null: its memory is allocated, content not set, and managed; otherwise outside
// the heap and the caller's. Raises Out_of_memory. `dim` may lie in the heap.
Value caml_ba_alloc(std::uint64_t flags, unsigned num_dims, void* data, const intnat* dim);
// Another array on the memory of `vb` from `data` on. Roots vb.
Value caml_ba_alloc_sharing(Value vb, std::uint64_t flags, unsigned num_dims, void* data,
                            const intnat* dim);

double float16_to_double(std::uint16_t bits);
std::uint16_t double_to_float16(double d);

}  // namespace bactrian
