// SPDX-License-Identifier: Apache-2.0
// Arrays of any kind: access, creation, blit, sub, append, concat, fill.
//
// An `'a array` is either flat (tag Double_array_tag: floats, no boxes) or holds values. Its first
// element's tag decides when it is made, its own tag ever after; an empty one is Atom(0) of either
// kind. The "uniform" primitives hold values only; those of floatarray are in floatarray.cpp.
//
// A new block of at most Max_young_wosize words is young and is filled by plain stores; a larger
// one is old and is filled through caml_initialize. Unsafe accesses, blit and fill trust their
// indices.
#include <cstring>

#include "runtime/heap/heap.h"
#include "runtime/prims/array_parts.h"
#include "runtime/prims/sizes.h"

namespace bactrian {

namespace {

bool is_flat(Value array) { return Tag_val(array) == Double_array_tag; }

bool in_bounds(Value array, Value index) {
  return static_cast<std::uint64_t>(Long_val(index)) < Wosize_val(array);
}

mlsize_t index_of(Value index) { return static_cast<mlsize_t>(Long_val(index)); }

// Copies into a new array, from `at` on.
void init_fields(Value to, mlsize_t at, Value from, mlsize_t first, mlsize_t count) {
  if (is_flat(to) || Wosize_val(to) <= Max_young_wosize) {
    std::memcpy(Op_val(to) + at, Op_val(from) + first, Bsize_wsize(count));
    return;
  }
  for (mlsize_t i = 0; i < count; i++) caml_initialize(&Field(to, at + i), Field(from, first + i));
}

}  // namespace

Value alloc_array(bool flat, std::uint64_t length, const char* error) {
  if (length == 0) return Atom(0);
  if (length > Max_wosize) return caml_invalid_argument(error);
  if (!is_addressable(length)) return caml_raise_out_of_memory();
  auto wosize = static_cast<mlsize_t>(length);
  if (flat) return caml_alloc_float_array(wosize);
  return wosize <= Max_young_wosize ? caml_alloc_small(wosize, 0) : caml_alloc_shr(wosize, 0);
}

Value sub_array(bool flat, Value array, Value first, Value length) {
  Root from(array);
  Value result = alloc_array(flat, static_cast<std::uint64_t>(Long_val(length)), "Array.concat");
  if (result == kNoValue) return kNoValue;
  init_fields(result, 0, from, index_of(first), Wosize_val(result));
  return result;
}

Value append_arrays(bool flat, Value a, Value b) {
  Root first(a), second(b);
  mlsize_t m = Wosize_val(a), n = Wosize_val(b);
  Value result = alloc_array(flat, std::uint64_t{m} + n, "Array.concat");
  if (result == kNoValue) return kNoValue;
  init_fields(result, 0, first, 0, m);
  init_fields(result, m, second, 0, n);
  return result;
}

// ---- Access -----------------------------------------------------------------------------------

Value caml_array_get_addr(Value array, Value index) {
  if (!in_bounds(array, index)) return caml_array_bound_error();
  return Field(array, index_of(index));
}
Value caml_array_set_addr(Value array, Value index, Value v) {
  if (!in_bounds(array, index)) return caml_array_bound_error();
  caml_modify(&Field(array, index_of(index)), v);
  return Val_unit;
}
Value caml_array_unsafe_get(Value array, Value index) {
  if (is_flat(array)) return caml_copy_double(Double_flat_field(array, index_of(index)));
  return Field(array, index_of(index));
}
Value caml_array_unsafe_set(Value array, Value index, Value v) {
  if (is_flat(array))
    Double_flat_field(array, index_of(index)) = Double_val(v);
  else
    caml_modify(&Field(array, index_of(index)), v);
  return Val_unit;
}
Value caml_array_get(Value array, Value index) {
  if (!in_bounds(array, index)) return caml_array_bound_error();
  return caml_array_unsafe_get(array, index);
}
Value caml_array_set(Value array, Value index, Value v) {
  if (!in_bounds(array, index)) return caml_array_bound_error();
  return caml_array_unsafe_set(array, index, v);
}

// ---- Creation ---------------------------------------------------------------------------------

Value caml_uniform_array_make(Value length, Value v) {
  Root init(v);
  auto count = static_cast<std::uint64_t>(Long_val(length));
  // One minor collection is better than a remembered field for each element.
  if (count > Max_young_wosize && Is_block(v) && Is_young(v)) caml_minor_collection();
  Value result = alloc_array(false, count, "Array.make");
  if (result == kNoValue) return kNoValue;
  mlsize_t wosize = Wosize_val(result);
  v = init;
  for (mlsize_t i = 0; i < wosize; i++) Field(result, i) = v;
  return result;
}

Value caml_array_make(Value length, Value v) {
  if (Is_block(v) && Tag_val(v) == Double_tag) return caml_floatarray_make(length, v);
  return caml_uniform_array_make(length, v);
}

// An array of boxed floats becomes flat; any other stays what it is.
Value caml_array_of_uniform_array(Value array) {
  mlsize_t length = Wosize_val(array);
  if (length == 0) return array;
  Value first = Field(array, 0);
  if (Is_long(first) || Tag_val(first) != Double_tag) return array;
  Root from(array);
  Value result = caml_alloc_float_array(length);
  if (result == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < length; i++) Double_flat_field(result, i) = Double_val(Field(from, i));
  return result;
}

// ---- Sub, append, concat ----------------------------------------------------------------------

Value caml_uniform_array_sub(Value array, Value first, Value length) {
  return sub_array(false, array, first, length);
}
Value caml_array_sub(Value array, Value first, Value length) {
  return sub_array(is_flat(array), array, first, length);
}
Value caml_uniform_array_append(Value a, Value b) { return append_arrays(false, a, b); }
Value caml_array_append(Value a, Value b) { return append_arrays(is_flat(a) || is_flat(b), a, b); }

// Twice over the list: once for the sum, once to copy.
Value caml_array_concat(Value arrays) {
  std::uint64_t length = 0;
  bool flat = false;
  for (Value l = arrays; l != Val_emptylist; l = Field(l, 1)) {
    length += Wosize_val(Field(l, 0));
    flat |= is_flat(Field(l, 0));
  }
  Root list(arrays);
  Value result = alloc_array(flat, length, "Array.concat");
  if (result == kNoValue) return kNoValue;
  mlsize_t at = 0;
  for (Value l = list; l != Val_emptylist; l = Field(l, 1)) {
    Value array = Field(l, 0);
    init_fields(result, at, array, 0, Wosize_val(array));
    at += Wosize_val(array);
  }
  return result;
}

// ---- Blit and fill ----------------------------------------------------------------------------

// Overlapping ranges of one array are copied as if through a third one.
Value caml_uniform_array_blit(Value from, Value from_index, Value to, Value to_index, Value count) {
  const Value* source = Op_val(from) + Long_val(from_index);
  Value* target = Op_val(to) + Long_val(to_index);
  auto n = static_cast<mlsize_t>(Long_val(count));
  if (Is_young(to)) {
    std::memmove(target, source, Bsize_wsize(n));
  } else if (target <= source) {
    for (mlsize_t i = 0; i < n; i++) caml_modify(target + i, source[i]);
  } else {
    for (mlsize_t i = n; i > 0; i--) caml_modify(target + i - 1, source[i - 1]);
  }
  return Val_unit;
}
Value caml_array_blit(Value from, Value from_index, Value to, Value to_index, Value count) {
  if (is_flat(to)) return caml_floatarray_blit(from, from_index, to, to_index, count);
  return caml_uniform_array_blit(from, from_index, to, to_index, count);
}

Value caml_uniform_array_fill(Value array, Value first, Value count, Value v) {
  Value* fields = Op_val(array) + Long_val(first);
  auto n = static_cast<mlsize_t>(Long_val(count));
  if (Is_young(array)) {
    for (mlsize_t i = 0; i < n; i++) fields[i] = v;
  } else {
    for (mlsize_t i = 0; i < n; i++) caml_modify(fields + i, v);
  }
  return Val_unit;
}
Value caml_array_fill(Value array, Value first, Value count, Value v) {
  if (is_flat(array)) return caml_floatarray_fill(array, first, count, v);
  return caml_uniform_array_fill(array, first, count, v);
}

}  // namespace bactrian
