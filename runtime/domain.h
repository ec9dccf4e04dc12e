// SPDX-License-Identifier: Apache-2.0
// All state of one domain, in one struct, so that a later domain on another worker is another
// struct. Modules reach it through dom(); nothing else in runtime/ is a mutable global, apart from
// what all domains share (the table of code fragments, registered custom operations, options).
//
// Translated code addresses the first fields directly (young_ptr, young_limit, stack_limit), so
// their offsets are part of the translator's contract: they come first and stay first.
#pragma once

#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

struct LocalRoots;
struct Stack;       // interp/stack.h: one fiber's VM stack.
struct HeapState;   // heap/heap.h
struct Thread;      // interp/sched.h
struct Activation;  // tier/activation.h

struct Domain {
  // ---- Addressed by translated code ----
  Value* young_ptr = nullptr;    // Bump pointer, moves down.
  Value* young_limit = nullptr;  // Below it: caml_alloc_small_dispatch. young_start, or raised.
  // The interpreter and translated code go on while sp >= stack_limit. Anything that needs
  // attention (a signal, a finaliser, a timer, a suspension) raises it: see request_attention().
  Value* stack_limit = nullptr;
  Value exn_bucket = kNoValue;  // The pending exception; kNoValue: none.
  std::int32_t fuel = 0;        // Calls and loop turns before the driver's next look.

  // ---- The interpreter's portion of the fuel (interp.cpp) ----
  std::int32_t ticks = 0;         // What is left of it.
  std::int32_t ticks_given = 0;   // Not yet taken off `fuel`.
  std::uint32_t tick_random = 1;  // State of the generator of portions' sizes.

  // ---- Minor heap ----
  Value* young_start = nullptr;
  Value* young_end = nullptr;

  // ---- Roots and stacks ----
  LocalRoots* local_roots = nullptr;
  Stack* current_stack = nullptr;
  Thread* current_thread = nullptr;
  HeapState* heap = nullptr;

  // ---- Attention ----
  bool attention = false;  // stack_limit is raised.
  bool signals_pending = false;
  bool finalisers_pending = false;
  bool memprof_pending = false;

  // ---- Comparison ----
  bool compare_unordered = false;  // Set by a custom comparison that met a NaN.
  bool mixed_numbers = false;      // Integral floats may be integers: they come from JavaScript.

  // ---- Strings that a side module remembers (jsapi/remembered.h) ----
  // Called before bytes change in a block in this range of addresses. What it gives is the block,
  // as a primitive's result, for translated code.
  Value (*bytes_change)(Value) = nullptr;
  std::uintptr_t watched_from = 0, watched_size = 0;
  // Sweeps that have begun. A block that is alive after one has begun stays until the next.
  std::uint32_t sweeps = 0;

  // ---- Backtraces (interp/backtrace.cpp) ----
  bool backtrace_active = false;

  // ---- Translated code (tier/) ----
  Activation* activation = nullptr;  // Of the interpreter, the innermost one.
  // While translated code runs: where sp stands for the end of the native stack, on the stack that
  // it runs on; else null, or what was left from its last run.
  Value* native_limit = nullptr;
  mlsize_t native_room = 0;  // Of a callback's outermost activation, in words of sp's movement.
  int native_depth = 0;      // Calls of translated code by the interpreter that have not returned.
  Value unwind_scratch[256] = {};
};

// The domain's state has a fixed address, which translated code embeds.
#ifdef BACTRIAN_SIDE_MODULE
extern Domain* side_domain;  // side/side.h
inline Domain& dom() { return *side_domain; }
#else
extern Domain domain_state;
inline Domain& dom() { return domain_state; }
#endif

inline bool Is_young(Value v) {
  return static_cast<std::uintptr_t>(bits(v)) -
             reinterpret_cast<std::uintptr_t>(dom().young_start) <
         static_cast<std::uintptr_t>(reinterpret_cast<char*>(dom().young_end) -
                                     reinterpret_cast<char*>(dom().young_start));
}

// To be called before the bytes of a string change.
inline void note_bytes_change(Value v) {
  if (static_cast<std::uintptr_t>(bits(v)) - dom().watched_from < dom().watched_size) [[unlikely]]
    dom().bytes_change(v);
}

// Makes the interpreter (and translated code) stop at its next check and look at what is pending.
void request_attention();

}  // namespace bactrian
