// SPDX-License-Identifier: Apache-2.0
// The translator's IR: orders, dominators and loops of hand-made graphs, what the verifier refuses,
// which values share a local, and the bytes of modules.
#include <gtest/gtest.h>

#include "translator/emit/locals.h"
#include "translator/emit/module.h"
#include "translator/ir/ir.h"

namespace bactrian::ir {
namespace {

// A graph from its edges; every block jumps, branches or (without successors) returns.
Function graph(std::size_t blocks, std::initializer_list<std::pair<BlockId, BlockId>> edges) {
  Function f;
  f.blocks.resize(blocks);
  for (auto [from, to] : edges) {
    f.blocks[from].succs.push_back(to);
    f.blocks[to].preds.push_back(from);
  }
  return f;
}

ValueId add(Function& f, BlockId b, Op op, std::initializer_list<ValueId> args = {},
            std::int64_t imm = 0) {
  Node n{};
  n.op = op;
  n.repr = op_info(op).result;
  n.block = b;
  n.imm = imm;
  n.first_arg = static_cast<std::uint32_t>(f.args.size());
  n.arg_count = static_cast<std::uint32_t>(args.size());
  f.args.insert(f.args.end(), args);
  f.nodes.push_back(n);
  f.blocks[b].nodes.push_back(static_cast<ValueId>(f.nodes.size() - 1));
  return static_cast<ValueId>(f.nodes.size() - 1);
}

TEST(IrOrder, DiamondIsDominatedByItsTop) {
  Function f = graph(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  Order o = compute_order(f);
  EXPECT_EQ(o.rpo.front(), 0u);
  EXPECT_EQ(o.rpo.back(), 3u);
  EXPECT_EQ(o.idom[3], 0u);
  EXPECT_TRUE(o.dominates(0, 3));
  EXPECT_FALSE(o.dominates(1, 3));
  EXPECT_TRUE(o.reducible);
}

TEST(IrOrder, NestedLoopsHaveDepths) {
  Function f = graph(5, {{0, 1}, {1, 2}, {2, 2}, {2, 3}, {3, 1}, {1, 4}});
  Order o = compute_order(f);
  EXPECT_TRUE(o.is_loop_header[1]);
  EXPECT_TRUE(o.is_loop_header[2]);
  EXPECT_EQ(o.loop_depth[2], 2u);
  EXPECT_EQ(o.loop_depth[3], 1u);
  EXPECT_EQ(o.loop_depth[4], 0u);
}

TEST(IrOrder, LoopWithTwoEntriesIsIrreducible) {
  Function f = graph(3, {{0, 1}, {0, 2}, {1, 2}, {2, 1}});
  EXPECT_FALSE(compute_order(f).reducible);
}

TEST(IrOrder, BlocksThatNothingReachesHaveNoPlace) {
  Function f = graph(3, {{0, 1}, {2, 1}});
  Order o = compute_order(f);
  EXPECT_EQ(o.index[2], kNone);
  EXPECT_EQ(o.idom[1], 0u);
}

TEST(IrVerify, AcceptsAFunctionThatAdds) {
  Function f = graph(1, {});
  ValueId a = add(f, 0, Op::kParam);
  ValueId sum = add(f, 0, Op::kAddInt, {a, a});
  add(f, 0, Op::kReturn, {sum});
  EXPECT_EQ(verify(f, true), "");
}

TEST(IrVerify, RefusesABlockWithoutTerminator) {
  Function f = graph(1, {});
  add(f, 0, Op::kParam);
  EXPECT_NE(verify(f, false).find("terminator"), std::string::npos);
}

TEST(IrVerify, RefusesAUseThatIsNotDominated) {
  Function f = graph(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  ValueId c = add(f, 0, Op::kEq, {add(f, 0, Op::kParam), add(f, 0, Op::kEnv)});
  add(f, 0, Op::kBranch, {c});
  ValueId in_one_arm = add(f, 1, Op::kConst, {}, 3);
  add(f, 1, Op::kJump);
  add(f, 2, Op::kJump);
  add(f, 3, Op::kReturn, {in_one_arm});
  EXPECT_NE(verify(f, false).find("not defined"), std::string::npos);
}

TEST(IrVerify, RefusesAFloatWhereAValueIsTaken) {
  Function f = graph(1, {});
  ValueId x = add(f, 0, Op::kConstFloat);
  add(f, 0, Op::kReturn, {x});
  EXPECT_EQ(verify(f, false), "");
  EXPECT_NE(verify(f, true).find("representation"), std::string::npos);
}

TEST(IrVerify, RefusesAPhiWithTooFewArguments) {
  Function f = graph(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  ValueId p = add(f, 0, Op::kParam);
  add(f, 0, Op::kBranch, {add(f, 0, Op::kIsInt, {p})});
  add(f, 1, Op::kJump);
  add(f, 2, Op::kJump);
  ValueId phi = add(f, 3, Op::kPhi, {p});
  add(f, 3, Op::kReturn, {phi});
  EXPECT_NE(verify(f, false).find("predecessor"), std::string::npos);
}

TEST(IrVerify, RefusesACallWithoutFrameState) {
  Function f = graph(1, {});
  ValueId p = add(f, 0, Op::kParam);
  ValueId call = add(f, 0, Op::kCall, {p, p});
  add(f, 0, Op::kReturn, {call});
  EXPECT_NE(verify(f, false).find("frame state"), std::string::npos);
}

// Of a function with that many parameters, nothing of which is written where it is used.
struct Locals {
  Locals(const Function& f, std::uint32_t parameters)
      : order(compute_order(f)), inlined(f.nodes.size()), liveness(f, order, inlined) {
    liveness.compute();
    of.assign(f.nodes.size(), kNoLocal);
    ValueSet wanted = liveness.none();
    std::uint32_t first = 2 + parameters;
    for (ValueId v = 0; v < f.nodes.size(); v++) {
      const Node& n = f.node(v);
      if (n.op == Op::kParam)
        of[v] = 2 + static_cast<std::uint32_t>(n.imm);
      else if (n.repr != Repr::kVoid && !is_constant(n))
        wanted.add(v);
    }
    types = assign_locals(f, order, liveness, wanted, first, first, of);
    problem = verify_locals(f, order, liveness, of);
  }
  Order order;
  std::vector<bool> inlined;
  Liveness liveness;
  std::vector<std::uint32_t> of;
  std::vector<wasm::Type> types;
  std::string problem;
};

TEST(Locals, ParametersThatAreReadNoMoreGiveTheirLocals) {
  Function f = graph(1, {});
  ValueId a = add(f, 0, Op::kParam);
  ValueId b = add(f, 0, Op::kParam, {}, 1);
  ValueId sum = add(f, 0, Op::kAddInt, {a, b});
  ValueId product = add(f, 0, Op::kMulInt, {sum, b});
  add(f, 0, Op::kReturn, {product});
  Locals locals(f, 2);
  EXPECT_NE(locals.of[sum], locals.of[b]);
  EXPECT_EQ(locals.types.size(), 0u);  // Those of the closure and of a.
  EXPECT_EQ(locals.problem, "");
}

TEST(Locals, ALoopVariableStaysInItsLocal) {
  Function f = graph(4, {{0, 1}, {1, 2}, {1, 3}, {2, 1}});
  ValueId n = add(f, 0, Op::kParam);
  ValueId zero = add(f, 0, Op::kConst, {}, 1);
  add(f, 0, Op::kJump);
  ValueId i = add(f, 1, Op::kPhi, {zero, zero});
  ValueId is_last = add(f, 1, Op::kEq, {i, n});
  add(f, 1, Op::kBranch, {is_last});
  ValueId one = add(f, 2, Op::kConst, {}, 3);
  ValueId next = add(f, 2, Op::kAddInt, {i, one});
  add(f, 2, Op::kJump);
  f.args[f.node(i).first_arg + 1] = next;
  add(f, 3, Op::kReturn, {n});
  Locals locals(f, 1);
  EXPECT_EQ(locals.of[next], locals.of[i]);
  EXPECT_NE(locals.of[i], locals.of[n]);
  EXPECT_EQ(locals.problem, "");
}

TEST(Locals, APhiThatNothingReadsTakesNoOthersPlace) {
  Function f = graph(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  ValueId a = add(f, 0, Op::kParam);
  ValueId b = add(f, 0, Op::kParam, {}, 1);
  add(f, 0, Op::kBranch, {add(f, 0, Op::kEq, {a, b})});
  add(f, 1, Op::kJump);
  add(f, 2, Op::kJump);
  ValueId unread = add(f, 3, Op::kPhi, {a, b});
  ValueId read = add(f, 3, Op::kPhi, {b, a});
  add(f, 3, Op::kReturn, {read});
  Locals locals(f, 2);
  EXPECT_NE(locals.of[unread], locals.of[read]);
  EXPECT_EQ(locals.problem, "");
}

TEST(Locals, VerifierSeesAValueThatIsOverwritten) {
  Function f = graph(1, {});
  ValueId a = add(f, 0, Op::kParam);
  ValueId sum = add(f, 0, Op::kAddInt, {a, a});
  add(f, 0, Op::kReturn, {add(f, 0, Op::kMulInt, {sum, a})});
  Locals locals(f, 1);
  EXPECT_EQ(locals.problem, "");
  locals.of[sum] = locals.of[a];
  EXPECT_NE(verify_locals(f, locals.order, locals.liveness, locals.of).find("read later"),
            std::string::npos);
}

std::vector<std::uint8_t> leb(std::int64_t n) {
  wasm::Bytes b;
  b.signed_leb(n);
  return b.vector();
}

TEST(WasmWriter, SignedNumbers) {
  EXPECT_EQ(leb(0), (std::vector<std::uint8_t>{0}));
  EXPECT_EQ(leb(-1), (std::vector<std::uint8_t>{0x7F}));
  EXPECT_EQ(leb(63), (std::vector<std::uint8_t>{63}));
  EXPECT_EQ(leb(64), (std::vector<std::uint8_t>{0xC0, 0}));
  EXPECT_EQ(leb(-64), (std::vector<std::uint8_t>{0x40}));
  EXPECT_EQ(leb(-65), (std::vector<std::uint8_t>{0xBF, 0x7F}));
  EXPECT_EQ(leb(INT64_MIN).size(), 10u);
}

TEST(WasmWriter, UnsignedNumbers) {
  wasm::Bytes b;
  b.unsigned_leb(0xFFFFFFFF);
  EXPECT_EQ(b.vector(), (std::vector<std::uint8_t>{0xFF, 0xFF, 0xFF, 0xFF, 0x0F}));
}

TEST(WasmWriter, AGetBehindASetOfTheSameLocalIsATee) {
  wasm::Code code;
  code.get(0);
  code.set(1);
  code.get(1);
  code.get(1);
  code.set(2);
  code.end();
  code.get(2);
  EXPECT_EQ(code.vector(),
            (std::vector<std::uint8_t>{wasm::kLocalGet, 0, wasm::kLocalTee, 1, wasm::kLocalGet, 1,
                                       wasm::kLocalSet, 2, wasm::kEnd, wasm::kLocalGet, 2}));
}

TEST(WasmWriter, ModuleBeginsWithItsVersion) {
  ArityTables tables;
  std::vector<std::uint8_t> bytes = write_module({}, {}, tables, 0);
  ASSERT_GE(bytes.size(), 8u);
  EXPECT_EQ(std::string(bytes.begin(), bytes.begin() + 8), std::string("\0asm\1\0\0\0", 8));
}

}  // namespace
}  // namespace bactrian::ir
