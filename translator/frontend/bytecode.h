// SPDX-License-Identifier: Apache-2.0
// A function's bytecode as a control flow graph: what build.cpp makes the IR from. For each block
// the depth of the stack, the frames that lie on it (return frames of calls whose arguments are
// being computed, trap frames), and which variables live at its start.
//
// Slots are numbered from the bottom: 0 is the last argument. A variable is a slot, the accumulator
// or the environment. Words are counted from the function's first instruction behind its GRAB.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "runtime/bytecode/decode.h"
#include "runtime/bytecode/functions.h"
#include "translator/translator.h"

namespace bactrian {

inline constexpr std::uint32_t kNoIndex = ~std::uint32_t{0};

// The innermost comes first where frames are listed.
struct StackFrame {
  bool is_trap;
  std::int32_t base;     // Its lowest slot.
  std::uint32_t target;  // Word of the return point or the handler.
  std::uint32_t outer;   // Index of the frame around it, or kNoIndex.
  std::int32_t size() const { return is_trap ? 4 : 3; }
};

struct LiveSet {
  std::vector<std::uint64_t> words;
  bool has(std::uint32_t v) const {
    return v / 64 < words.size() && (words[v / 64] >> (v % 64) & 1) != 0;
  }
  void add(std::uint32_t v) {
    if (v / 64 >= words.size()) words.resize(v / 64 + 1);
    words[v / 64] |= std::uint64_t{1} << (v % 64);
  }
  void remove(std::uint32_t v) {
    if (v / 64 < words.size()) words[v / 64] &= ~(std::uint64_t{1} << (v % 64));
  }
  void add_all(const LiveSet& other) {
    if (words.size() < other.words.size()) words.resize(other.words.size());
    for (std::size_t i = 0; i < other.words.size(); i++) words[i] |= other.words[i];
  }
};

inline constexpr std::uint32_t kAccuVariable = 0;
inline constexpr std::uint32_t kEnvVariable = 1;
constexpr std::uint32_t slot_variable(std::int32_t slot) {
  return 2 + static_cast<std::uint32_t>(slot);
}

struct StackState {
  std::int32_t depth;
  std::uint32_t frame;  // Innermost frame, or kNoIndex.
};

struct BytecodeInstruction {
  std::uint32_t word;
  Instruction in;
  StackState before;
  LiveSet live_before, live_after;  // Filled by Bytecode::add_liveness.
};

struct BytecodeBlock {
  std::uint32_t start = 0;
  StackState state{};
  std::vector<BytecodeInstruction> instructions;
  std::vector<std::uint32_t> succs;  // As the last instruction counts them; no handlers.
  std::uint32_t handler = kNoIndex;  // Block of the innermost trap's handler at its start.
  std::uint32_t pred_count = 0;
  bool is_cut = false;  // A continuation leaves for the interpreter at its start.
  LiveSet live_in;
};

struct Bytecode {
  const opcode_t* base = nullptr;
  FunctionId id{};
  std::int32_t arity = 0;
  std::int32_t max_depth = 0;
  std::uint32_t word_count = 0;
  bool tail_calls_itself = false;
  std::vector<BytecodeBlock> blocks;  // Block 0 is the entry.
  std::vector<std::uint32_t> rpo;     // Of the blocks; from the continuation's, where there is one.
  std::vector<StackFrame> frames;
  std::unordered_map<std::uint32_t, std::uint32_t> block_at;
  std::unordered_map<std::uint32_t, std::uint32_t> frame_made_at;

  std::uint32_t innermost_trap(std::uint32_t frame) const {
    while (frame != kNoIndex && !frames[frame].is_trap) frame = frames[frame].outer;
    return frame;
  }
  CodeOffset offset(std::uint32_t word) const { return offset_of_code(base + word); }
};

// Opcodes that counting and installing put in place decode as what was there.
Instruction decode_original(const opcode_t* pc);

// pc: of a continuation, or 0.
Refusal read_bytecode(FunctionId id, CodeOffset pc, std::uint32_t max_words, Bytecode& out);

// PERFORM, RESUME, RESUMETERM, REPERFORMTERM: done in segments, elsewhere left to the interpreter.
bool is_effect(const Instruction& in);
// What the translator does not do itself.
bool is_left_to_interpreter(const Instruction& in);
// Words that a label operand leads to.
std::uint32_t label_target(const Bytecode& code, const Instruction& in, std::int32_t label);

}  // namespace bactrian
