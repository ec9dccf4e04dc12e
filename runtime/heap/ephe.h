// SPDX-License-Identifier: Apache-2.0
// The layout of ephemerons, and the collector's hooks for the primitives on them (gc_weak.cpp).
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr mlsize_t kEpheLink = 0;
inline constexpr mlsize_t kEpheData = 1;
inline constexpr mlsize_t kEpheFirstKey = 2;

extern Header caml_ephe_none_block[2];
inline Value caml_ephe_none() { return val_of_ptr(caml_ephe_none_block + 1); }

// From now on ephemerons keep their keys alive: nothing is weak.
void ephe_keep_keys();
// Enters a new ephemeron, all of whose fields but the link are set.
void ephe_note(Value ephe);
// A field's new value. The caller has seen to marking (heap_darken) what it must.
void ephe_store(Value ephe, mlsize_t i, Value v);
// While the collector has decided who is dead, but has not emptied all ephemerons (kClean): empties
// this one, so that no dead value is ever seen. Otherwise nothing.
void ephe_clean_if_due(Value ephe);

}  // namespace bactrian
