// SPDX-License-Identifier: Apache-2.0
// What the option "stats" prints about translated code.
#pragma once

#include <cstdint>

#include "runtime/tier/refusal.h"

namespace bactrian {

struct TierCounters {
  std::uint32_t requested_functions = 0;
  std::uint32_t requested_loops = 0;
  std::uint32_t requested_adapters = 0;
  std::uint32_t installed_functions = 0;
  std::uint32_t installed_loops = 0;
  std::uint32_t installed_segments = 0;
  std::uint32_t refused = 0;  // By the translator, for good.
  std::uint32_t entered = 0;  // Calls of translated code from the interpreter.
  std::uint32_t entered_loops = 0;
  std::uint32_t entered_segments = 0;
  std::uint32_t interpreted_calls = 0;  // Nested activations.
  std::uint32_t unwindings = 0;
  std::uint32_t unwound_frames = 0;  // Of translated code.
  std::uint32_t forced = 0;
  std::uint32_t dropped = 0;  // Translations that did not pay.
  std::uint32_t slices = 0;   // Of the interpreter's fuel.
  std::uint32_t refusals[kRefusalCount] = {};
  std::uint64_t ticks = 0;  // Calls and loop turns that were interpreted.
  std::uint32_t modules = 0;
  std::uint32_t module_bytes = 0;
  std::uint32_t live_modules = 0;  // modules.h
  std::uint32_t live_bytes = 0;
  std::uint32_t released = 0, evicted = 0;
  double seconds = 0;  // In requests: translating, and compiling what is not compiled meanwhile.
};

extern TierCounters tier_counters;
// Prints them; the translator's, null until it is there.
extern void (*print_tier_counters)();
// A formatted line on stderr.
void print_tier_line(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace bactrian
