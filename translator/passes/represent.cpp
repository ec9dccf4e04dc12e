// SPDX-License-Identifier: Apache-2.0
// Representations. Before: nodes with their natural representation, uses that may want another.
// After: each argument is as its operation takes it.
//
//   x = AddFloat a b          x  = AddFloat a' b'     a' = Unbox a
//   Return x            ──►   x' = Box x
//                             Return x'
//
// A phi is a float when all that it merges are (floats, phis like it, float constants): then a
// float reference in a loop never is a block. A box is made where it is used, but not in a deeper
// loop than its number. What is not seen: floats that a parameter or a field brings into a phi.
#include <map>

#include "runtime/value/value.h"
#include "translator/passes/passes.h"
#include "translator/translator.h"

namespace bactrian::ir {

namespace {

bool is_wide(Repr r) { return r == Repr::kInt32 || r == Repr::kInt64 || r == Repr::kNative; }

// What a constant of the program's is the box of; kTagged: no box.
Repr boxed_constant(const Node& n) {
  if (n.op != Op::kGlobal) return Repr::kTagged;
  Value v = Field(*tier_interface->global_data, static_cast<mlsize_t>(n.imm));
  if (v == kNoValue || Is_long(v)) return Repr::kTagged;
  if (Tag_val(v) == Double_tag) return Repr::kFloat;
  if (Tag_val(v) != Custom_tag) return Repr::kTagged;
  for (Repr r : {Repr::kInt32, Repr::kInt64, Repr::kNative})
    if (Field(v, 0) == custom_operations_value(r)) return r;
  return Repr::kTagged;
}

class Representer {
 public:
  explicit Representer(Function& f) : f_(f), order_(compute_order(f)) {}

  void run() {
    decide_phis();
    // New nodes are conversions, which need none.
    std::size_t block_count = f_.blocks.size();
    for (BlockId b = 0; b < block_count; b++) {
      if (order_.index[b] == kNone) continue;
      convert_block(b);
    }
  }

 private:
  // Whether v can be had as `repr` without a look at it.
  bool is_number(ValueId v, Repr repr, const std::vector<bool>& candidate) const {
    const Node& n = f_.node(v);
    return n.repr == repr || boxed_constant(n) == repr || (n.op == Op::kPhi && candidate[v]);
  }

  void decide_phis() {
    for (Repr r : {Repr::kFloat, Repr::kInt64, Repr::kInt32, Repr::kNative}) decide_phis(r);
  }

  void decide_phis(Repr repr) {
    std::vector<bool> candidate(f_.nodes.size());
    std::vector<ValueId> phis;
    for (const Block& b : f_.blocks)
      for (ValueId v : b.nodes)
        if (f_.node(v).op == Op::kPhi && f_.node(v).repr == Repr::kTagged) {
          candidate[v] = true;
          phis.push_back(v);
        }
    for (bool changed = true; changed;) {
      changed = false;
      for (ValueId v : phis) {
        if (!candidate[v]) continue;
        const Node& n = f_.node(v);
        for (std::uint32_t i = 0; i < n.arg_count; i++)
          if (!is_number(f_.arg(n, i), repr, candidate)) {
            candidate[v] = false;
            changed = true;
            break;
          }
      }
    }
    for (ValueId v : phis)
      if (candidate[v]) f_.node(v).repr = repr;
  }

  static Repr wanted_repr(const Node& n, std::uint32_t i) {
    const char* at = op_info(n.op).args;
    while (i > 0 && at[1] != '*') at++, i--;
    switch (*at) {
      case 'w': return n.repr;
      case 'k': return static_cast<Repr>(n.imm);
      case 'b': return Repr::kBool;
      case 'f': return Repr::kFloat;
      default: return Repr::kTagged;
    }
  }

