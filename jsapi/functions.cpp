// SPDX-License-Identifier: Apache-2.0
// JavaScript functions called as OCaml functions: bytecode functions of 1 to 10 arguments that
// pass these on to a primitive.
#include "jsapi/functions.h"

#include "jsapi/handles.h"
#include "runtime/bytecode/opcodes.h"

namespace bactrian {

Value function_codes[kMaxFunctionArity];

namespace {

constexpr std::uint8_t kFlags = kReplaced | kAll | kCallback;

Value apply(Value f, const Value* args, int count) {
  for (int i = 0; i < count; i++) put_word(args[i], i + 2);
  return value_of(js_call(word_of(f, 0), word_of_slot(kUndefined), count));
}

Value apply1(Value f, Value a) { return apply(f, &a, 1); }
Value apply2(Value f, Value a, Value b) {
  Value args[] = {a, b};
  return apply(f, args, 2);
}
Value apply3(Value f, Value a, Value b, Value c) {
  Value args[] = {a, b, c};
  return apply(f, args, 3);
}
Value apply4(Value f, Value a, Value b, Value c, Value d) {
  Value args[] = {a, b, c, d};
  return apply(f, args, 4);
}
Value apply_n(Value* args, int count) { return apply(args[0], args + 1, count - 1); }

using Function = void (*)();

// A function of up to 4 arguments has a primitive for itself, with the function one argument more.
constexpr int kDirect = 4;
const Primitive appliers[] = {
    {"bactrian_js_apply1", 2, kFlags, reinterpret_cast<Function>(apply1)},
    {"bactrian_js_apply2", 3, kFlags, reinterpret_cast<Function>(apply2)},
    {"bactrian_js_apply3", 4, kFlags, reinterpret_cast<Function>(apply3)},
    {"bactrian_js_apply4", 5, kFlags, reinterpret_cast<Function>(apply4)},
    {"bactrian_js_apply", kArityN, kFlags, reinterpret_cast<Function>(apply_n)},
};

}  // namespace

bool start_functions() {
  // A first function makes closures of the others, so that they count as functions.
  opcode_t code[384];
  std::uint32_t entries[kMaxFunctionArity];
  std::uint32_t at = 3 * kMaxFunctionArity;
  code[at++] = RETURN;
  code[at++] = 1;
  for (int arity = 1; arity <= kMaxFunctionArity; arity++) {
    bool direct = arity <= kDirect;
    std::int32_t prim = add_prim(&appliers[direct ? arity - 1 : kDirect]);
    if (prim < 0) return false;
    if (arity > 1) code[at++] = RESTART;
    entries[arity - 1] = at;
    if (arity > 1) {
      code[at++] = GRAB;
      code[at++] = arity - 1;
    }
    // The last argument first; each push moves the others down by one.
    for (int i = 0; i < arity; i++) {
      code[at++] = ACC;
      code[at++] = arity - 1;
      code[at++] = PUSH;
    }
    code[at++] = ENVACC;
    code[at++] = 2;
    code[at++] = direct ? C_CALL1 + arity : C_CALLN;
    if (!direct) code[at++] = arity + 1;
    code[at++] = prim;
    code[at++] = RETURN;
    code[at++] = arity;
  }
  for (std::uint32_t i = 0; i < kMaxFunctionArity; i++) {
    code[3 * i] = CLOSURE;
    code[3 * i + 1] = 0;
    code[3 * i + 2] = static_cast<opcode_t>(entries[i] - (3 * i + 2));
  }
  return add_functions(code, at, entries, kMaxFunctionArity, function_codes);
}

}  // namespace bactrian
