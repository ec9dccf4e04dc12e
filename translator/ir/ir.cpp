// SPDX-License-Identifier: Apache-2.0
// The table of operations; orders, dominators (Cooper, Harvey and Kennedy's iteration) and loops.
#include "translator/ir/ir.h"

#include <algorithm>

namespace bactrian::ir {

namespace {

constexpr OpInfo infos[] = {
#define IR_OP(name, result, args, flags) {#name, Repr::result, args, flags},
#include "translator/ir/ops.def"
#undef IR_OP
};

void visit_postorder(const Function& f, std::vector<BlockId>& post) {
  struct Step {
    BlockId block;
    std::uint32_t next;
  };
  std::vector<bool> seen(f.blocks.size());
  std::vector<Step> path{{0, 0}};
  seen[0] = true;
  while (!path.empty()) {
    Step& top = path.back();
    const auto& succs = f.blocks[top.block].succs;
    if (top.next == succs.size()) {
      post.push_back(top.block);
      path.pop_back();
      continue;
    }
    BlockId next = succs[top.next++];
    if (seen[next]) continue;
    seen[next] = true;
    path.push_back({next, 0});
  }
}

BlockId common_dominator(const Order& o, BlockId a, BlockId b) {
  while (a != b) {
    while (o.index[a] > o.index[b]) a = o.idom[a];
    while (o.index[b] > o.index[a]) b = o.idom[b];
  }
  return a;
}

void compute_dominators(const Function& f, Order& o) {
  o.idom.assign(f.blocks.size(), kNone);
  o.idom[0] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (BlockId b : o.rpo) {
      if (b == 0) continue;
      BlockId dom = kNone;
      for (BlockId p : f.blocks[b].preds) {
        if (o.index[p] == kNone || o.idom[p] == kNone) continue;
        dom = dom == kNone ? p : common_dominator(o, dom, p);
      }
      if (dom != o.idom[b]) {
        o.idom[b] = dom;
        changed = true;
      }
    }
  }
}

void compute_loops(const Function& f, Order& o) {
  o.is_loop_header.assign(f.blocks.size(), false);
  o.loop_depth.assign(f.blocks.size(), 0);
  for (BlockId header : o.rpo) {
    std::vector<BlockId> work;
    for (BlockId p : f.blocks[header].preds) {
      if (o.index[p] == kNone || o.index[p] < o.index[header]) continue;
      if (!o.dominates(header, p)) o.reducible = false;
      work.push_back(p);
    }
    if (work.empty() || !o.reducible) continue;
    o.is_loop_header[header] = true;
    std::vector<bool> in_loop(f.blocks.size());
    in_loop[header] = true;
    o.loop_depth[header]++;
    while (!work.empty()) {
      BlockId b = work.back();
      work.pop_back();
      if (in_loop[b]) continue;
      in_loop[b] = true;
      o.loop_depth[b]++;
      for (BlockId p : f.blocks[b].preds)
        if (o.index[p] != kNone) work.push_back(p);
    }
  }
}

}  // namespace

const OpInfo& op_info(Op op) { return infos[static_cast<std::size_t>(op)]; }

bool Order::dominates(BlockId a, BlockId b) const {
  while (index[b] > index[a]) b = idom[b];
  return a == b;
}

Order compute_order(const Function& f) {
  Order o;
  visit_postorder(f, o.rpo);
  std::reverse(o.rpo.begin(), o.rpo.end());
  o.index.assign(f.blocks.size(), kNone);
  for (std::uint32_t i = 0; i < o.rpo.size(); i++) o.index[o.rpo[i]] = i;
  compute_dominators(f, o);
  compute_loops(f, o);
  return o;
}

}  // namespace bactrian::ir
