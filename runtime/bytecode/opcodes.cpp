// SPDX-License-Identifier: Apache-2.0
// opcodes.def → opcode_info and the names. A short form's row is its action's, with the implied
// operand taken away.
#include "runtime/bytecode/opcodes.h"

#include <array>

namespace bactrian {

namespace {

constexpr std::uint8_t operand_words(OperandKind a, OperandKind b) {
  return (a != OperandKind::kNone ? 1 : 0) + (b != OperandKind::kNone ? 1 : 0);
}

constexpr auto make_table() {
  using enum OperandKind;
  using enum Flow;
  std::array<OpcodeInfo, kOpcodeCount> table{};
#define OPCODE(name, a, b, pops, pushes, flow, since) \
  table[name] = {name, a, b, kExplicit, pops, pushes, false, flow, since, operand_words(a, b)};
#define INTERNAL OPCODE
#define SHORT(name, action, push, implied)
#include "runtime/bytecode/opcodes.def"
#undef OPCODE
#undef INTERNAL
#undef SHORT
#define OPCODE(...)
#define INTERNAL(...)
#define SHORT(name, action_name, push_first, implied_operand) \
  table[name] = table[action_name];                           \
  table[name].push = (push_first) != 0;                       \
  table[name].implied = implied_operand;                      \
  if ((implied_operand) != kExplicit) table[name].operand_count -= 1;
#include "runtime/bytecode/opcodes.def"
#undef OPCODE
#undef INTERNAL
#undef SHORT
  return table;
}

constexpr auto made_table = make_table();

const char* const names[] = {
#define OPCODE(name, ...) #name,
#define SHORT(name, ...) #name,
#define INTERNAL(name, ...) #name,
#include "runtime/bytecode/opcodes.def"
#undef OPCODE
#undef SHORT
#undef INTERNAL
};

}  // namespace

const std::array<OpcodeInfo, kOpcodeCount> opcode_info = made_table;

const char* opcode_name(Opcode op) { return op >= 0 && op < kOpcodeCount ? names[op] : "?"; }

}  // namespace bactrian
