// SPDX-License-Identifier: Apache-2.0
// Exceptions across the border (errors.cpp).
#pragma once

#include "jsapi/border.h"

namespace bactrian {

// words[1] with kThrown; words[0] is what was thrown.
// kRegistered: its text; words[2] is the name of an exception that the program has registered.
enum class Thrown : word_t { kOcaml, kError, kOther, kStackOverflow, kRegistered };

// The OCaml exception for what has been thrown. kNoValue: one about that is pending.
Value thrown_exception();
// The pending exception, as put_exception does it: kThrown. kExit: there is none, the program ends.
word_t word_of_exception();
// Js.Error, with the Error in field 1.
bool holds_error(Value exn);

}  // namespace bactrian
