// SPDX-License-Identifier: Apache-2.0
#include "translator/emit/liveness.h"

namespace bactrian {

using namespace ir;

void Liveness::add_args(const Node& n, ValueSet& live) const {
  for (std::uint32_t i = 0; i < n.arg_count; i++)
    for_each_local(f_.arg(n, i), [&](ValueId a) { live.add(a); });
}

void Liveness::add_state_values(const Node& n, ValueSet& live) const {
  for_each_state_value(f_, n,
                       [&](ValueId v) { for_each_local(v, [&](ValueId a) { live.add(a); }); });
}

void Liveness::step_back(ValueId v, ValueSet& live) const {
  live.remove(v);
  for_each_read(v, [&](ValueId a) { live.add(a); });
}

ValueSet Liveness::out(BlockId b) const {
  ValueSet live = none();
  for (BlockId s : f_.blocks[b].succs) {
    live.add_all(in_[s]);
    const Block& succ = f_.blocks[s];
    for (std::uint32_t p = 0; p < succ.preds.size(); p++) {
      if (succ.preds[p] != b) continue;
      for (ValueId phi : succ.nodes) {
        if (f_.node(phi).op != Op::kPhi) break;
        for_each_local(f_.arg(f_.node(phi), p), [&](ValueId a) { live.add(a); });
      }
    }
  }
  return live;
}

void Liveness::compute() {
  in_.assign(f_.blocks.size(), none());
  for (bool changed = true; changed;) {
    changed = false;
    for (auto it = order_.rpo.rbegin(); it != order_.rpo.rend(); ++it) {
      ValueSet live = out(*it);
      const auto& nodes = f_.blocks[*it].nodes;
      for (std::size_t i = nodes.size(); i-- > 0;) {
        if (f_.node(nodes[i]).op == Op::kPhi)
          live.remove(nodes[i]);
        else
          step_back(nodes[i], live);
      }
      changed |= in_[*it].add_all(live);
    }
  }
}

}  // namespace bactrian
