// SPDX-License-Identifier: Apache-2.0
// For tests of primitives without a program: a heap that collects at every allocation, and
// stand-ins for the predefined exceptions. Arguments of a primitive are made one by one, so each
// that is a block and not the last one belongs in a Root.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "runtime/bytecode/program.h"
#include "runtime/heap/heap.h"
#include "runtime/options.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace prim_signatures {
using V = Value;
using Arity1 = V(V);
using Arity2 = V(V, V);
using Arity3 = V(V, V, V);
using Arity4 = V(V, V, V, V);
using Arity5 = V(V, V, V, V, V);
}  // namespace prim_signatures

#define PRIM(name, arity, flags) prim_signatures::Arity##arity name;
#define PRIM_N(name, flags) Value name(Value* args, int count);
#define PRIM_ALIAS(name, target, arity, flags)
#include "runtime/prims/prims.def"
#undef PRIM
#undef PRIM_N
#undef PRIM_ALIAS

class PrimsTest : public testing::Test {
 protected:
  static constexpr int kPredefinedExceptions = 12;

  void SetUp() override {
    options() = Options{};
    options().gc_stress = true;
    options().gc_stress_major = 50;
    options().minor_heap_wosize = 32 * 1024;
    // Before the first collection nothing may be left from an earlier test.
    ASSERT_TRUE(domain_reset());
    caml_global_data = caml_alloc(kPredefinedExceptions, 0);
    for (mlsize_t i = 0; i < kPredefinedExceptions; i++)
      set(caml_global_data.address(), i, caml_alloc(2, Object_tag));
  }
  void TearDown() override {
    EXPECT_EQ(kNoValue, dom().exn_bucket) << "an exception that no test looked at";
    verify_heap("after a test of primitives");
    dom().exn_bucket = kNoValue;
    caml_global_data = Val_unit;
    options() = Options{};
  }

  // Store_field for a value that was just allocated: looks at *block only afterwards.
  static void set(Value* block, mlsize_t i, Value v) { Store_field(*block, i, v); }
  static void set(Root& block, mlsize_t i, Value v) { Store_field(block, i, v); }

  static Value string(std::string_view s) { return caml_alloc_initialized_string(s); }
  static std::string text(Value s) { return std::string(String_val(s), caml_string_length(s)); }

  // A primitive's result is kNoValue: which exception is pending, and its text.
  static testing::AssertionResult raised(Value result, PredefExn which,
                                         std::string_view message = "") {
    if (result != kNoValue) return testing::AssertionFailure() << "did not raise";
    Value exn = dom().exn_bucket;
    dom().exn_bucket = kNoValue;
    if (exn == kNoValue) return testing::AssertionFailure() << "no exception is pending";
    bool constant = Tag_val(exn) == Object_tag;
    if ((constant ? exn : Field(exn, 0)) != caml_predef_exn(which))
      return testing::AssertionFailure() << "raised another exception";
    std::string found = constant ? "" : text(Field(exn, 1));
    if (found != message) return testing::AssertionFailure() << "says \"" << found << "\"";
    return testing::AssertionSuccess();
  }
  static testing::AssertionResult invalid(Value result, std::string_view message) {
    return raised(result, PredefExn::Invalid_argument, message);
  }
  static testing::AssertionResult out_of_bounds(Value result) {
    return invalid(result, "index out of bounds");
  }
};

}  // namespace bactrian
