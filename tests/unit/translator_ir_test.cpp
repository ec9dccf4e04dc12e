// SPDX-License-Identifier: Apache-2.0
// The translator's IR: orders, dominators and loops of hand-made graphs, what the verifier refuses,
// and the bytes of modules.
#include <gtest/gtest.h>

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

TEST(WasmWriter, ModuleBeginsWithItsVersion) {
  ArityTables tables;
  std::vector<std::uint8_t> bytes = write_module({}, tables, 0);
  ASSERT_GE(bytes.size(), 8u);
  EXPECT_EQ(std::string(bytes.begin(), bytes.begin() + 8), std::string("\0asm\1\0\0\0", 8));
}

}  // namespace
}  // namespace bactrian::ir
