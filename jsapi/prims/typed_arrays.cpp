// SPDX-License-Identifier: Apache-2.0
// Bigarrays and typed arrays. The memory of a program's bigarrays is wasm's, whose buffer becomes
// another one whenever it grows: a typed array that is to stay is a copy, one that shares the
// memory has to be asked for again (bactrian_js_view, OcamlBigarray in values.ts).
#include "jsapi/handles.h"
#include "jsapi/prims.h"
#include "jsapi/roots.h"
#include "runtime/prims/bigarray.h"

namespace bactrian {

namespace {

void put_address(const void* p, int at) {
  cells[at] = static_cast<double>(reinterpret_cast<std::uintptr_t>(p));
  words[at] = kNumber;
}

// In elements of the typed array.
uintnat typed_length(const BaArray* b) {
  bool complex = b->kind() == BaKind::kComplex32 || b->kind() == BaKind::kComplex64;
  return caml_ba_num_elts(b) * (complex ? 2 : 1);
}

// For an operation on a typed array of that kind; -1: on bytes.
Value with_memory(Operation op, Value array, int kind) {
  const BaArray* b = Caml_ba_array_val(array);
  words[0] = kind << 1 | 1;
  put_address(b->data, 1);
  uintnat count = kind < 0 ? caml_ba_byte_size(b) : typed_length(b);
  put_word(Val_long(static_cast<intnat>(count)), 2);
  return value_of(js_operation(op));
}

int kind_of(Value array) { return static_cast<int>(Caml_ba_array_val(array)->kind()); }

// Of words[0], an array of `kind`.
Value copy_in(Value source, BaKind kind, bool of_buffer) {
  Root rooted(source);
  put_word(source, 0);
  word_t length = js_operation(of_buffer ? kOp_array_buffer_bytes : kOp_typed_length);
  if (length == kThrown) return raise_thrown();
  intnat dim = length == kNumber ? static_cast<intnat>(cells[0]) : length >> 1;
  Value array = caml_ba_alloc(static_cast<std::uint64_t>(kind), 1, nullptr, &dim);
  if (array == kNoValue) return kNoValue;
  put_word(rooted, 0);
  put_address(Caml_ba_data_val(array), 1);
  js_operation(kOp_copy_in);
  return array;
}

}  // namespace

Value caml_ba_to_typed_array(Value array) {
  return with_memory(kOp_copy_out, array, kind_of(array));
}

Value caml_ba_from_typed_array(Value source) {
  put_word(source, 0);
  word_t kind = js_operation(kOp_caml_ba_kind_of_typed_array);
  if (kind == kThrown) return raise_thrown();
  return copy_in(source, static_cast<BaKind>(kind >> 1), false);
}

Value bigstring_to_array_buffer(Value array) { return with_memory(kOp_copy_out, array, -1); }
Value bigstring_of_array_buffer(Value buffer) { return copy_in(buffer, BaKind::kChar, true); }

Value bactrian_js_view(Value array) { return with_memory(kOp_view_of, array, kind_of(array)); }

// Of a root: kind, dimensions, address and length, for JavaScript's object for it.
extern "C" __attribute__((export_name("jsapi_bigarray"))) void jsapi_bigarray(int id) {
  const BaArray* b = Caml_ba_array_val(root_value(id));
  words[0] = static_cast<int>(b->kind());
  words[1] = static_cast<int>(b->num_dims);
  cells[0] = static_cast<double>(reinterpret_cast<std::uintptr_t>(b->data));
  cells[1] = static_cast<double>(typed_length(b));
  for (int i = 0; i < b->num_dims; i++) cells[i + 2] = static_cast<double>(b->dim[i]);
}

}  // namespace bactrian
