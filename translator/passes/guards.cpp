// SPDX-License-Identifier: Apache-2.0
// Guards where a loop is entered in its middle. Its variables come from the interpreter's frame, of
// which the code says nothing; so what the frame holds now is taken for what it will hold each
// time.
//
//   i = FrameSlot                i = FrameSlot     x = FrameSlot
//   x = FrameSlot         ──►    GuardInt i        GuardFloat x     x' = Unbox x
//   Phi i …   Phi x …            Phi i …           Phi x' …
//
// Integers need not be shown to the collector at each call, and a float reference of the loop is
// not a block at each turn. Integers are guarded where the loop calculates with them, floats where
// all that the loop puts in their place are floats. A guard that fails leaves for the interpreter.
// Before represent.cpp. What is not seen: loops inside the loop, entered anew at each turn.
#include "translator/passes/passes.h"

namespace bactrian::ir {

namespace {

class Guarder {
 public:
  Guarder(Function& f, const std::vector<SlotGuess>& guesses) : f_(f), guesses_(guesses) {}

  void run() {
    if (!find_poll()) return;
    find_calculated();
    std::vector<ValueId> integers, floats;
    for (ValueId v : f_.blocks[0].nodes) {
      if (guess_of(v) == SlotGuess::kInteger && calculated_[v]) integers.push_back(v);
      if (guess_of(v) == SlotGuess::kFloat && becomes_float(v)) floats.push_back(v);
    }
    if (integers.empty() && floats.empty()) return;
    add_entry_state();
    add_block();
    if (!integers.empty()) add_guard(Op::kGuardInt, integers);
    for (ValueId v : floats) {
      add_guard(Op::kGuardFloat, {v});
      replace_in_header(v, add(Op::kUnbox, Repr::kFloat, {v}));
    }
    add(Op::kJump, Repr::kVoid, {});
  }

 private:
  SlotGuess guess_of(ValueId v) const {
    const Node& n = f_.node(v);
    return n.op == Op::kFrameSlot ? guesses_[static_cast<std::size_t>(n.imm)] : SlotGuess::kNone;
  }

  // The loop's header, its first edge, and the state at its poll.
  bool find_poll() {
    const Block& entry = f_.blocks[0];
    if (entry.succs.size() != 1) return false;
    header_ = entry.succs[0];
    const Block& header = f_.blocks[header_];
    while (edge_ < header.preds.size() && header.preds[edge_] != 0) edge_++;
    for (ValueId v : header.nodes) {
      const Node& n = f_.node(v);
      if (n.op == Op::kPhi) continue;
      poll_state_ = n.op == Op::kPoll ? n.state : kNone;
      break;
    }
    return edge_ < header.preds.size() && poll_state_ != kNone;
  }

  bool is_constant(ValueId v) const { return f_.node(v).op == Op::kConst; }

  // What is an argument of integer arithmetic or takes its result's place, or is compared with a
  // variable (a loop's last value); and what becomes such a thing by a phi.
  void find_calculated() {
    calculated_.assign(f_.nodes.size(), false);
    std::vector<ValueId> phis;
    for (const Block& b : f_.blocks)
      for (ValueId v : b.nodes) {
        const Node& n = f_.node(v);
        if (n.op == Op::kPhi) phis.push_back(v);
        bool compares = (n.op == Op::kEq || n.op == Op::kNe) && !is_constant(f_.arg(n, 0)) &&
                        !is_constant(f_.arg(n, 1));
        bool calculates = (op_info(n.op).flags & kIntArgs) != 0 || compares;
        for (std::uint32_t i = 0; calculates && i < n.arg_count; i++)
          calculated_[f_.arg(n, i)] = true;
        if ((op_info(n.op).flags & kIntResult) != 0) calculated_[v] = true;
      }
    for (bool changed = true; changed;) {
      changed = false;
      for (ValueId v : phis) changed |= spread(v);
    }
  }

