// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translator/ir/ir.h"

namespace bactrian::ir {

// What a word of the interpreter's frame is likely to hold each time that a loop is entered.
enum class SlotGuess : std::uint8_t { kNone, kInteger, kFloat };
// Guards where loop f is entered. guesses: for each word of its frame.
void guard_entry(Function& f, const std::vector<SlotGuess>& guesses);

// Decides the representation of phis and puts in conversions where a use wants another one.
void represent(Function& f);

}  // namespace bactrian::ir
