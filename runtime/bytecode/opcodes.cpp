// SPDX-License-Identifier: Apache-2.0
// opcodes.def → opcode_info and the names. A short form's row is its action's, with the implied
// operand taken away.
#include "runtime/bytecode/opcodes.h"

#include <array>
#include <cstring>

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
#define INLINED(prim, call, op) table[op] = table[call];
#include "runtime/bytecode/inlined.def"
#undef INLINED
#define FUSED(first, second) table[first##_##second] = table[first];
#define FUSED3(first, second, third) table[first##_##second##_##third] = table[first];
#include "runtime/bytecode/fused.def"
#undef FUSED
#undef FUSED3
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

struct InlinedInfo {
  const char* prim;
  Opcode call;
};
constexpr InlinedInfo inlined_table[] = {
#define INLINED(prim, call, op) {#prim, call},
#include "runtime/bytecode/inlined.def"
#undef INLINED
};
constexpr int kInlinedCount = sizeof inlined_table / sizeof inlined_table[0];

// In the order of their opcodes. A triple is its first and the pair of the others.
struct FusedInfo {
  std::uint16_t first, second;
};
constexpr FusedInfo fused_table[] = {
#define FUSED(first, second) {first, second},
#define FUSED3(first, second, third) {first, second##_##third},
#include "runtime/bytecode/fused.def"
#undef FUSED
#undef FUSED3
};
constexpr int kFusedCount = sizeof fused_table / sizeof fused_table[0];
constexpr int kFirstFused = kOpcodeCount - kFusedCount;
constexpr int kFirstInlined = kFirstFused - kInlinedCount;

// first, second → index into fused_table, plus 1; or 0.
std::uint8_t fused_index[kFirstFused][kOpcodeCount];
static_assert(kFusedCount <= 255);

}  // namespace

Opcode plain_opcode(Opcode op) {
  if (op >= kFirstFused) op = static_cast<Opcode>(fused_table[op - kFirstFused].first);
  return op >= kFirstInlined ? inlined_table[op - kFirstInlined].call : op;
}

Opcode inlined_opcode(const char* prim_name, Opcode call) {
  for (int i = 0; i < kInlinedCount; i++)
    if (inlined_table[i].call == call && std::strcmp(inlined_table[i].prim, prim_name) == 0)
      return static_cast<Opcode>(kFirstInlined + i);
  return kOpcodeCount;
}

Fuser::Fuser() {
  for (std::uint8_t i = 0; i < kFusedCount; i++)
    fused_index[fused_table[i].first][fused_table[i].second] = i + 1;
}

void Fuser::next(std::int32_t* word) {
  std::int32_t op = *word;
  if (int pair = fused_index[last_op_][op]; pair != 0) {
    *last_ = kFirstFused - 1 + pair;
    if (int triple = fused_index[before_op_][*last_]; triple != 0)
      *before_ = kFirstFused - 1 + triple;
  }
  before_ = last_;
  before_op_ = last_op_;
  last_ = word;
  last_op_ = op;
}

const std::array<OpcodeInfo, kOpcodeCount> opcode_info = made_table;

const char* opcode_name(Opcode op) {
  if (op < 0 || op >= kOpcodeCount) return "?";
  return names[plain_opcode(op)];
}

}  // namespace bactrian
