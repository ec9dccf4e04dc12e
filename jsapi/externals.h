// SPDX-License-Identifier: Apache-2.0
// Primitives that a page supplies, as JavaScript functions (externals.cpp).
#pragma once

#include "runtime/prims/prim.h"

namespace bactrian {

// Its number, or -1: there are too many. The name is kept, not copied.
int add_external(const char* name);
int external_primitives(Primitive* out);  // Fills `out` from its start; how many.
inline constexpr int kMaxExternals = 32;

}  // namespace bactrian
