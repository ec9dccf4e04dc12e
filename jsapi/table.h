// SPDX-License-Identifier: Apache-2.0
// The primitives of this module, for the runtime (table.cpp).
#pragma once

namespace bactrian {

void add_all_primitives();

}  // namespace bactrian
