// SPDX-License-Identifier: Apache-2.0
// A fresh, small heap for each test of the collector, verified when the test ends.
#pragma once

#include <gtest/gtest.h>

#include "runtime/heap/ephe.h"
#include "runtime/heap/state.h"
#include "runtime/options.h"
#include "runtime/prims/prim.h"

namespace bactrian {

class HeapTest : public testing::Test {
 protected:
  void SetUp() override {
    options() = Options{};
    options().minor_heap_wosize = 4096;
    ASSERT_TRUE(domain_reset());
  }
  void TearDown() override {
    dom().exn_bucket = kNoValue;
    verify_heap("after a test");
    options() = Options{};
  }
  // With other options.
  void restart() { ASSERT_TRUE(domain_reset()); }

  static Value pair(Value a, Value b) { return caml_alloc_cons(a, b); }
  static Value list(int length) {
    Root l(Val_emptylist);
    for (int i = 0; i < length; i++) l = caml_alloc_cons(Val_int(i), l);
    return l;
  }
  static int length(Value l) {
    int n = 0;
    for (; Is_block(l); l = Field(l, 1)) n++;
    return n;
  }
  static Value major_pair(Value a, Value b) {
    Root ra(a), rb(b);
    Value v = caml_alloc_shr(2, 0);
    caml_initialize(&Field(v, 0), ra);
    caml_initialize(&Field(v, 1), rb);
    return v;
  }
};

}  // namespace bactrian
