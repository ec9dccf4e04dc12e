// SPDX-License-Identifier: Apache-2.0
// Bigarrays as wholes: creation, shape, views (sub, slice, reshape, change of layout), blit.
#include <algorithm>
#include <cstring>

#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/bigarray.h"

namespace bactrian {

namespace {

std::uint64_t layout_of(Value vlayout) { return Int_val(vlayout) != 0 ? kBaFortran : 0; }

// The dimensions in an OCaml array. Null, or what is wrong with them.
const char* read_dims(Value vdim, intnat* dim, unsigned* num_dims) {
  mlsize_t count = Wosize_val(vdim);
  if (count > kBaMaxDims) return "bad number of dimensions";
  for (mlsize_t i = 0; i < count; i++) {
    dim[i] = Long_val(Field(vdim, i));
    if (dim[i] < 0) return "negative dimension";
  }
  *num_dims = static_cast<unsigned>(count);
  return nullptr;
}

Value invalid(const char* function, const char* problem) {
  char message[80];
  std::size_t length = std::strlen(function);
  std::memcpy(message, function, length);
  std::size_t rest = std::strlen(problem);
  std::memcpy(message + length, problem, rest);
  return caml_invalid_argument({message, length + rest});
}

// A view of vb from element `first` on.
Value view(Value vb, intnat first, unsigned num_dims, const intnat* dim) {
  const BaArray* b = Caml_ba_array_val(vb);
  char* data = static_cast<char*>(b->data) + first * caml_ba_element_size(b->kind());
  return caml_ba_alloc_sharing(vb, b->flags, num_dims, data, dim);
}

Value dimension(Value vb, intnat n) {
  const BaArray* b = Caml_ba_array_val(vb);
  if (n < 0 || n >= b->num_dims) return caml_invalid_argument("Bigarray.dim");
  return Val_long(b->dim[n]);
}

}  // namespace

Value caml_ba_create(Value vkind, Value vlayout, Value vdim) {
  intnat dim[kBaMaxDims];
  unsigned num_dims;
  if (const char* problem = read_dims(vdim, dim, &num_dims))
    return invalid("Bigarray.create: ", problem);
  return caml_ba_alloc(static_cast<std::uint64_t>(Long_val(vkind)) | layout_of(vlayout), num_dims,
                       nullptr, dim);
}

Value caml_ba_num_dims(Value vb) { return Val_long(Caml_ba_array_val(vb)->num_dims); }
Value caml_ba_dim(Value vb, Value n) { return dimension(vb, Long_val(n)); }
Value caml_ba_dim_1(Value vb) { return dimension(vb, 0); }
Value caml_ba_dim_2(Value vb) { return dimension(vb, 1); }
Value caml_ba_dim_3(Value vb) { return dimension(vb, 2); }
Value caml_ba_kind(Value vb) { return Val_int(static_cast<int>(Caml_ba_array_val(vb)->kind())); }
Value caml_ba_layout(Value vb) { return Val_bool(Caml_ba_array_val(vb)->fortran()); }

// Fixes the first dimensions (the last ones in Fortran's layout).
Value caml_ba_slice(Value vb, Value indices) {
  const BaArray* b = Caml_ba_array_val(vb);
  auto num_dims = static_cast<unsigned>(b->num_dims);
  auto fixed = static_cast<unsigned>(Wosize_val(indices));
  if (Wosize_val(indices) > num_dims)
    return caml_invalid_argument("Bigarray.slice: too many indices");
  bool fortran = b->fortran();
  intnat first = 0;
  for (unsigned k = 0; k < num_dims; k++) {
    unsigned i = fortran ? num_dims - 1 - k : k;
    intnat index = 0;
    if (k < fixed) index = Long_val(Field(indices, fortran ? fixed - 1 - k : k)) - fortran;
    if (static_cast<uintnat>(index) >= static_cast<uintnat>(b->dim[i]))
      return caml_array_bound_error();
    first = first * b->dim[i] + index;
  }
  return view(vb, first, num_dims - fixed, b->dim + (fortran ? 0 : fixed));
}

// A range of the first dimension (the last one in Fortran's layout).
Value caml_ba_sub(Value vb, Value offset, Value length) {
  const BaArray* b = Caml_ba_array_val(vb);
  auto num_dims = static_cast<unsigned>(b->num_dims);
  bool fortran = b->fortran();
  intnat ofs = Long_val(offset) - fortran;
  intnat len = Long_val(length);
  unsigned changed = fortran ? num_dims - 1 : 0;
  if (num_dims == 0 || ofs < 0 || len < 0 || ofs > b->dim[changed] - len)
    return caml_invalid_argument("Bigarray.sub: bad sub-array");
  intnat dim[kBaMaxDims];
  std::copy_n(b->dim, num_dims, dim);
  dim[changed] = 1;
  intnat row = 1;
  for (unsigned i = 0; i < num_dims; i++) row *= dim[i];
  dim[changed] = len;
  return view(vb, ofs * row, num_dims, dim);
}

Value caml_ba_reshape(Value vb, Value vdim) {
  intnat dim[kBaMaxDims];
  unsigned num_dims;
  if (const char* problem = read_dims(vdim, dim, &num_dims))
    return invalid("Bigarray.reshape: ", problem);
  uintnat count = 1;
  for (unsigned i = 0; i < num_dims; i++) count *= static_cast<uintnat>(dim[i]);
  if (count != caml_ba_num_elts(Caml_ba_array_val(vb)))
    return caml_invalid_argument("Bigarray.reshape: size mismatch");
  return view(vb, 0, num_dims, dim);
}

Value caml_ba_change_layout(Value vb, Value vlayout) {
  const BaArray* b = Caml_ba_array_val(vb);
  if (layout_of(vlayout) == (b->flags & kBaFortran)) return vb;
  auto num_dims = static_cast<unsigned>(b->num_dims);
  intnat dim[kBaMaxDims];
  std::reverse_copy(b->dim, b->dim + num_dims, dim);
  return caml_ba_alloc_sharing(vb, b->flags ^ kBaFortran, num_dims, b->data, dim);
}

Value caml_ba_blit(Value vsource, Value vdestination) {
  const BaArray* source = Caml_ba_array_val(vsource);
  const BaArray* destination = Caml_ba_array_val(vdestination);
  if (source->num_dims != destination->num_dims ||
      !std::equal(source->dim, source->dim + source->num_dims, destination->dim))
    return caml_invalid_argument("Bigarray.blit: dimension mismatch");
  std::memmove(destination->data, source->data,
               static_cast<std::size_t>(caml_ba_byte_size(source)));
  return Val_unit;
}

}  // namespace bactrian
