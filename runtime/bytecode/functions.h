// SPDX-License-Identifier: Apache-2.0
// The table of functions: every place where a closure may start, numbered by FunctionId. An id is
// what a closure's code field and, after the load step, the code operands of CLOSURE and CLOSUREREC
// hold; the translator's table slots follow it.
//
// Each fragment (fragments.h) owns a run of ids in the order of their entries: its start, the
// targets of its closures, and for a function that takes more than one argument the RESTART before
// its GRAB, whose id is the function's less one: the code of a partial application.
#pragma once

#include <cstdint>

#include "runtime/bytecode/code.h"

namespace bactrian {

inline constexpr FunctionId kNoFunction{0};

struct Fragment;

inline constexpr CodeOffset kNoGroup{0}, kManyGroups{1};

struct FunctionInfo {
  CodeOffset entry{};
  std::uint16_t arity = 0;       // Parameters; 0 for a RESTART, which takes those that lack.
  std::uint16_t original = 0;    // Its first opcode, while another one counts or enters calls.
  Fragment* fragment = nullptr;  // Null: the id is not in use.
  // The CLOSUREREC that makes closures of it, if there is just one.
  CodeOffset group = kNoGroup;
  void (*code)() = nullptr;         // Its translation (tier/tier.h).
  std::uint16_t native_wosize = 0;  // Of the translation's frame, in words of sp's movement.
  std::uint16_t calls = 0;          // Counted; of a translation: how often it was left.
  std::uint16_t nested = 0;  // Of a translation: how many more of its calls had calls interpreted.
};

extern FunctionInfo* function_table;
extern std::uint32_t function_table_size;

inline const FunctionInfo& function_info(FunctionId id) {
  return function_table[static_cast<std::uint32_t>(id)];
}
inline CodeOffset function_entry(FunctionId id) { return function_info(id).entry; }

// The code of the partial applications of a function whose entry is a GRAB.
constexpr FunctionId restart_of_function(FunctionId id) {
  return FunctionId{static_cast<std::uint32_t>(id) - 1};
}

}  // namespace bactrian
