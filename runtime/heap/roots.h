// SPDX-License-Identifier: Apache-2.0
// Handles that keep values alive and up to date while C++ code allocates.
//
//     Value caml_pair(Value a, Value b) {
//       Root ra(a), rb(b);
//       Value t = caml_alloc_small(2, 0);   // May move what a and b point to ...
//       Field(t, 0) = ra;                   // ... and the roots follow.
//       Field(t, 1) = rb;
//       return t;
//     }
//
// Root and Roots are strictly scoped (destroyed in reverse order of construction). GlobalRoot may
// live as long as it likes.
#pragma once

#include "runtime/domain.h"
#include "runtime/value/value.h"

namespace bactrian {

// A run of `count` values on the C++ stack, linked into the domain's list.
struct LocalRoots {
  LocalRoots* next;
  Value* values;
  mlsize_t count;
};

class Root : private LocalRoots {
 public:
  explicit Root(Value v = Val_unit) : LocalRoots{dom().local_roots, &value_, 1}, value_(v) {
    dom().local_roots = this;
  }
  ~Root() { dom().local_roots = next; }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  Root& operator=(Value v) {
    value_ = v;
    return *this;
  }
  operator Value() const { return value_; }
  Value get() const { return value_; }
  Value* address() { return &value_; }

 private:
  Value value_;
};

// Roots an array that lives elsewhere (the arguments of a C_CALLN, a local table).
class RootedSpan : private LocalRoots {
 public:
  RootedSpan(Value* values_in, mlsize_t count_in)
      : LocalRoots{dom().local_roots, values_in, count_in} {
    dom().local_roots = this;
  }
  ~RootedSpan() { dom().local_roots = next; }
  RootedSpan(const RootedSpan&) = delete;
  RootedSpan& operator=(const RootedSpan&) = delete;
};

// A root with a life of its own. Scanned at every collection: for a handful of values.
class GlobalRoot {
 public:
  explicit GlobalRoot(Value v = Val_unit);
  ~GlobalRoot();
  GlobalRoot(const GlobalRoot&) = delete;
  GlobalRoot& operator=(const GlobalRoot&) = delete;
  GlobalRoot& operator=(Value v) {
    value_ = v;
    return *this;
  }
  operator Value() const { return value_; }
  Value get() const { return value_; }
  Value* address() { return &value_; }
  GlobalRoot* next_root() const { return next_; }

 private:
  Value value_;
  GlobalRoot* next_;
  GlobalRoot* prev_;
};

}  // namespace bactrian
