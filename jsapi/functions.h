// SPDX-License-Identifier: Apache-2.0
// The bytecode of closures that stand for JavaScript functions (functions.cpp).
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr int kMaxFunctionArity = 10;

// After the program has been loaded. False: no memory.
bool start_functions();
// Their closures' code fields, by arity less one.
extern Value function_codes[kMaxFunctionArity];
inline bool is_function_code(Value field) {
  for (Value code : function_codes)
    if (field == code) return true;
  return false;
}

}  // namespace bactrian
