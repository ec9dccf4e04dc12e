// SPDX-License-Identifier: Apache-2.0
// The bytecode of closures that stand for JavaScript functions (functions.cpp).
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr int kMaxFunctionArity = 4;

// After the program has been loaded. False: no memory.
bool start_functions();
// A closure's code field.
Value function_code(int arity);

}  // namespace bactrian
