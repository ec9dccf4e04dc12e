// SPDX-License-Identifier: Apache-2.0
// opcodes.def → the enumeration of opcodes and, for each, what there is to know about it.
//
// An instruction is one 32-bit word, its opcode, and its operands, one word each. Two opcodes have
// a table behind their operands:
//
//   SWITCH       a = constants | blocks << 16; then that many labels, relative to the first of them
//   CLOSUREREC   a functions, b variables; then a code offsets, relative to the first of them
//
// Other labels are relative to the word that holds them. After the load step (code.h) the code
// operands of CLOSURE and CLOSUREREC hold FunctionIds instead.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bactrian {

enum Opcode : std::int32_t {
#define OPCODE(name, ...) name,
#define SHORT(name, ...) name,
#define INTERNAL(name, ...) name,
#include "runtime/bytecode/opcodes.def"
#undef OPCODE
#undef SHORT
#undef INTERNAL
#define INLINED(prim, call, op) op,
#include "runtime/bytecode/inlined.def"
#undef INLINED
#define FUSED(first, second) first##_##second,
#define FUSED3(first, second, third) first##_##second##_##third,
#include "runtime/bytecode/fused.def"
#undef FUSED
#undef FUSED3
  kOpcodeCount,
};
inline constexpr std::int32_t kFileOpcodeCount = RESUME_50;  // Those that a file may hold.

enum class OperandKind : std::uint8_t {
  kNone,
  kCount,          // A number of words, 0 or more.
  kSize,           // A number of words, 1 or more.
  kFunctionCount,  // CLOSUREREC's a.
  kSlot,           // Index from the top of the stack.
  kField,          // Index of a field.
  kGlobal,         // Index into the global data.
  kPrim,           // Index into the table of primitives.
  kTag,            // 0 to 255.
  kInt,            // A signed constant.
  kLabel,          // Relative code address.
  kFunction,       // Relative code address of a function; after loading: a FunctionId.
  kCache,          // Written at run time (GETPUBMET).
  kSwitchSizes,    // SWITCH's a.
};

enum class Flow : std::uint8_t {
  kNext,         // The next instruction.
  kJump,         // The label.
  kBranch,       // The label or the next instruction.
  kTable,        // One of SWITCH's labels.
  kReturnPoint,  // PUSH_RETADDR: the next instruction; the label once the APPLY after it returns.
  kTrap,         // PUSHTRAP: the next instruction; the label when something raises.
  kCall,         // A call (or an effect), then the next instruction.
  kTailCall,     // Leaves the function.
  kReturn,       // Leaves the function.
  kRaises,       // Leaves for the handler.
  kStop,         // Ends the machine.
  kDebugger,     // ocamldebug's: not valid here.
};

// How many slots an instruction pops when that is not a constant: see opcodes.def.
enum PopRule : std::int8_t { kA = -1, kB = -2, kAless1 = -3, kBless1 = -4, kAplus3 = -5 };

inline constexpr std::int8_t kExplicit = 127;

struct OpcodeInfo {
  Opcode action;        // What it does; itself, unless it is a short form.
  OperandKind a, b;     // Of the action.
  std::int8_t implied;  // The action's a, or kExplicit.
  std::int8_t pops;     // >= 0, or a PopRule; of the action.
  std::int8_t pushes;   // Of the action, which does not count `push`.
  bool push;            // Pushes the accumulator first.
  Flow flow;
  std::uint8_t since;
  std::uint8_t operand_count;  // Words behind the opcode, without a table.
};

extern const std::array<OpcodeInfo, kOpcodeCount> opcode_info;
const char* opcode_name(Opcode op);

// Inlined primitives (inlined.def) decode as their call, fused instructions (fused.def) as the
// first. The opcode before either was put in its place:
Opcode plain_opcode(Opcode op);
// The opcode that does the primitive itself, for a call of it; kOpcodeCount: there is none.
Opcode inlined_opcode(const char* prim_name, Opcode call);
// Fuses the instructions of a fragment; it is told of each, in order.
class Fuser {
 public:
  Fuser();
  // Puts fused opcodes, where there are, into the two instructions before. This one stays.
  void next(std::int32_t* word);

 private:
  // Their opcodes before that; nothing begins with STOP.
  std::int32_t *before_ = nullptr, *last_ = nullptr;
  std::int32_t before_op_ = STOP, last_op_ = STOP;
};

}  // namespace bactrian
