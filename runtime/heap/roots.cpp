// SPDX-License-Identifier: Apache-2.0
// GlobalRoot, and the enumeration of the roots that C++ code and the domain hold.
#include "runtime/heap/roots.h"

#include "runtime/heap/state.h"
#include "runtime/interp/sched.h"

namespace bactrian {

GlobalRoot::GlobalRoot(Value v) : value_(v), next_(heap().global_roots), prev_(nullptr) {
  if (next_ != nullptr) next_->prev_ = this;
  heap().global_roots = this;
}

GlobalRoot::~GlobalRoot() {
  if (next_ != nullptr) next_->prev_ = prev_;
  if (prev_ != nullptr)
    prev_->next_ = next_;
  else
    heap().global_roots = next_;
}

void scan_local_and_global_roots(Visitor visit) {
  for (LocalRoots* r = dom().local_roots; r != nullptr; r = r->next)
    for (mlsize_t i = 0; i < r->count; i++) visit(&r->values[i]);
  for (GlobalRoot* r = heap().global_roots; r != nullptr; r = r->next_root()) visit(r->address());
  visit(&dom().exn_bucket);
}

}  // namespace bactrian
