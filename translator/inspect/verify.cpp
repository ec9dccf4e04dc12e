// SPDX-License-Identifier: Apache-2.0
// The rules of ir.h, checked: in builds with assertions after each pass, in tests always.
//
//  1. A block that can be reached ends with a terminator and holds no other one; Invoke follows a
//  call.
//  2. Phis come first; they have an argument for each predecessor.
//  3. preds and succs agree.
//  4. An argument, a frame state's value: defined before, in the block or in one that dominates it;
//  a phi's
//     argument: at the end of its predecessor.
//  5. (once represented) Arguments have the representation that the operation takes.
//  6. What leaves has a frame state.
#include "translator/ir/ir.h"

#include <algorithm>

namespace bactrian::ir {

namespace {

class Verifier {
 public:
  Verifier(const Function& f, bool represented)
      : f_(f), represented_(represented), order_(compute_order(f)) {}

  std::string run() {
    position_.assign(f_.nodes.size(), kNone);
    for (BlockId b : order_.rpo)
      for (std::uint32_t i = 0; i < f_.blocks[b].nodes.size(); i++) {
        ValueId v = f_.blocks[b].nodes[i];
        if (f_.node(v).block != b) fail(v, "is in a block that is not its own");
        position_[v] = i;
      }
    for (BlockId b : order_.rpo) {
      if (!problem_.empty()) break;
      check_block(b);
    }
    return problem_;
  }

 private:
  void fail(ValueId v, const char* what) {
    if (!problem_.empty()) return;
    problem_ = "v" + std::to_string(v) + " (" + op_info(f_.node(v).op).name + ") " + what;
  }

  bool is_terminator(ValueId v) const { return (op_info(f_.node(v).op).flags & kTerminator) != 0; }

  void check_block(BlockId b) {
    const Block& block = f_.blocks[b];
    if (block.nodes.empty() || !is_terminator(block.nodes.back())) {
      problem_ = "block b" + std::to_string(b) + " has no terminator";
      return;
    }
    for (BlockId s : block.succs)
      if (std::find(f_.blocks[s].preds.begin(), f_.blocks[s].preds.end(), b) ==
          f_.blocks[s].preds.end())
        fail(block.nodes.back(), "has a successor that does not know it");
    bool phis = true;
    for (std::uint32_t i = 0; i < block.nodes.size(); i++) {
      ValueId v = block.nodes[i];
      bool is_phi = f_.node(v).op == Op::kPhi;
      if (is_phi && !phis) fail(v, "is behind other nodes");
      phis = phis && is_phi;
      if (is_terminator(v) && i + 1 < block.nodes.size()) fail(v, "is not at the end");
      if (f_.node(v).op == Op::kInvoke) check_invoke(block, i);
      if (is_phi)
        check_phi(v, block);
      else
        check_node(v, b, i);
    }
  }

  void check_invoke(const Block& block, std::uint32_t i) {
    Op before = i == 0 ? Op::kInvoke : f_.node(block.nodes[i - 1]).op;
    if (before != Op::kCall && before != Op::kCallPrim)
      fail(block.nodes[i], "is not behind a call");
  }

  bool is_defined_at(ValueId v, BlockId b, std::uint32_t position) const {
    if (v >= f_.nodes.size() || position_[v] == kNone) return false;
    BlockId home = f_.node(v).block;
    return home == b ? position_[v] < position : order_.dominates(home, b);
  }

  void check_phi(ValueId v, const Block& block) {
    const Node& n = f_.node(v);
    if (n.arg_count != block.preds.size()) {
      fail(v, "has not an argument for each predecessor");
      return;
    }
    for (std::uint32_t i = 0; i < n.arg_count; i++) {
      BlockId p = block.preds[i];
      if (order_.index[p] == kNone) continue;
      if (!is_defined_at(f_.arg(n, i), p, kNone)) fail(v, "has an argument that is not defined");
      if (represented_ && f_.node(f_.arg(n, i)).repr != n.repr)
        fail(v, "has an argument of another representation");
    }
  }

  void check_node(ValueId v, BlockId b, std::uint32_t position) {
    const Node& n = f_.node(v);
    for (std::uint32_t i = 0; i < n.arg_count; i++) {
      if (!is_defined_at(f_.arg(n, i), b, position)) fail(v, "has an argument that is not defined");
      if (represented_) check_repr(v, n, i);
    }
    bool needs_state = (op_info(n.op).flags & kLeaves) != 0 && n.op != Op::kCallPrim;
    if (needs_state && n.state == kNone) fail(v, "has no frame state");
    for (std::uint32_t s : {n.state, n.after_state})
      if (s != kNone) check_state(v, f_.states[s], b, position);
  }

  void check_repr(ValueId v, const Node& n, std::uint32_t i) {
    const char* letter = op_info(n.op).args;
    for (std::uint32_t k = i; k > 0 && letter[1] != '*'; k--) letter++;
    Repr has = f_.node(f_.arg(n, i)).repr;
    bool ok = *letter == 'x' || (*letter == 't' && has == Repr::kTagged) ||
              (*letter == 'b' && has == Repr::kBool) || (*letter == 'w' && has == n.repr) ||
              (*letter == 'k' && has == static_cast<Repr>(n.imm)) ||
              (*letter == 'f' && has == Repr::kFloat);
    if (!ok) fail(v, "has an argument of a representation that it does not take");
  }

  void check_state(ValueId v, const FrameState& s, BlockId b, std::uint32_t position) {
    auto check = [&](ValueId a) {
      if (a != kNone && !is_defined_at(a, b, position))
        fail(v, "has a frame state with a value that is not defined");
    };
    check(s.env);
    check(s.accu);
    for (auto& slot : s.slots)
      if (slot.kind == FrameState::Slot::Kind::kValue) check(slot.value);
  }

  const Function& f_;
  bool represented_;
  Order order_;
  std::vector<std::uint32_t> position_;
  std::string problem_;
};

}  // namespace

std::string verify(const Function& f, bool represented) { return Verifier(f, represented).run(); }

}  // namespace bactrian::ir
