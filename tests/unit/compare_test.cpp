// SPDX-License-Identifier: Apache-2.0
// Structural comparison: the order between kinds of values, NaN, forwarded and custom values, what
// cannot be compared, depth.
#include "runtime/prims/compare.h"

#include <cmath>

#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

class CompareTest : public PrimsTest {
 protected:
  static int compare(Value a, Value b) {
    Value result = caml_compare(a, b);
    EXPECT_NE(kNoValue, result);
    return result == kNoValue ? 99 : Int_val(result);
  }
  // "=<>≤..." as six letters, t or f: =, <>, <, <=, >, >=.
  static std::string relations(Value a, Value b) {
    std::string s;
    for (auto* relation : {caml_equal, caml_notequal, caml_lessthan, caml_lessequal,
                           caml_greaterthan, caml_greaterequal})
      s += relation(a, b) == Val_true ? 't' : 'f';
    return s;
  }
  static Value block(tag_t tag, Value field) {
    Root root(field);
    Value v = caml_alloc(1, tag);
    Store_field(v, 0, root);
    return v;
  }
};

TEST_F(CompareTest, Integers) {
  EXPECT_EQ(0, compare(Val_int(3), Val_int(3)));
  EXPECT_EQ(-1, compare(Val_long(Min_long), Val_long(Max_long)));
  EXPECT_EQ(1, compare(Val_long(Max_long), Val_long(Min_long)));
  EXPECT_EQ("tfftft", relations(Val_int(1), Val_int(1)));
  EXPECT_EQ(
      "fttt"
      "ff",
      relations(Val_int(1), Val_int(2)));
}

TEST_F(CompareTest, KindsAreOrdered) {
  Root s(string("x"));
  EXPECT_EQ(-1, compare(Val_long(Max_long), s));
  EXPECT_EQ(1, compare(s, Val_int(0)));
  Root tagged0(block(0, Val_int(9))), tagged1(block(1, Val_int(0)));
  EXPECT_EQ(-1, compare(tagged0, tagged1));
  Root wide(caml_alloc(2, 0));
  EXPECT_EQ(-1, compare(tagged0, wide));
}

TEST_F(CompareTest, Strings) {
  Root a(string("abc")), b(string("abd")), prefix(string("ab"));
  EXPECT_EQ(-1, compare(a, b));
  EXPECT_EQ(1, compare(a, prefix));
  Root high(string("\xff")), low(string("\x01"));
  EXPECT_EQ(1, compare(high, low));
  Root nul1(string(std::string_view("a\0b", 3))), nul2(string(std::string_view("a\0c", 3)));
  EXPECT_EQ(-1, compare(nul1, nul2));
}

TEST_F(CompareTest, NaN) {
  Root nan(caml_copy_double(NAN)), one(caml_copy_double(1)), zero(caml_copy_double(0)),
      minus_zero(caml_copy_double(-0.0));
  EXPECT_EQ("ftffff", relations(nan, nan));
  EXPECT_EQ("ftffff", relations(nan, one));
  EXPECT_EQ(0, compare(nan, nan));
  EXPECT_EQ(-1, compare(nan, one));
  EXPECT_EQ(1, compare(one, nan));
  EXPECT_EQ("tfftft", relations(zero, minus_zero));
  Root a(caml_alloc_float_array(2)), b(caml_alloc_float_array(2));
  for (mlsize_t i = 0; i < 2; i++) Double_flat_field(a, i) = Double_flat_field(b, i) = 1;
  Double_flat_field(a, 1) = NAN;
  EXPECT_EQ("ftffff", relations(a, b));
  EXPECT_EQ(-1, compare(a, b));
  EXPECT_EQ(0, compare(a, a));
}

TEST_F(CompareTest, ForwardedValues) {
  Root seven(block(Forward_tag, Val_int(7)));
  EXPECT_EQ(0, compare(seven, Val_int(7)));
  EXPECT_EQ(1, compare(Val_int(8), seven));
  Root text(string("t"));
  Root forwarded_text(block(Forward_tag, text));
  EXPECT_EQ(0, compare(forwarded_text, text));
  EXPECT_EQ(0, compare(text, forwarded_text));
  EXPECT_EQ(0, compare(forwarded_text, forwarded_text));
}

TEST_F(CompareTest, ObjectsByNumber) {
  Root a(caml_alloc(2, Object_tag)), b(caml_alloc(2, Object_tag));
  Store_field(a, 1, Val_int(5));
  Store_field(b, 1, Val_int(6));
  EXPECT_EQ(-1, compare(a, b));
  Store_field(b, 1, Val_int(5));
  EXPECT_EQ("tfftft", relations(a, b));
}

TEST_F(CompareTest, CustomValues) {
  Root a(caml_copy_int64(-5)), b(caml_copy_int64(5)), c(caml_copy_int32(5));
  EXPECT_EQ(-1, compare(a, b));
  EXPECT_EQ(0, compare(b, b));
  // Of different types: by identifier ("_i" before "_j").
  EXPECT_EQ(-1, compare(c, b));
  EXPECT_EQ(-1, compare(Val_int(5), b));
}

TEST_F(CompareTest, WhatCannotBeCompared) {
  Root closure(caml_alloc(2, Closure_tag));
  Field(closure, 1) = Make_closinfo(0, 2);
  Root other(caml_alloc(2, Closure_tag));
  Field(other, 1) = Make_closinfo(0, 2);
  EXPECT_TRUE(invalid(caml_compare(closure, other), "compare: functional value"));
  EXPECT_TRUE(invalid(caml_equal(closure, closure), "compare: functional value"));
  EXPECT_EQ(0, compare(closure, closure));
  Root abstract(caml_alloc(1, Abstract_tag)), abstract2(caml_alloc(1, Abstract_tag));
  EXPECT_TRUE(invalid(caml_compare(abstract, abstract2), "compare: abstract value"));
  // A difference before it is enough.
  Root p(caml_alloc_cons(Val_int(1), closure)), q(caml_alloc_cons(Val_int(2), other));
  EXPECT_EQ(-1, compare(p, q));
}

TEST_F(CompareTest, LongListsAndDeepTrees) {
  options().gc_stress = false;
  Root a(Val_emptylist), b(Val_emptylist), left(Val_int(1)), left2(Val_int(2));
  for (int i = 0; i < 100000; i++) {
    a = caml_alloc_cons(Val_int(i), a);
    b = caml_alloc_cons(Val_int(i), b);
    left = caml_alloc_cons(left, Val_int(0));
    left2 = caml_alloc_cons(left2, Val_int(0));
  }
  EXPECT_EQ(0, compare(a, b));
  EXPECT_EQ(-1, compare(left, left2));
  Root cycle(caml_alloc(2, 0)), cycle2(caml_alloc(2, 0));
  Store_field(cycle, 0, cycle);
  Store_field(cycle2, 0, cycle2);
  EXPECT_TRUE(raised(caml_compare(cycle, cycle2), PredefExn::Out_of_memory));
}

}  // namespace
}  // namespace bactrian