  void convert_block(BlockId b) {
    std::vector<ValueId> old = std::move(f_.blocks[b].nodes);
    out_.clear();
    block_ = b;
    cache_.clear();
    for (ValueId v : old) {
      if (f_.node(v).op == Op::kPhi) {
        out_.push_back(v);
        continue;
      }
      if ((op_info(f_.node(v).op).flags & kTerminator) != 0) {
        // Invoke ends the call before it: conversions go before that.
        if (f_.node(v).op == Op::kInvoke) {
          ValueId call = out_.back();
          out_.pop_back();
          convert_phi_args();
          out_.push_back(call);
        } else {
          convert_args(v);
          convert_phi_args();
        }
        out_.push_back(v);
        continue;
      }
      if (f_.node(v).op != Op::kBox) convert_args(v);
      out_.push_back(v);
    }
    f_.blocks[b].nodes = std::move(out_);
    out_ = {};
    place_pending();
  }

  void convert_args(ValueId v) {
    for (std::uint32_t i = 0; i < f_.node(v).arg_count; i++) {
      ValueId a = f_.args[f_.node(v).first_arg + i];
      ValueId c = converted(a, wanted_repr(f_.node(v), i));
      f_.args[f_.node(v).first_arg + i] = c;
    }
  }

  // What the successors' phis take from this block.
  void convert_phi_args() {
    for (BlockId s : f_.blocks[block_].succs) {
      const Block& succ = f_.blocks[s];
      for (std::uint32_t p = 0; p < succ.preds.size(); p++) {
        if (succ.preds[p] != block_) continue;
        for (ValueId v : succ.nodes) {
          if (f_.node(v).op != Op::kPhi) break;
          ValueId& a = f_.args[f_.node(v).first_arg + p];
          ValueId c = converted(a, f_.node(v).repr);
          f_.args[f_.node(v).first_arg + p] = c;
        }
      }
    }
  }

  ValueId converted(ValueId v, Repr wanted) {
    Repr has = f_.node(v).repr;
    if (has == wanted) return v;
    auto key = std::make_pair(v, wanted);
    if (auto at = hoisted_.find(key); at != hoisted_.end()) return at->second;
    if (auto at = cache_.find(key); at != cache_.end()) return at->second;
    if (has != Repr::kTagged && wanted != Repr::kTagged)
      return converted(converted(v, Repr::kTagged), wanted);
    Op op = Op::kBox;
    if (wanted == Repr::kFloat || is_wide(wanted)) op = Op::kUnbox;
    if (wanted == Repr::kBool) op = Op::kBoolOfInt;
    if (has == Repr::kBool) op = Op::kIntOfBool;
    ValueId c = new_node(op, v, wanted);
    BlockId home = f_.node(v).block;
    bool hoist = op == Op::kBox && order_.loop_depth[block_] > order_.loop_depth[home];
    if (hoist) {
      f_.node(c).block = home;
      hoisted_[key] = c;
      pending_.push_back({v, c});
    } else {
      out_.push_back(c);
      cache_[key] = c;
    }
    return c;
  }

  ValueId new_node(Op op, ValueId arg, Repr repr) {
    Node n{};
    n.op = op;
    n.repr = repr;
    n.block = block_;
    n.first_arg = static_cast<std::uint32_t>(f_.args.size());
    n.arg_count = 1;
    f_.args.push_back(arg);
    f_.nodes.push_back(n);
    return static_cast<ValueId>(f_.nodes.size() - 1);
  }

  // Boxes right behind their numbers.
  void place_pending() {
    for (auto [v, box] : pending_) {
      auto& nodes = f_.blocks[f_.node(v).block].nodes;
      std::size_t at = 0;
      while (at < nodes.size() && nodes[at] != v) at++;
      at++;
      while (at < nodes.size() && f_.node(nodes[at]).op == Op::kPhi) at++;
      nodes.insert(nodes.begin() + static_cast<std::ptrdiff_t>(at), box);
    }
    pending_.clear();
  }

  Function& f_;
  Order order_;
  BlockId block_ = 0;
  std::vector<ValueId> out_;
  std::map<std::pair<ValueId, Repr>, ValueId> cache_;    // In this block.
  std::map<std::pair<ValueId, Repr>, ValueId> hoisted_;  // Everywhere.
  std::vector<std::pair<ValueId, ValueId>> pending_;
};

}  // namespace

void represent(Function& f) { Representer(f).run(); }

}  // namespace bactrian::ir
