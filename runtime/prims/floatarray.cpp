// SPDX-License-Identifier: Apache-2.0
// Float.Array: flat arrays of floats, and the float cases of `'a array` (arrays.cpp). Nothing here
// needs a write barrier. An empty array is Atom(0), whose tag is not Double_array_tag.
#include <cstring>

#include "runtime/prims/array_parts.h"

namespace bactrian {

namespace {

bool in_bounds(Value array, Value index) {
  return static_cast<std::uint64_t>(Long_val(index)) < Wosize_val(array);
}

double& float_at(Value array, Value index) { return ptr_of<double>(array)[Long_val(index)]; }

}  // namespace

Value caml_floatarray_create(Value length) {
  return alloc_array(true, static_cast<std::uint64_t>(Long_val(length)), "Float.Array.create");
}
Value caml_floatarray_make(Value length, Value init) {
  double d = Double_val(init);
  Value result = alloc_array(true, static_cast<std::uint64_t>(Long_val(length)), "Array.make");
  if (result == kNoValue) return kNoValue;
  mlsize_t count = Wosize_val(result);
  for (mlsize_t i = 0; i < count; i++) Double_flat_field(result, i) = d;
  return result;
}

Value caml_floatarray_unsafe_get(Value array, Value index) {
  return caml_copy_double(float_at(array, index));
}
Value caml_floatarray_unsafe_set(Value array, Value index, Value d) {
  float_at(array, index) = Double_val(d);
  return Val_unit;
}
Value caml_floatarray_get(Value array, Value index) {
  if (!in_bounds(array, index)) return caml_array_bound_error();
  return caml_floatarray_unsafe_get(array, index);
}
Value caml_floatarray_set(Value array, Value index, Value d) {
  if (!in_bounds(array, index)) return caml_array_bound_error();
  return caml_floatarray_unsafe_set(array, index, d);
}

Value caml_floatarray_sub(Value array, Value first, Value length) {
  return sub_array(true, array, first, length);
}
Value caml_floatarray_append(Value a, Value b) { return append_arrays(true, a, b); }

Value caml_floatarray_blit(Value from, Value from_index, Value to, Value to_index, Value count) {
  std::memmove(&float_at(to, to_index), &float_at(from, from_index),
               static_cast<mlsize_t>(Long_val(count)) * sizeof(double));
  return Val_unit;
}
Value caml_floatarray_fill(Value array, Value first, Value count, Value d) {
  double* p = &float_at(array, first);
  double x = Double_val(d);
  for (intnat n = Long_val(count); n > 0; n--) *p++ = x;
  return Val_unit;
}

}  // namespace bactrian
