// SPDX-License-Identifier: Apache-2.0
// What the primitive families want done once, before the first bytecode instruction runs. The
// start-up code calls each function of this list; their order does not matter.
#pragma once

namespace bactrian {

void register_int_custom_operations();       // ints.cpp: Int32, Int64, Nativeint.
void register_bigarray_custom_operations();  // bigarray.cpp

}  // namespace bactrian
