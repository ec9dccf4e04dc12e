// SPDX-License-Identifier: Apache-2.0
// Properties, calls, comparison, booleans and numbers.
#include <bit>
#include <cmath>

#include "jsapi/handles.h"
#include "jsapi/prims.h"
#include "jsapi/roots.h"

namespace bactrian {

namespace {

// The name of a property or method: an OCaml string or a JavaScript value.
inline word_t word_of_name(Value name, int at) {
  if (Is_block(name) && Tag_val(name) == String_tag) return word_of_lone_string(name, true);
  return word_of(name, at);
}

Value too_many_arguments() { return caml_invalid_argument("too many arguments for JavaScript"); }

}  // namespace

Value caml_js_get(Value object, Value name) {
  word_t key = word_of_name(name, 1);
  return value_of(js_get(word_of(object, 0), key));
}

Value caml_js_set(Value object, Value name, Value v) {
  word_t key = word_of_name(name, 1);
  put_word(v, 2);
  word_t done = js_set(word_of(object, 0), key);
  return done == kThrown ? raise_thrown() : Val_unit;
}

Value caml_js_call(Value function, Value self, Value array) {
  int count = put_array(array, 2);
  if (count < 0) return too_many_arguments();
  word_t f = word_of(function, 0);
  return value_of(js_call(f, word_of(self, 1), count - 2));
}

Value caml_js_fun_call(Value function, Value array) {
  int count = put_array(array, 2);
  if (count < 0) return too_many_arguments();
  return value_of(js_call(word_of(function, 0), word_of_slot(kNull), count - 2));
}

Value caml_js_meth_call(Value object, Value name, Value array) {
  int count = put_array(array, 2);
  if (count < 0) return too_many_arguments();
  word_t key = word_of_name(name, 1);
  return value_of(js_method(word_of(object, 0), key, count - 2));
}

Value caml_js_new(Value constructor, Value array) {
  int count = put_array(array, 2);
  if (count < 0) return too_many_arguments();
  return value_of(js_new(word_of(constructor, 0), count - 2));
}

// Of an array of (name, value).
Value caml_js_object(Value array) {
  mlsize_t count = Wosize_val(array);
  Root fields(array);
  Root object(value_of(js_operation(kOp_new_object)));
  if (object.get() == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < count; i++) {
    Value field = Field(fields, i);
    if (caml_js_set(object, Field(field, 0), Field(field, 1)) == kNoValue) return kNoValue;
  }
  return object;
}

Value caml_js_equals(Value a, Value b) {
  if (a == b && !(Is_block(a) && Tag_val(a) == Double_tag)) return Val_true;
  put_word(a, 0);
  put_word(b, 1);
  return value_of(js_operation(kOp_loosely_equal));
}

Value caml_js_strict_equals(Value a, Value b) {
  // Unequal ones may be long strings, which are not interned.
  if (a == b && Is_js(a)) return Val_true;
  put_word(a, 0);
  put_word(b, 1);
  return value_of(js_operation(kOp_strictly_equal));
}

// ---- Booleans and numbers -----------------------------------------------------------------------

Value caml_js_from_bool(Value b) { return handle_of(Bool_val(b) ? kTrue : kFalse); }

Value caml_js_to_bool(Value v) {
  if (Is_js(v) && Slot_val(v) < kKnownSlotCount) return Val_bool(Slot_val(v) == kTrue);
  put_word(v, 0);
  return value_of(js_operation(kOp_truth));
}

Value caml_js_from_float(Value d) {
  cells[0] = number_val(d);
  return value_of(kNumber);
}

namespace {

// A float, an integer, or what JavaScript makes a number of.
double to_number(Value v) {
  if (Is_long(v)) return static_cast<double>(Long_val(v));
  if (Tag_val(v) == Double_tag) return Double_val(v);
  put_word(v, 0);
  word_t number = js_operation(kOp_to_number);
  return (number & 1) != 0 ? number >> 1 : number == kNumber ? cells[0] : NAN;
}

// As JavaScript's operators on 32 bits do.
std::int32_t to_int32(double d) {
  if (!std::isfinite(d)) return 0;
  double wrapped = std::fmod(std::trunc(d), 4294967296.0);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(wrapped)));
}

}  // namespace

Value caml_js_to_float(Value v) { return caml_copy_double(to_number(v)); }
Value caml_js_from_int32(Value v) {
  cells[0] = Is_long(v) ? static_cast<double>(Long_val(v)) : Int32_val(v);
  return value_of(kNumber);
}
Value caml_js_to_int32(Value v) { return caml_copy_int32(to_int32(to_number(v))); }
Value caml_js_from_nativeint(Value v) {
  cells[0] = static_cast<double>(Is_long(v) ? Long_val(v) : Nativeint_val(v));
  return value_of(kNumber);
}
Value caml_js_to_nativeint(Value v) { return caml_copy_nativeint(to_int32(to_number(v))); }

Value caml_int64_create_lo_mi_hi(Value low, Value middle, Value high) {
  auto part = [](Value v) { return static_cast<std::uint64_t>(Long_val(v)) & 0xFFFFFF; };
  return caml_copy_int64(
      static_cast<std::int64_t>(part(low) | part(middle) << 24 | part(high) << 48));
}

}  // namespace bactrian
