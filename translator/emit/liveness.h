// SPDX-License-Identifier: Apache-2.0
// Which values of a function are read later. A value that is written where it is used (`inlined`)
// is read there with all that it reads.
#pragma once

#include <cstdint>
#include <vector>

#include "translator/ir/ir.h"

namespace bactrian {

class ValueSet {
 public:
  explicit ValueSet(std::size_t count = 0) : words_((count + 63) / 64) {}
  bool has(ir::ValueId v) const { return (words_[v / 64] >> (v % 64) & 1) != 0; }
  void add(ir::ValueId v) { words_[v / 64] |= std::uint64_t{1} << (v % 64); }
  void remove(ir::ValueId v) { words_[v / 64] &= ~(std::uint64_t{1} << (v % 64)); }
  bool add_all(const ValueSet& other) {
    bool changed = false;
    for (std::size_t i = 0; i < words_.size(); i++) {
      changed |= (other.words_[i] & ~words_[i]) != 0;
      words_[i] |= other.words_[i];
    }
    return changed;
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); i++)
      for (std::uint64_t w = words_[i]; w != 0; w &= w - 1)
        visit(static_cast<ir::ValueId>(64 * i + static_cast<std::size_t>(__builtin_ctzll(w))));
  }

 private:
  std::vector<std::uint64_t> words_;
};

template <class Visit>
void for_each_state_value(const ir::Function& f, const ir::Node& n, Visit visit) {
  for (std::uint32_t s : {n.state, n.after_state}) {
    if (s == ir::kNone) continue;
    const ir::FrameState& state = f.states[s];
    if (state.env != ir::kNone) visit(state.env);
    if (state.accu != ir::kNone) visit(state.accu);
    for (auto& slot : state.slots)
      if (slot.kind == ir::FrameState::Slot::Kind::kValue && slot.value != ir::kNone)
        visit(slot.value);
  }
}

inline bool is_constant(const ir::Node& n) {
  return n.op == ir::Op::kConst || n.op == ir::Op::kConstFloat || n.op == ir::Op::kAtom;
}

class Liveness {
 public:
  Liveness(const ir::Function& f, const ir::Order& order, const std::vector<bool>& inlined)
      : f_(f), order_(order), inlined_(inlined) {}
  void compute();

  ValueSet none() const { return ValueSet(f_.nodes.size()); }
  // What the block reads, and those behind it; without its phis.
  const ValueSet& in(ir::BlockId b) const { return in_[b]; }
  // At its end, what goes to phis included.
  ValueSet out(ir::BlockId b) const;

  // Each value in a local that the value's own code reads: itself, or what is written in its place.
  template <class Visit>
  void for_each_local(ir::ValueId v, Visit visit) const {
    const ir::Node& n = f_.node(v);
    if (inlined_[v])
      for (std::uint32_t i = 0; i < n.arg_count; i++) for_each_local(f_.arg(n, i), visit);
    else if (!is_constant(n))
      visit(v);
  }
  // The same of all that the node v reads where it stands.
  template <class Visit>
  void for_each_read(ir::ValueId v, Visit visit) const {
    if (inlined_[v]) return;
    const ir::Node& n = f_.node(v);
    for (std::uint32_t i = 0; i < n.arg_count; i++) for_each_local(f_.arg(n, i), visit);
    for_each_state_value(f_, n, [&](ir::ValueId a) { for_each_local(a, visit); });
  }

  void add_args(const ir::Node& n, ValueSet& live) const;
  void add_state_values(const ir::Node& n, ValueSet& live) const;
  // From behind the node v to before it.
  void step_back(ir::ValueId v, ValueSet& live) const;

 private:
  const ir::Function& f_;
  const ir::Order& order_;
  const std::vector<bool>& inlined_;
  std::vector<ValueSet> in_;
};

}  // namespace bactrian
