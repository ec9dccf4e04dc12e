// SPDX-License-Identifier: Apache-2.0
// The program's table of primitives: section PRIM's names, in order, as the operands of C_CALLN
// count them. It grows when Dynlink or the toplevel adds one.
//
// A name that is not implemented, or a call with another number of arguments than its primitive
// takes, is no error until it is executed: such an entry has no function, and the interpreter calls
// raise_missing_primitive. Since a name may be called both rightly and wrongly, wrong calls have
// entries of their own, below 0, to which the load step redirects them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/prims/prim.h"

namespace bactrian {

using PrimFunction = void (*)();

// What C_CALLN's operand indexes, from -kMaxMiscalls.
inline constexpr std::int32_t kMaxMiscalls = 256;
extern PrimFunction* prim_functions;

// names: each followed by a NUL. Replaces the table. False: no memory.
bool build_prim_table(const char* names, std::size_t byte_count);

std::int32_t prim_count();
const char* prim_name(std::int32_t index);            // Of a redirected call too.
const Primitive* prim_at(std::int32_t index);         // Null: not implemented.
std::int32_t find_prim_index(std::string_view name);  // -1: not in the table.

// The operand for a call of entry `index` with `arg_count` arguments: `index` where that is right.
std::int32_t redirect_prim_call(std::int32_t index, std::int32_t arg_count);
std::int32_t original_prim_index(std::int32_t operand);

// Adds an entry; returns its index, -1 when there is no memory.
std::int32_t add_prim(const Primitive* primitive);

// Names that the code calls and that are not implemented, for one message when the program starts.
// (ocamlc lists all that its runtime has.)
std::int32_t missing_prim_count();
const char* missing_prim_name(std::int32_t n);

// Raises Failure; counts.
[[nodiscard]] Value raise_missing_primitive(std::int32_t operand);
extern std::uint32_t missing_prim_calls;

}  // namespace bactrian
