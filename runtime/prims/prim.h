// SPDX-License-Identifier: Apache-2.0
// The table of primitives (design D9), built from prims.def: what linking, the interpreter and the
// translator know of each.
//
// A primitive of up to five arguments takes them as C++ parameters; one of more takes the VM
// stack's address, `Value* args` with args[0] the first, and their number. It returns kNoValue when
// it raised (fail.h) or suspends (sched.h). Its arguments are not rooted.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"
#include "runtime/value/value.h"

namespace bactrian {

// What a primitive may do beyond computing its result from its arguments' bits. A primitive with
// none of these is a pure function: equal arguments give equal results, and calls can be dropped.
enum PrimFlags : std::uint8_t {
  kPure = 0,
  kAlloc = 1,      // May allocate in the heap, hence move young blocks.
  kRaise = 2,      // May raise.
  kRead = 4,       // Reads mutable state (a field, a file, the clock).
  kWrite = 8,      // Changes state that something else can see.
  kSuspend = 16,   // May suspend the thread: runs again from its start when the wait ends.
  kCallback = 32,  // May run OCaml code before it returns.
  // Looks at its caller's frame, or shows what frames keep alive and what was allocated: only the
  // interpreter calls it, so that it sees what it does under ocamlrun.
  kObserve = 64,
  kReplaced = 128,  // A side module's (side/side.h), perhaps in place of the runtime's: done inline
                    // by nobody.
  kAll = kAlloc | kRaise | kRead | kWrite,
};

inline constexpr int kArityN = -1;

struct Primitive {
  const char* name;
  std::int8_t arity;  // 1 to 5, or kArityN.
  std::uint8_t flags;
  void (*function)();
};

std::span<const Primitive> all_primitives();  // In the order of prims.def.
// Of several entries of that name the first. Null: not implemented.
const Primitive* find_primitive(std::string_view name);
// More of them, with kReplaced, which are found before the others. Kept, not copied.
void add_primitives(std::span<const Primitive> primitives);
std::span<const Primitive> added_primitives();

}  // namespace bactrian
