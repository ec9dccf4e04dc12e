// SPDX-License-Identifier: Apache-2.0
// Mount points and channels (files.cpp): the primitives of the runtime that they replace.
#pragma once

#include <vector>

#include "runtime/prims/prim.h"

namespace bactrian {

void start_files();
void add_file_primitives(std::vector<Primitive>& out);

}  // namespace bactrian