  bool spread(ValueId phi) {
    const Node& n = f_.node(phi);
    bool any = calculated_[phi];
    for (std::uint32_t i = 0; i < n.arg_count; i++) any = any || calculated_[f_.arg(n, i)];
    bool changed = any && !calculated_[phi];
    if (any) calculated_[phi] = true;
    for (std::uint32_t i = 0; any && i < n.arg_count; i++) {
      changed |= !calculated_[f_.arg(n, i)];
      calculated_[f_.arg(n, i)] = true;
    }
    return changed;
  }

  bool becomes_float(ValueId slot) const {
    for (ValueId v : f_.blocks[header_].nodes) {
      const Node& n = f_.node(v);
      if (n.op != Op::kPhi || f_.arg(n, edge_) != slot) continue;
      std::vector<bool> seen(f_.nodes.size());
      if (merges_floats(v, seen)) return true;
    }
    return false;
  }

  bool merges_floats(ValueId v, std::vector<bool>& seen) const {
    const Node& n = f_.node(v);
    if (n.op != Op::kPhi) return n.repr == Repr::kFloat || guess_of(v) == SlotGuess::kFloat;
    if (seen[v]) return true;
    seen[v] = true;
    for (std::uint32_t i = 0; i < n.arg_count; i++)
      if (!merges_floats(f_.arg(n, i), seen)) return false;
    return true;
  }

  // The poll's state, with what comes in by the first edge.
  void add_entry_state() {
    FrameState state = f_.states[poll_state_];
    auto enter = [&](ValueId& v) {
      if (v != kNone && f_.node(v).op == Op::kPhi && f_.node(v).block == header_)
        v = f_.arg(f_.node(v), edge_);
    };
    enter(state.env);
    enter(state.accu);
    for (auto& slot : state.slots)
      if (slot.kind == FrameState::Slot::Kind::kValue) enter(slot.value);
    entry_state_ = static_cast<std::uint32_t>(f_.states.size());
    f_.states.push_back(std::move(state));
  }

  // Between the two: block 0 gives up the interpreter's frame at its end, and nothing may leave
  // before.
  void add_block() {
    block_ = static_cast<BlockId>(f_.blocks.size());
    Block b;
    b.preds = {0};
    b.succs = {header_};
    f_.blocks.push_back(std::move(b));
    f_.blocks[0].succs[0] = block_;
    f_.blocks[header_].preds[edge_] = block_;
  }

  ValueId add(Op op, Repr repr, const std::vector<ValueId>& args) {
    Node n{};
    n.op = op;
    n.repr = repr;
    n.block = block_;
    n.first_arg = static_cast<std::uint32_t>(f_.args.size());
    n.arg_count = static_cast<std::uint32_t>(args.size());
    f_.args.insert(f_.args.end(), args.begin(), args.end());
    f_.nodes.push_back(n);
    f_.blocks[block_].nodes.push_back(static_cast<ValueId>(f_.nodes.size() - 1));
    return f_.blocks[block_].nodes.back();
  }

  void add_guard(Op op, const std::vector<ValueId>& args) {
    f_.node(add(op, Repr::kVoid, args)).state = entry_state_;
  }

  void replace_in_header(ValueId slot, ValueId number) {
    for (ValueId v : f_.blocks[header_].nodes) {
      const Node& n = f_.node(v);
      if (n.op != Op::kPhi) return;
      ValueId& arg = f_.args[n.first_arg + edge_];
      std::vector<bool> seen(f_.nodes.size());
      if (arg == slot && merges_floats(v, seen)) arg = number;
    }
  }

  Function& f_;
  const std::vector<SlotGuess>& guesses_;
  BlockId header_ = 0;
  BlockId block_ = 0;       // Of the guards.
  std::uint32_t edge_ = 0;  // From block 0, among the header's.
  std::uint32_t poll_state_ = kNone;
  std::uint32_t entry_state_ = kNone;
  std::vector<bool> calculated_;
};

}  // namespace

void guard_entry(Function& f, const std::vector<SlotGuess>& guesses) { Guarder(f, guesses).run(); }

}  // namespace bactrian::ir
