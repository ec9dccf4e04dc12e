// SPDX-License-Identifier: Apache-2.0
// Where bytecode lives at run time. All fragments (the program's, the toplevel's, dynlinked ones)
// lie in one code space, so that an address in it fits a 32-bit CodeOffset on every machine: on
// wasm the offset is the address, natively it counts from a reserved range.
#pragma once

#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

using opcode_t = std::int32_t;

#ifdef __wasm__
inline char* code_base() { return nullptr; }
#else
extern char* native_code_base;
inline char* code_base() { return native_code_base; }
#endif

// By integers: to a compiler, an offset from a null pointer (the base on wasm) leads nowhere.
inline opcode_t* code_at(CodeOffset offset) {
  return reinterpret_cast<opcode_t*>(reinterpret_cast<std::uintptr_t>(code_base()) +
                                     static_cast<std::uint32_t>(offset));
}
inline CodeOffset offset_of_code(const opcode_t* pc) {
  return CodeOffset{static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pc) -
                                               reinterpret_cast<std::uintptr_t>(code_base()))};
}
inline opcode_t* Code_val(Value closure) {
  return code_at(code_offset_of_field(Field(closure, 0)));
}

// Return addresses and trap handlers on the VM stack: integers that hold the offset, with a mark
// above it that no integer of a program's is likely to bear, so that backtraces can tell them.
inline constexpr std::uint64_t kPcMark = std::uint64_t{0x2BAC7123} << 32;
inline Value Val_pc(const opcode_t* pc) {
  return Val_long(
      static_cast<std::int64_t>(kPcMark | static_cast<std::uint32_t>(offset_of_code(pc))));
}
constexpr bool Is_pc(Value v) {
  return (static_cast<std::uint64_t>(bits(v)) >> 33) == kPcMark >> 32 && Is_long(v);
}
inline opcode_t* Pc_val(Value v) {
  return code_at(CodeOffset{static_cast<std::uint32_t>(Long_val(v))});
}

}  // namespace bactrian
