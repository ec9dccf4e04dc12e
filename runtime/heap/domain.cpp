// SPDX-License-Identifier: Apache-2.0
// The domain's state, the collector's, and the atoms.
#include "runtime/domain.h"

#include "runtime/heap/state.h"

namespace bactrian {

constinit Domain domain_state;
// Constant-initialised: GlobalRoots may be static objects of other files.
constinit HeapState heap_state;
Header caml_atom_table[256 + 1];

}  // namespace bactrian
