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

constexpr Opcode kNoThird = kOpcodeCount;

struct FusedInfo {
  Opcode first, second, third, fused;
  std::int16_t next;  // The next one with the same first, or -1.
};

FusedInfo fused_table[] = {
#define FUSED(first, second) {first, second, kNoThird, first##_##second, -1},
#define FUSED3(first, second, third) {first, second, third, first##_##second##_##third, -1},
#include "runtime/bytecode/fused.def"
#undef FUSED
#undef FUSED3
};
constexpr int kFusedCount = sizeof fused_table / sizeof fused_table[0];
constexpr int kFirstFused = kOpcodeCount - kFusedCount;
constexpr int kFirstInlined = kFirstFused - kInlinedCount;

// first → index into fused_table, or -1. Triples come before pairs.
std::int16_t fused_heads[kOpcodeCount];
bool fused_linked = false;

void link_fused() {
  if (fused_linked) return;
  fused_linked = true;
  for (auto& head : fused_heads) head = -1;
  for (bool triples : {false, true}) {
    for (std::int16_t i = 0; i < kFusedCount; i++) {
      FusedInfo& info = fused_table[i];
      if ((info.third != kNoThird) != triples) continue;
      info.next = fused_heads[info.first];
      fused_heads[info.first] = i;
    }
  }
}

}  // namespace

Opcode plain_opcode(Opcode op) {
  if (op >= kFirstFused) op = fused_table[op - kFirstFused].first;
  return op >= kFirstInlined ? inlined_table[op - kFirstInlined].call : op;
}

Opcode inlined_opcode(const char* prim_name, Opcode call) {
  for (int i = 0; i < kInlinedCount; i++)
    if (inlined_table[i].call == call && std::strcmp(inlined_table[i].prim, prim_name) == 0)
      return static_cast<Opcode>(kFirstInlined + i);
  return kOpcodeCount;
}

Opcode fuse(const std::int32_t* word, std::size_t word_count) {
  link_fused();
  auto op = static_cast<Opcode>(*word);
  for (int i = fused_heads[op]; i >= 0; i = fused_table[i].next) {
    const FusedInfo& info = fused_table[i];
    std::size_t second = 1u + opcode_info[op].operand_count;
    if (second >= word_count || word[second] != info.second) continue;
    if (info.third == kNoThird) return info.fused;
    std::size_t third = second + 1u + opcode_info[info.second].operand_count;
    if (third < word_count && word[third] == info.third) return info.fused;
  }
  return op;
}

const std::array<OpcodeInfo, kOpcodeCount> opcode_info = made_table;

const char* opcode_name(Opcode op) {
  if (op < 0 || op >= kOpcodeCount) return "?";
  return names[plain_opcode(op)];
}

}  // namespace bactrian
