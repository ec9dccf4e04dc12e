// SPDX-License-Identifier: Apache-2.0
// By a walk of its own, so that it does not share a mistake of assign_locals.
#include "translator/emit/locals.h"

namespace bactrian {

using namespace ir;

namespace {

std::string name(ValueId v) { return "v" + std::to_string(v); }

class LocalVerifier {
 public:
  LocalVerifier(const Function& f, const Liveness& liveness,
                const std::vector<std::uint32_t>& local_of)
      : f_(f), liveness_(liveness), local_of_(local_of) {}

  std::string run(const Order& order) {
    for (BlockId b : order.rpo) check_block(b);
    return problem_;
  }

 private:
  // Writing `v` must leave what is in `live` as it is.
  void check(ValueId v, const ValueSet& live) {
    if (local_of_[v] == kNoLocal) return;
    live.for_each([&](ValueId other) {
      if (other == v || local_of_[other] != local_of_[v] || !problem_.empty()) return;
      problem_ = name(v) + " is written into the local of " + name(other) + ", which is read later";
    });
  }

  void check_block(BlockId b) {
    const auto& nodes = f_.blocks[b].nodes;
    ValueSet live = liveness_.out(b);
    ValueSet written_first = liveness_.none();
    for (std::size_t i = nodes.size(); i-- > 0;) {
      ValueId v = nodes[i];
      Op op = f_.node(v).op;
      if (op == Op::kPhi || op == Op::kParam || op == Op::kEnv) {
        written_first.add(v);
        continue;
      }
      check(v, live);
      liveness_.step_back(v, live);
      // A call's paths aside read after it.
      if (op == Op::kCall || op == Op::kCallPrim) check(v, live);
    }
    written_first.for_each([&](ValueId v) { check(v, live); });
  }

  const Function& f_;
  const Liveness& liveness_;
  const std::vector<std::uint32_t>& local_of_;
  std::string problem_;
};

}  // namespace

std::string verify_locals(const Function& f, const Order& order, const Liveness& liveness,
                          const std::vector<std::uint32_t>& local_of) {
  return LocalVerifier(f, liveness, local_of).run(order);
}

}  // namespace bactrian
