// SPDX-License-Identifier: Apache-2.0
// Side modules: more primitives, in a wasm module of their own that shares memory and function
// table with the runtime but no symbols. All that one calls here is in side.def; it gets the
// table's address from bactrian_side_interface, and defines each function of the table as a call
// through it, so that its code includes the runtime's headers as the runtime's own primitives do.
//
// It is attached before a program is loaded, and adds its primitives by add_primitives. They come
// before the runtime's own: one of the same name replaces it, for this program. Neither the
// interpreter nor the translator then does the replaced one inline (kReplaced).
#pragma once

#include <span>
#include <string_view>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/ephe.h"
#include "runtime/heap/heap.h"
#include "runtime/interp/backtrace.h"
#include "runtime/interp/exit.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/sched.h"
#include "runtime/prims/bigarray.h"
#include "runtime/prims/channel.h"
#include "runtime/prims/named_values.h"
#include "runtime/prims/prim.h"

namespace bactrian {

struct SideInterface {
  Domain* domain;
#define SIDE(result, name, parameters, arguments) result(*name) parameters;
#include "runtime/side/side.def"
#undef SIDE
};

// A root that lives as long as the program.
Value* new_global_root();
// Bytecode of a function of one argument, and of others, at the words `entries` of it. Gives the
// code fields of closures for those. False: it is no sound code, or there is no memory.
bool add_functions(const opcode_t* code, std::size_t count, const std::uint32_t* entries,
                   int function_count, Value* fields);
// What a function still takes: those that a partial application lacks.
int closure_arity(Value closure);

}  // namespace bactrian
