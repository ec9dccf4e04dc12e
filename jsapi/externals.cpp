// SPDX-License-Identifier: Apache-2.0
// Externals of a program's own that JavaScript functions supply. A primitive's C++ function is
// called with nothing but its arguments, so there is one for each number of an external and each
// number of arguments.
//
// They are written for OCaml's types: an OCaml string arrives as a JavaScript string; what they
// return as a string, boolean or undefined becomes an OCaml string, bool or unit.
#include "jsapi/externals.h"

#include <utility>

#include "jsapi/handles.h"

namespace bactrian {

namespace {

const char* names[kMaxExternals];
int count = 0;

Value call(int index, const Value* args, int arg_count) {
  for (int i = 0; i < arg_count; i++) put_word(args[i], i);
  word_t result = js_external(index, arg_count);
  if (result == word_of_slot(kUndefined)) return Val_unit;
  if (result == word_of_slot(kTrue)) return Val_true;
  if (result == word_of_slot(kFalse)) return Val_false;
  bool is_string = result >= 0 && words[1] == 1;
  Value v = value_of(result);
  return is_string && v != kNoValue ? string_of(word_of(v, 0), true) : v;
}

template <int index>
struct External {
  static Value call1(Value a) { return call(index, &a, 1); }
  static Value call2(Value a, Value b) {
    Value args[] = {a, b};
    return call(index, args, 2);
  }
  static Value call3(Value a, Value b, Value c) {
    Value args[] = {a, b, c};
    return call(index, args, 3);
  }
  static Value call4(Value a, Value b, Value c, Value d) {
    Value args[] = {a, b, c, d};
    return call(index, args, 4);
  }
  static Value call5(Value a, Value b, Value c, Value d, Value e) {
    Value args[] = {a, b, c, d, e};
    return call(index, args, 5);
  }
  static Value call_n(Value* args, int arg_count) { return call(index, args, arg_count); }
};

using Function = void (*)();

template <int... i>
void fill(Function (*functions)[6], std::integer_sequence<int, i...>) {
  ((functions[i][0] = reinterpret_cast<Function>(&External<i>::call1),
    functions[i][1] = reinterpret_cast<Function>(&External<i>::call2),
    functions[i][2] = reinterpret_cast<Function>(&External<i>::call3),
    functions[i][3] = reinterpret_cast<Function>(&External<i>::call4),
    functions[i][4] = reinterpret_cast<Function>(&External<i>::call5),
    functions[i][5] = reinterpret_cast<Function>(&External<i>::call_n)),
   ...);
}

}  // namespace

int add_external(const char* name) {
  if (count == kMaxExternals) return -1;
  names[count] = name;
  return count++;
}

int external_primitives(Primitive* out) {
  static Function functions[kMaxExternals][6];
  fill(functions, std::make_integer_sequence<int, kMaxExternals>());
  constexpr std::uint8_t kFlags = kReplaced | kAll | kCallback;
  for (int i = 0; i < count; i++)
    for (int n = 0; n < 6; n++)
      *out++ = {names[i], static_cast<std::int8_t>(n == 5 ? kArityN : n + 1), kFlags,
                functions[i][n]};
  return 6 * count;
}

}  // namespace bactrian
