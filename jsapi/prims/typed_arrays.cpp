// SPDX-License-Identifier: Apache-2.0
// Bigarrays ↔ typed arrays, by copying: the memory of a program's bigarrays is wasm's, whose buffer
// becomes another one whenever it grows.
#include "jsapi/handles.h"
#include "jsapi/prims.h"
#include "runtime/prims/bigarray.h"

namespace bactrian {

namespace {

void put_address(const void* p, int at) {
  cells[at] = static_cast<double>(reinterpret_cast<std::uintptr_t>(p));
  words[at] = kNumber;
}

// As an array of that kind.
Value copy_out(Value array, int kind) {
  const BaArray* b = Caml_ba_array_val(array);
  bool complex = b->kind() == BaKind::kComplex32 || b->kind() == BaKind::kComplex64;
  words[0] = kind << 1 | 1;
  put_address(b->data, 1);
  put_word(Val_long(static_cast<intnat>(caml_ba_num_elts(b)) * (complex ? 2 : 1)), 2);
  return value_of(js_operation(kOp_copy_out));
}

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
  return copy_out(array, static_cast<int>(Caml_ba_array_val(array)->kind()));
}

Value caml_ba_from_typed_array(Value source) {
  put_word(source, 0);
  word_t kind = js_operation(kOp_caml_ba_kind_of_typed_array);
  if (kind == kThrown) return raise_thrown();
  return copy_in(source, static_cast<BaKind>(kind >> 1), false);
}

Value bigstring_to_array_buffer(Value array) { return copy_out(array, -1); }
Value bigstring_of_array_buffer(Value buffer) { return copy_in(buffer, BaKind::kChar, true); }

}  // namespace bactrian
