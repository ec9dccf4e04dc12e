// SPDX-License-Identifier: Apache-2.0
// The bytecode of closures that stand for JavaScript functions (functions.cpp).
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr int kMaxFunctionArity = 4;

// After the program has been loaded. False: no memory.
bool start_functions();
// Their closures' code fields, by arity less one.
extern Value function_codes[kMaxFunctionArity];
inline bool is_function_code(Value field) {
  return field == function_codes[0] || field == function_codes[1] || field == function_codes[2] ||
         field == function_codes[3];
}

}  // namespace bactrian
