// SPDX-License-Identifier: Apache-2.0
// Numbers that JavaScript gave, where OCaml's types say float, int32, nativeint or int64: an
// integral one is an immediate integer (numbers.cpp).
#pragma once

#include <vector>

#include "runtime/prims/prim.h"

namespace bactrian {

extern const CustomOperations* int32_operations;
extern const CustomOperations* int64_operations;
extern const CustomOperations* bigarray_operations;
extern const CustomOperations* nativeint_operations;

void start_numbers();
// The replaced primitives.
void add_number_primitives(std::vector<Primitive>& out);

}  // namespace bactrian
