// SPDX-License-Identifier: Apache-2.0
// Primitives that a page supplies, as JavaScript functions (externals.cpp).
#pragma once

#include <vector>

#include "runtime/prims/prim.h"

namespace bactrian {

// kWaits: the function gives promises, for which the program waits. kCopies: OCaml blocks arrive as
// arrays of their fields, and an array of a tag and fields that it returns becomes a block.
enum ExternalFlags { kExternalWaits = 1, kExternalCopies = 2 };
// The name is kept, not copied.
void add_external(const char* name, int flags);
// `first`: where in the table their functions lie (stubs.ts), six for each.
void add_external_primitives(int first, std::vector<Primitive>& out);

}  // namespace bactrian
