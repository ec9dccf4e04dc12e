// SPDX-License-Identifier: Apache-2.0
// The primitives of this module, for the runtime (table.cpp).
#pragma once

namespace bactrian {

void add_all_primitives(int stubs);
// Whether the program that is loaded asks for any that js_of_ocaml 4.0 has not.
bool uses_newer_library();

}  // namespace bactrian
