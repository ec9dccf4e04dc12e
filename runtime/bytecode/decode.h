// SPDX-License-Identifier: Apache-2.0
// One instruction, decoded: short forms look like their action with all operands explicit.
// verify.cpp has found the code good before anything else decodes it.
#pragma once

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/opcodes.h"

namespace bactrian {

struct Instruction {
  const OpcodeInfo* info;
  Opcode op;
  std::int32_t a, b;
  const opcode_t* operands;  // The words behind the opcode.
  std::uint32_t table_size;  // SWITCH, CLOSUREREC: words behind the operands.
  std::uint32_t size;        // Words, all in all.

  const opcode_t* table() const { return operands + info->operand_count; }
  // The word that holds operand b, or a when there is no b: what a label is relative to.
  const opcode_t* last_operand() const { return operands + info->operand_count - 1; }
};

constexpr std::uint32_t switch_table_size(std::int32_t sizes) {
  auto u = static_cast<std::uint32_t>(sizes);
  return (u & 0xFFFF) + (u >> 16);
}

inline Instruction decode(const opcode_t* pc) {
  const OpcodeInfo& info = opcode_info[static_cast<std::size_t>(*pc)];
  const opcode_t* operands = pc + 1;
  const opcode_t* next = operands;
  std::int32_t a = 0, b = 0;
  if (info.implied != kExplicit)
    a = info.implied;
  else if (info.a != OperandKind::kNone)
    a = *next++;
  if (info.b != OperandKind::kNone) b = *next;
  std::uint32_t table = 0;
  if (info.a == OperandKind::kSwitchSizes) table = switch_table_size(a);
  if (info.a == OperandKind::kFunctionCount) table = static_cast<std::uint32_t>(a);
  return {&info, static_cast<Opcode>(*pc), a, b, operands, table, 1u + info.operand_count + table};
}

// Its size alone, for those who pass over most.
inline std::uint32_t instruction_size(const opcode_t* pc) {
  std::uint32_t size = 1u + opcode_info[static_cast<std::size_t>(*pc)].operand_count;
  if (*pc == SWITCH) size += switch_table_size(pc[1]);
  if (*pc == CLOSUREREC) size += static_cast<std::uint32_t>(pc[1]);
  return size;
}

}  // namespace bactrian
