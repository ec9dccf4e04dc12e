// SPDX-License-Identifier: Apache-2.0
// Where a program expects a float, an int32 or a nativeint, a value that JavaScript gave may be an
// immediate integer. A program that uses this module therefore has other primitives for these
// types: those of numbers.def, which box such an integer and go on as before, and those below,
// which are frequent or look at more than their arguments' types. Nothing else of the runtime does
// such arithmetic inline then (kReplaced), but for the interpreter's instructions on blocks of
// floats, which always take both.
#include "jsapi/numbers.h"

#include <cmath>
#include <cstring>

#include "jsapi/handles.h"
#include "jsapi/prims.h"

namespace bactrian {

const CustomOperations* int32_operations;
const CustomOperations* int64_operations;
const CustomOperations* bigarray_operations;
const CustomOperations* nativeint_operations;

namespace {

using Function = void (*)();

// ---- By boxing first ----------------------------------------------------------------------------

constexpr const char* kShapes[] = {
#define NUMBERS(name, shape) shape,
#include "jsapi/numbers.def"
#undef NUMBERS
};
constexpr const char* kNames[] = {
#define NUMBERS(name, shape) #name,
#include "jsapi/numbers.def"
#undef NUMBERS
};
constexpr int kBoxedCount = sizeof kShapes / sizeof kShapes[0];
Function originals[kBoxedCount];

Value box(Value v, char kind) {
  if (!Is_long(v)) return v;
  intnat n = Long_val(v);
  switch (kind) {
    case 'f': return caml_copy_double(static_cast<double>(n));
    case 'i': return caml_copy_int32(static_cast<std::int32_t>(n));
    case 'n': return caml_copy_nativeint(n);
    default: return v;
  }
}

Value call_boxed(int index, Value* args) {
  const char* shape = kShapes[index];
  int count = 0;
  {
    RootedSpan rooted(args, std::strlen(shape));
    for (; shape[count] != 0; count++) args[count] = box(args[count], shape[count]);
  }
  Function f = originals[index];
  switch (count) {
    case 1: return reinterpret_cast<Value (*)(Value)>(f)(args[0]);
    case 2: return reinterpret_cast<Value (*)(Value, Value)>(f)(args[0], args[1]);
    default: return reinterpret_cast<Value (*)(Value, Value, Value)>(f)(args[0], args[1], args[2]);
  }
}

template <int index, int arity>
struct Boxed;
template <int index>
struct Boxed<index, 1> {
  static Value call(Value a) { return call_boxed(index, &a); }
};
template <int index>
struct Boxed<index, 2> {
  static Value call(Value a, Value b) {
    Value args[] = {a, b};
    return call_boxed(index, args);
  }
};
template <int index>
struct Boxed<index, 3> {
  static Value call(Value a, Value b, Value c) {
    Value args[] = {a, b, c};
    return call_boxed(index, args);
  }
};

enum BoxedIndex {
#define NUMBERS(name, shape) kBoxed_##name,
#include "jsapi/numbers.def"
#undef NUMBERS
};

const Function kBoxed[] = {
#define NUMBERS(name, shape) \
  reinterpret_cast<Function>(&Boxed<kBoxed_##name, sizeof shape - 1>::call),
#include "jsapi/numbers.def"
#undef NUMBERS
};

// ---- Frequent ones ------------------------------------------------------------------------------

Value add(Value x, Value y) { return caml_copy_double(number_val(x) + number_val(y)); }
Value sub(Value x, Value y) { return caml_copy_double(number_val(x) - number_val(y)); }
Value mul(Value x, Value y) { return caml_copy_double(number_val(x) * number_val(y)); }
Value div(Value x, Value y) { return caml_copy_double(number_val(x) / number_val(y)); }
Value neg(Value x) { return caml_copy_double(-number_val(x)); }
Value abs(Value x) { return caml_copy_double(std::fabs(number_val(x))); }
Value sqrt(Value x) { return caml_copy_double(std::sqrt(number_val(x))); }
Value eq(Value x, Value y) { return Val_bool(number_val(x) == number_val(y)); }
Value neq(Value x, Value y) { return Val_bool(number_val(x) != number_val(y)); }
Value lt(Value x, Value y) { return Val_bool(number_val(x) < number_val(y)); }
Value le(Value x, Value y) { return Val_bool(number_val(x) <= number_val(y)); }
Value gt(Value x, Value y) { return Val_bool(number_val(x) > number_val(y)); }
Value ge(Value x, Value y) { return Val_bool(number_val(x) >= number_val(y)); }

// ---- Arrays -------------------------------------------------------------------------------------

// Of floats, or an array whose first element was such an integer when it was made.
bool is_flat(Value array) { return Tag_val(array) == Double_array_tag; }
bool in_bounds(Value array, Value index) {
  return static_cast<std::uint64_t>(Long_val(index)) < Wosize_val(array);
}
mlsize_t at(Value index) { return static_cast<mlsize_t>(Long_val(index)); }

Value unsafe_get(Value array, Value index) {
  if (is_flat(array)) return caml_copy_double(Double_flat_field(array, at(index)));
  return Field(array, at(index));
}
Value get(Value array, Value index) {
  return in_bounds(array, index) ? unsafe_get(array, index) : caml_array_bound_error();
}
Value unsafe_set(Value array, Value index, Value v) {
  if (is_flat(array))
    Double_flat_field(array, at(index)) = number_val(v);
  else
    Store_field(array, at(index), v);
  return Val_unit;
}
Value set(Value array, Value index, Value v) {
  return in_bounds(array, index) ? unsafe_set(array, index, v) : caml_array_bound_error();
}

// An array literal, flat when its first element is a float.
Value array_of_uniform(Value array) {
  mlsize_t count = Wosize_val(array);
  bool any = false, all = true;
  for (mlsize_t i = 0; i < count; i++) {
    Value v = Field(array, i);
    bool is_float = Is_block(v) && Tag_val(v) == Double_tag;
    any = any || is_float;
    all = all && (is_float || Is_long(v));
  }
  if (!any || !all) return array;
  Root rooted(array);
  Value flat = caml_alloc(count, Double_array_tag);
  if (flat == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < count; i++) Double_flat_field(flat, i) = number_val(Field(rooted, i));
  return flat;
}

Function original_fill, original_ba_set[4], original_ba_fill;

Value fill(Value array, Value from, Value length, Value v) {
  if (is_flat(array) && Is_long(v)) {
    for (mlsize_t i = at(from), end = i + at(length); i < end; i++)
      Double_flat_field(array, i) = number_val(v);
    return Val_unit;
  }
  return reinterpret_cast<Value (*)(Value, Value, Value, Value)>(original_fill)(array, from, length,
                                                                                v);
}

// What goes into a bigarray, in the box that its kind asks for.
Value box_for(Value array, Value v) {
  switch (Caml_ba_array_val(array)->kind()) {
    case BaKind::kFloat16:
    case BaKind::kFloat32:
    case BaKind::kFloat64: return box(v, 'f');
    case BaKind::kInt32: return box(v, 'i');
    case BaKind::kNativeInt: return box(v, 'n');
    default: return v;
  }
}

Value ba_set_1(Value array, Value i, Value v) {
  Root rooted(array);
  v = box_for(array, v);
  return reinterpret_cast<Value (*)(Value, Value, Value)>(original_ba_set[1])(rooted, i, v);
}
Value ba_set_2(Value array, Value i, Value j, Value v) {
  Root rooted(array);
  v = box_for(array, v);
  return reinterpret_cast<Value (*)(Value, Value, Value, Value)>(original_ba_set[2])(rooted, i, j,
                                                                                     v);
}
Value ba_set_3(Value array, Value i, Value j, Value k, Value v) {
  Root rooted(array);
  v = box_for(array, v);
  return reinterpret_cast<Value (*)(Value, Value, Value, Value, Value)>(original_ba_set[3])(
      rooted, i, j, k, v);
}
Value ba_fill(Value array, Value v) {
  Root rooted(array);
  v = box_for(array, v);
  return reinterpret_cast<Value (*)(Value, Value)>(original_ba_fill)(rooted, v);
}

// ---- Hashing: a JavaScript string as the OCaml string of its characters' low bytes --------------

Function original_hash;

Value hash(Value count, Value limit, Value seed, Value v) {
  if (Is_js(v)) {
    words[0] = word_of(v, 0);
    if (js_operation(kOp_is_string) == word_of_slot(kTrue)) {
      v = string_of(word_of(v, 0), false);
      if (v == kNoValue) return kNoValue;
    }
  }
  return reinterpret_cast<Value (*)(Value, Value, Value, Value)>(original_hash)(count, limit, seed,
                                                                                v);
}

struct Other {
  const char* name;
  std::int8_t arity;
  Function function;
};

template <class F>
constexpr Function function_of(F f) {
  return reinterpret_cast<Function>(f);
}

const Other others[] = {
    {"caml_add_float", 2, function_of(add)},
    {"caml_sub_float", 2, function_of(sub)},
    {"caml_mul_float", 2, function_of(mul)},
    {"caml_div_float", 2, function_of(div)},
    {"caml_neg_float", 1, function_of(neg)},
    {"caml_abs_float", 1, function_of(abs)},
    {"caml_sqrt_float", 1, function_of(sqrt)},
    {"caml_eq_float", 2, function_of(eq)},
    {"caml_neq_float", 2, function_of(neq)},
    {"caml_lt_float", 2, function_of(lt)},
    {"caml_le_float", 2, function_of(le)},
    {"caml_gt_float", 2, function_of(gt)},
    {"caml_ge_float", 2, function_of(ge)},
    {"caml_floatarray_get", 2, function_of(get)},
    {"caml_floatarray_unsafe_get", 2, function_of(unsafe_get)},
    {"caml_floatarray_set", 3, function_of(set)},
    {"caml_floatarray_unsafe_set", 3, function_of(unsafe_set)},
    {"caml_array_set", 3, function_of(set)},
    {"caml_array_unsafe_set", 3, function_of(unsafe_set)},
    {"caml_make_array", 1, function_of(array_of_uniform)},
    {"caml_array_of_uniform_array", 1, function_of(array_of_uniform)},
    {"caml_array_fill", 4, function_of(fill)},
    {"caml_floatarray_fill", 4, function_of(fill)},
    {"caml_ba_set_1", 3, function_of(ba_set_1)},
    {"caml_ba_set_2", 4, function_of(ba_set_2)},
    {"caml_ba_set_3", 5, function_of(ba_set_3)},
    {"caml_ba_fill", 2, function_of(ba_fill)},
    {"caml_hash", 4, function_of(hash)},
};

Function original(std::string_view name) {
  const Primitive* p = find_primitive(name);
  return p == nullptr ? nullptr : p->function;
}

}  // namespace

void start_numbers() {
  int32_operations = caml_find_custom_operations("_i");
  int64_operations = caml_find_custom_operations("_j");
  bigarray_operations = caml_find_custom_operations("_bigarr02");
  nativeint_operations = caml_find_custom_operations("_n");
  dom().mixed_numbers = true;
}

void add_number_primitives(std::vector<Primitive>& out) {
  // Before these take their place.
  for (int i = 0; i < kBoxedCount; i++) originals[i] = original(kNames[i]);
  original_fill = original("caml_array_fill");
  original_ba_set[1] = original("caml_ba_set_1");
  original_ba_set[2] = original("caml_ba_set_2");
  original_ba_set[3] = original("caml_ba_set_3");
  original_ba_fill = original("caml_ba_fill");
  original_hash = original("caml_hash");
  constexpr std::uint8_t kFlags = kReplaced | kAll;
  for (int i = 0; i < kBoxedCount; i++)
    out.push_back(
        {kNames[i], static_cast<std::int8_t>(std::strlen(kShapes[i])), kFlags, kBoxed[i]});
  for (const Other& o : others) {
    // Where these are done inline, only what is no array of floats is.
    bool generic = o.function == function_of(set) || o.function == function_of(unsafe_set);
    bool typed = std::strstr(o.name, "float") != nullptr;
    std::uint8_t flags = generic && !typed ? kAll : kFlags;
    out.push_back({o.name, o.arity, flags, o.function});
  }
}

}  // namespace bactrian
