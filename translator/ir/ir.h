// SPDX-License-Identifier: Apache-2.0
// The intermediate representation: a function's control flow graph in SSA form.
//
// A value is a node; its id is its index. Nodes of a block run in order, its phis first, its
// terminator last. What a value looks like is its representation (Repr); frontend/build.cpp makes
// nodes with their natural representation and lets uses disagree; passes/represent.cpp then puts in
// the conversions. After that:
//
// Rules (inspect/verify.cpp)
// - Every block ends with the one terminator it has; phis come first and have an argument for each
//   predecessor, in the order of Block::preds.
// - Every argument dominates its use (a phi's argument: the end of the predecessor).
// - Arguments have the representation that the operation takes (ops.def).
// - Nodes that may leave the function's code (call, exit, allocation with a slow path) have a frame
//   state whose values are as above.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/functions.h"
#include "translator/ir/repr.h"

namespace bactrian::ir {

using ValueId = std::uint32_t;
using BlockId = std::uint32_t;
inline constexpr std::uint32_t kNone = ~std::uint32_t{0};
// CallPrim's imm for caml_get_public_method, which need not be in the program's table.
inline constexpr std::int64_t kPublicMethodPrim = std::int64_t{1} << 40;

enum OpFlags : std::uint16_t {
  kPure = 0,
  kReads = 1,     // Reads memory that something may change.
  kWrites = 2,    // Writes memory.
  kCollects = 4,  // May move young blocks.
  kLeaves = 8,    // May leave the function: has a frame state.
  kTerminator = 16,
  kIntArgs = 32,    // Its tagged arguments are integers.
  kIntResult = 64,  // Its tagged result is one.
};

enum class Op : std::uint8_t {
#define IR_OP(name, result, args, flags) k##name,
#include "translator/ir/ops.def"
#undef IR_OP
};

struct OpInfo {
  const char* name;
  Repr result;
  const char* args;  // A letter for each argument: see ops.def.
  std::uint16_t flags;
};
const OpInfo& op_info(Op op);

struct Node {
  Op op;
  Repr repr;
  BlockId block = kNone;
  std::uint32_t first_arg = 0;
  std::uint32_t arg_count = 0;
  std::int64_t imm = 0;
  std::uint32_t state = kNone;        // Index of a FrameState: where the interpreter goes on.
  std::uint32_t after_state = kNone;  // CallPrim: the same after the call, for a pending exception.
  std::uint32_t aux = 0;
  bool flag = false;
};

// What the interpreter's frame looks like. Slots from the top down; kNone: dead.
struct FrameState {
  struct Slot {
    enum class Kind : std::uint8_t { kValue, kTrap, kReturnFrame } kind;
    std::uint32_t value;  // A ValueId, or a code offset.
  };
  CodeOffset pc{};
  bool here = false;
  std::int32_t extra_args = 0;
  ValueId env = kNone;
  ValueId accu = kNone;
  std::vector<Slot> slots;
};

struct Block {
  std::vector<ValueId> nodes;
  std::vector<BlockId> preds;
  std::vector<BlockId> succs;  // In the order that the terminator counts them.
  bool cold = false;
};

struct Function {
  FunctionId id{};
  std::int32_t arity = 0;
  bool is_quick = false;  // Few instructions, no loop, no call: not worth entering native code for.
  bool is_continuation = false;
  bool is_segment = false;        // A continuation too (runtime/tier/segments.h).
  CodeOffset pc{};                // Of a continuation.
  std::int32_t frame_wosize = 0;  // Of a continuation: slots to load.
  std::int32_t trap_count = 0;
  std::int32_t max_depth = 0;  // Interpreter stack slots at most.
  std::vector<Node> nodes;
  std::vector<ValueId> args;  // Of all nodes.
  std::vector<Block> blocks;  // Block 0 is the entry.
  std::vector<FrameState> states;

  Node& node(ValueId v) { return nodes[v]; }
  const Node& node(ValueId v) const { return nodes[v]; }
  ValueId arg(const Node& n, std::uint32_t i) const { return args[n.first_arg + i]; }
  ValueId terminator(BlockId b) const { return blocks[b].nodes.back(); }
};

// Reverse postorder of the blocks that can be reached, immediate dominators, loops.
struct Order {
  std::vector<BlockId> rpo;
  std::vector<std::uint32_t> index;  // Of a block in rpo; kNone: unreachable.
  std::vector<BlockId> idom;         // Of a block.
  std::vector<std::uint32_t> loop_depth;
  std::vector<bool> is_loop_header;
  bool reducible = true;

  bool dominates(BlockId a, BlockId b) const;
};
Order compute_order(const Function& f);

std::string print(const Function& f);
// Empty: all rules hold. represented: after passes/represent.cpp.
std::string verify(const Function& f, bool represented);

}  // namespace bactrian::ir
