// SPDX-License-Identifier: Apache-2.0
// A stand-in for the translator, for tests of the runtime's side of translation (runtime/tier) with
// any program, natively: its "translations" are C++ functions that follow the convention of tier.h
// to the letter, and find out what to do by reading the bytecode as they run. Frames live in C++
// variables; what they hold is spilled, reloaded and described for unwinding as wasm code does it.
// What they do not know (effects, methods) they leave to the interpreter, by unwinding.
#pragma once

#include <cstdint>

#include "runtime/tier/tier.h"

namespace bactrian {

// For set_translate_hook: installs the function, or the loop at pc. Answers 1, or 0 for what can
// have no translation.
std::int32_t shadow_translate(std::int32_t function_id, std::int32_t pc);
// Installs that function alone.
void shadow_install(FunctionId id);

// Functions for which it answers 0, chosen by their ids: every n-th one; 0: none.
extern std::uint32_t shadow_refuse_every;
extern bool shadow_trace;  // A line on stderr where a translation leaves to the interpreter.

}  // namespace bactrian
