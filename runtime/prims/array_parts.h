// SPDX-License-Identifier: Apache-2.0
// What arrays.cpp and floatarray.cpp share. `flat`: of floats without boxes (Double_array_tag).
// Each function may raise and then returns kNoValue.
#pragma once

#include <cstdint>

#include "runtime/prims/prim.h"

namespace bactrian {

// Fields of values are not yet valid when the array is small: fill it before the next allocation.
// `length` is any 64-bit number; one above Max_wosize raises Invalid_argument `error`.
Value alloc_array(bool flat, std::uint64_t length, const char* error);
Value sub_array(bool flat, Value array, Value first, Value length);
Value append_arrays(bool flat, Value a, Value b);

// The primitives on floats that those on any array turn to.
Value caml_floatarray_make(Value length, Value init);
Value caml_floatarray_blit(Value from, Value from_index, Value to, Value to_index, Value count);
Value caml_floatarray_fill(Value array, Value first, Value count, Value d);

}  // namespace bactrian
