// SPDX-License-Identifier: Apache-2.0
// What stands in a function's place in T_n while it is not translated, or takes another number of
// arguments: it has the call interpreted, and the interpreter applies as it always does.
#pragma once

#include "runtime/tier/tier.h"

namespace bactrian {

// 1 <= arity <= kManyArguments.
TranslatedCode call_stub(int arity);

}  // namespace bactrian
