// SPDX-License-Identifier: Apache-2.0
// Mount points and channels (files.cpp): the primitives of the runtime that they replace.
#pragma once

#include "runtime/prims/prim.h"

namespace bactrian {

void start_files();
int file_primitives(Primitive* out);  // Fills `out` from its start; how many.

}  // namespace bactrian
