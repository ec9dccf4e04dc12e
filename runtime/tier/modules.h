// SPDX-License-Identifier: Apache-2.0
// The modules of translated code that are in place, and the elements of the runtime's function
// table that they have ("slots"; a translated function's code pointer is its slot).
//
// A module's functions are entries: a function, a loop, an adapter. An entry is current as long as
// its code is what calls lead to; it ends when a newer translation takes its place, when it is
// dropped because it does not pay, and when its code fragment goes. A module without current
// entries is released: the host empties its slots, and the engine may free it once no frame of it
// is left.
//
// All modules together have at most options().code_limit bytes (32 MB when not set: some thirty
// times what ocamlc needs to compile a large file; the engine's machine code is several times as
// much). When a new one would be too much, the oldest are evicted: their functions are interpreted
// and counted again, so that those that are still hot come back, together with what is warm by
// then. That costs a translation, so that evictions are limited to a share of the time; past it
// nothing new is translated for a while.
#pragma once

#include "runtime/tier/tier.h"

namespace bactrian {

// The first of `count` free slots in a row.
std::uint32_t alloc_slots(std::uint32_t count);
void free_slots(std::uint32_t first, std::uint32_t count);

void install_module(const NewModule& module);
// Its entry, if it is one, is no longer current.
void code_dropped(TranslatedCode code);
// There may be no room, and evictions have had their share of the time.
bool is_code_full();

// Frame descriptors of released modules: when there is no translated frame left.
void free_released_data();

}  // namespace bactrian
