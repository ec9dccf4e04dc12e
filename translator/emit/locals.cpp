// SPDX-License-Identifier: Apache-2.0
// A definition dominates its uses, so that blocks are walked in reverse postorder, and each
// definition takes a local that none of the values live there has.
#include "translator/emit/locals.h"

#include <algorithm>

namespace bactrian {

using namespace ir;
using wasm::Type;

Type type_of_repr(Repr r) {
  if (r == Repr::kFloat) return Type::kF64;
  return r == Repr::kBool ? Type::kI32 : Type::kI64;
}

namespace {

// Their result is written before all that they read has been read: paths aside come behind it.
bool reads_after_result(Op op) { return op == Op::kCall || op == Op::kCallPrim; }

class Assignment {
 public:
  Assignment(const Function& f, const Order& order, const Liveness& liveness,
             const ValueSet& wanted, std::uint32_t parameters, std::uint32_t first,
             std::vector<std::uint32_t>& local_of)
      : f_(f),
        order_(order),
        liveness_(liveness),
        wanted_(wanted),
        first_(first),
        local_of_(local_of),
        types_(first, Type::kVoid),
        busy_(first),
        phi_of_(f.nodes.size(), kNone),
        hint_(f.nodes.size(), kNoLocal) {
    std::fill(types_.begin() + 1, types_.begin() + parameters, Type::kI64);
  }

  std::vector<Type> run() {
    for (BlockId b : order_.rpo)
      for (ValueId phi : f_.blocks[b].nodes) {
        const Node& n = f_.node(phi);
        if (n.op != Op::kPhi) break;
        for (std::uint32_t i = 0; i < n.arg_count; i++) phi_of_[f_.arg(n, i)] = phi;
      }
    for (BlockId b : order_.rpo) assign_in(b);
    return {types_.begin() + first_, types_.end()};
  }

 private:
  bool is_free(std::uint32_t local, Type type) const {
    return local != kNoLocal && !busy_[local] && types_[local] == type;
  }

  // Where a phi of it is, or what goes to the same phi: then nothing is to be moved.
  std::uint32_t local_for(ValueId v, Type type) const {
    ValueId phi = phi_of_[v];
    if (phi != kNone)
      for (std::uint32_t hint : {local_of_[phi], hint_[phi]})
        if (is_free(hint, type)) return hint;
    const Node& n = f_.node(v);
    if (n.op == Op::kPhi) {
      for (std::uint32_t i = 0; i < n.arg_count; i++)
        if (is_free(local_of_[f_.arg(n, i)], type)) return local_of_[f_.arg(n, i)];
      if (is_free(hint_[v], type)) return hint_[v];
    }
    for (std::uint32_t local = 1; local < types_.size(); local++)
      if (is_free(local, type)) return local;
    return kNoLocal;
  }

  void assign(ValueId v) {
    if (local_of_[v] == kNoLocal) {
      Type type = type_of_repr(f_.node(v).repr);
      std::uint32_t local = local_for(v, type);
      if (local == kNoLocal) {
        local = static_cast<std::uint32_t>(types_.size());
        types_.push_back(type);
        busy_.push_back(false);
      }
      local_of_[v] = local;
    }
    busy_[local_of_[v]] = true;
    ValueId phi = phi_of_[v];
    if (phi != kNone && hint_[phi] == kNoLocal) hint_[phi] = local_of_[v];
  }

  void give_up(ValueId v) {
    if (local_of_[v] != kNoLocal) busy_[local_of_[v]] = false;
  }

  bool has_local(ValueId v) const { return local_of_[v] != kNoLocal || wanted_.has(v); }

  // For each node: what is not read after it any more, and whether its result is. Returns what is
  // read behind the block's phis and parameters.
  ValueSet find_last_reads(BlockId b) {
    const auto& nodes = f_.blocks[b].nodes;
    last_reads_.resize(nodes.size());
    is_read_.assign(nodes.size(), false);
    ValueSet live = liveness_.out(b);
    for (std::size_t i = nodes.size(); i-- > 0;) {
      last_reads_[i].clear();
      is_read_[i] = live.has(nodes[i]);
      if (is_there_at_entry(nodes[i])) continue;
      live.remove(nodes[i]);
      liveness_.for_each_read(nodes[i], [&](ValueId a) {
        if (live.has(a)) return;
        live.add(a);
        last_reads_[i].push_back(a);
      });
    }
    return live;
  }

  bool is_there_at_entry(ValueId v) const {
    Op op = f_.node(v).op;
    return op == Op::kPhi || op == Op::kParam || op == Op::kEnv;
  }

  void assign_in(BlockId b) {
    ValueSet live = find_last_reads(b);
    busy_.assign(busy_.size(), false);
    const auto& nodes = f_.blocks[b].nodes;
    liveness_.in(b).for_each([&](ValueId v) { assign(v); });
    // All of these are written before anything is read, the unread ones too: parameters that have
    // a local first.
    for (bool has : {true, false})
      for (ValueId v : nodes)
        if (is_there_at_entry(v) && has_local(v) && (local_of_[v] != kNoLocal) == has) assign(v);
    for (ValueId v : nodes)
      if (is_there_at_entry(v) && !live.has(v)) give_up(v);
    for (std::size_t i = 0; i < nodes.size(); i++) {
      ValueId v = nodes[i];
      if (is_there_at_entry(v)) continue;
      bool late = reads_after_result(f_.node(v).op);
      if (late && has_local(v)) assign(v);
      for (ValueId a : last_reads_[i]) give_up(a);
      if (!late && has_local(v)) assign(v);
      if (!is_read_[i]) give_up(v);
    }
  }

  const Function& f_;
  const Order& order_;
  const Liveness& liveness_;
  const ValueSet& wanted_;
  std::uint32_t first_;
  std::vector<std::uint32_t>& local_of_;
  std::vector<Type> types_;
  std::vector<bool> busy_;
  std::vector<ValueId> phi_of_;      // A phi that takes the value.
  std::vector<std::uint32_t> hint_;  // Of a phi: the local of something that goes to it.
  std::vector<std::vector<ValueId>> last_reads_;  // Of the block's nodes.
  std::vector<bool> is_read_;
};

}  // namespace

std::vector<Type> assign_locals(const Function& f, const Order& order, const Liveness& liveness,
                                const ValueSet& wanted, std::uint32_t parameters,
                                std::uint32_t first, std::vector<std::uint32_t>& local_of) {
  return Assignment(f, order, liveness, wanted, parameters, first, local_of).run();
}

}  // namespace bactrian
