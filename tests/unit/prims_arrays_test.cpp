// SPDX-License-Identifier: Apache-2.0
// Arrays in both representations and both generations: what moves, what is remembered, what raises.
#include "runtime/prims/sizes.h"
#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

constexpr int kOldLength = 400;  // More than Max_young_wosize.

class PrimsArrays : public PrimsTest {
 protected:
  // An array of strings "0", "1" ...; a length above Max_young_wosize makes an old one.
  static Value strings(int length, int first = 0) {
    Root array(caml_array_make(Val_int(length), Val_unit));
    for (int i = 0; i < length; i++)
      set(array, static_cast<mlsize_t>(i), string(std::to_string(first + i)));
    return array;
  }
  static Value floats(int length, double first = 0) {
    Root array(caml_floatarray_create(Val_int(length)));
    for (int i = 0; i < length; i++) Double_flat_field(array, static_cast<mlsize_t>(i)) = first + i;
    return array;
  }
  static std::string show(Value array) {
    std::string s;
    for (mlsize_t i = 0; i < Wosize_val(array); i++)
      s += (i == 0 ? "" : " ") + text(Field(array, i));
    return s;
  }
  static Value list(std::initializer_list<Value*> items) {
    Root result(Val_emptylist);
    for (auto it = items.end(); it != items.begin();) result = caml_alloc_cons(**--it, result);
    return result;
  }
};

TEST_F(PrimsArrays, MakesByTheFirstElement) {
  Value a = caml_array_make(Val_int(3), Val_int(7));
  EXPECT_EQ(3u, Wosize_val(a));
  EXPECT_EQ(Val_int(7), Field(a, 2));
  a = caml_array_make(Val_int(300), caml_copy_double(1.5));
  EXPECT_EQ(Double_array_tag, Tag_val(a));
  EXPECT_EQ(1.5, Double_flat_field(a, 299));
  a = caml_uniform_array_make(Val_int(2), caml_copy_double(1.5));
  EXPECT_EQ(0u, Tag_val(a));
  EXPECT_EQ(1.5, Double_val(Field(a, 1)));
  Root big(caml_array_make(Val_int(kOldLength), string("young")));
  caml_minor_collection();
  for (mlsize_t i = 0; i < kOldLength; i++) ASSERT_EQ("young", text(Field(big, i)));
  EXPECT_EQ(Atom(0), caml_array_make(Val_int(0), Val_unit));
  EXPECT_EQ(Atom(0), caml_array_make(Val_int(0), caml_copy_double(1)));
  EXPECT_EQ(Atom(0), caml_floatarray_create(Val_int(0)));
}

TEST_F(PrimsArrays, RefusesLengths) {
  auto limit = static_cast<intnat>(Max_wosize);
  Root d(caml_copy_double(0));
  for (intnat length : {intnat{-1}, limit + 1, Max_long, Min_long}) {
    EXPECT_TRUE(invalid(caml_array_make(Val_long(length), Val_unit), "Array.make"));
    EXPECT_TRUE(invalid(caml_array_make(Val_long(length), d), "Array.make"));
    EXPECT_TRUE(invalid(caml_floatarray_create(Val_long(length)), "Float.Array.create"));
  }
  EXPECT_TRUE(raised(caml_array_make(Val_long(limit), Val_unit), PredefExn::Out_of_memory));
  EXPECT_TRUE(raised(caml_array_make(Val_long(limit), d), PredefExn::Out_of_memory));
}

TEST_F(PrimsArrays, ChecksBounds) {
  Root a(strings(3)), f(floats(3));
  Root d(caml_copy_double(9));
  EXPECT_EQ("2", text(caml_array_get(a, Val_int(2))));
  EXPECT_EQ(2, Double_val(caml_array_get(f, Val_int(2))));
  caml_array_set(f, Val_int(0), d);
  EXPECT_EQ(9, Double_val(caml_floatarray_get(f, Val_int(0))));
  for (intnat i : {intnat{-1}, intnat{3}, intnat{1} << 32, Max_long, Min_long}) {
    EXPECT_TRUE(out_of_bounds(caml_array_get(a, Val_long(i))));
    EXPECT_TRUE(out_of_bounds(caml_array_get(f, Val_long(i))));
    EXPECT_TRUE(out_of_bounds(caml_array_get_addr(a, Val_long(i))));
    EXPECT_TRUE(out_of_bounds(caml_array_set_addr(a, Val_long(i), Val_unit)));
    EXPECT_TRUE(out_of_bounds(caml_array_set(f, Val_long(i), d)));
    EXPECT_TRUE(out_of_bounds(caml_floatarray_get(f, Val_long(i))));
    EXPECT_TRUE(out_of_bounds(caml_floatarray_set(f, Val_long(i), d)));
  }
}

TEST_F(PrimsArrays, FlattensFloats) {
  Root boxed(caml_alloc(2, 0));
  set(boxed, 0, caml_copy_double(1));
  set(boxed, 1, caml_copy_double(2));
  Value flat = caml_array_of_uniform_array(boxed);
  EXPECT_EQ(Double_array_tag, Tag_val(flat));
  EXPECT_EQ(2, Double_flat_field(flat, 1));
  Root a(strings(2));
  EXPECT_EQ(a.get(), caml_array_of_uniform_array(a));
  EXPECT_EQ(Atom(0), caml_array_of_uniform_array(Atom(0)));
}

TEST_F(PrimsArrays, SubAppendConcat) {
  Root a(strings(5)), empty(Atom(0));
  EXPECT_EQ("1 2 3", show(caml_array_sub(a, Val_int(1), Val_int(3))));
  EXPECT_EQ(Atom(0), caml_array_sub(a, Val_int(5), Val_int(0)));
  EXPECT_EQ("0 1 2 3 4", show(caml_array_append(empty, a)));
  Root b(strings(2, 10));
  EXPECT_EQ("0 1 2 3 4 10 11", show(caml_array_append(a, b)));
  EXPECT_EQ(
      "10 11 0 1 2 3 4 10 11",
      show(caml_array_concat(list({b.address(), empty.address(), a.address(), b.address()}))));
  EXPECT_EQ(Atom(0), caml_array_concat(list({empty.address()})));
  EXPECT_EQ(Atom(0), caml_array_concat(Val_emptylist));
  // Old results, of young and old parts.
  Root old(strings(kOldLength));
  Root both(caml_array_append(old, b));
  EXPECT_EQ("10 11", show(caml_array_sub(both, Val_int(kOldLength), Val_int(2))));
  Root all(caml_array_concat(list({b.address(), old.address(), a.address()})));
  EXPECT_EQ("399 0 1", show(caml_array_sub(all, Val_int(kOldLength + 1), Val_int(3))));
}

TEST_F(PrimsArrays, SubAppendConcatOfFloats) {
  Root f(floats(300)), g(floats(2, 1000)), empty(Atom(0));
  Value v = caml_array_append(empty, f);
  EXPECT_EQ(Double_array_tag, Tag_val(v));
  EXPECT_EQ(299, Double_flat_field(v, 299));
  v = caml_array_concat(list({empty.address(), g.address(), f.address()}));
  EXPECT_EQ(302u, Wosize_val(v));
  EXPECT_EQ(1001, Double_flat_field(v, 1));
  EXPECT_EQ(299, Double_flat_field(v, 301));
  v = caml_array_sub(f, Val_int(298), Val_int(2));
  EXPECT_EQ(299, Double_flat_field(v, 1));
  EXPECT_EQ(Atom(0), caml_array_sub(f, Val_int(298), Val_int(0)));
  v = caml_floatarray_append(g, g);
  EXPECT_EQ(1001, Double_flat_field(v, 3));
}

TEST_F(PrimsArrays, BlitsOverlapping) {
  for (int length : {10, kOldLength}) {
    Root a(strings(length));
    caml_array_blit(a, Val_int(0), a, Val_int(2), Val_int(5));
    EXPECT_EQ("0 1 0 1 2 3 4 7 8 9", show(caml_array_sub(a, Val_int(0), Val_int(10))));
    a = strings(length);
    caml_array_blit(a, Val_int(2), a, Val_int(0), Val_int(5));
    EXPECT_EQ("2 3 4 5 6 5 6 7 8 9", show(caml_array_sub(a, Val_int(0), Val_int(10))));
  }
  Root f(floats(6));
  caml_array_blit(f, Val_int(0), f, Val_int(1), Val_int(5));
  EXPECT_EQ(0, Double_flat_field(f, 1));
  EXPECT_EQ(4, Double_flat_field(f, 5));
}

TEST_F(PrimsArrays, RemembersYoungElementsOfOldArrays) {
  options().gc_stress = false;
  Root old(caml_array_make(Val_int(kOldLength), Val_unit)), other(old.get());
  Root young(strings(20));
  caml_array_blit(young, Val_int(0), old, Val_int(100), Val_int(20));
  Root filler(string("filled"));
  caml_array_fill(old, Val_int(200), Val_int(100), filler);
  caml_minor_collection();
  EXPECT_EQ("0 1 2", show(caml_array_sub(old, Val_int(100), Val_int(3))));
  EXPECT_EQ("filled filled", show(caml_array_sub(old, Val_int(298), Val_int(2))));
  young = strings(3);
  Root appended(caml_array_append(old, young));
  caml_full_major();
  EXPECT_EQ("0 1 2", show(caml_array_sub(appended, Val_int(kOldLength), Val_int(3))));
  EXPECT_EQ(Val_unit, Field(old, 199));
}

TEST_F(PrimsArrays, FillsFloats) {
  Root f(floats(5)), d(caml_copy_double(-1));
  caml_array_fill(f, Val_int(1), Val_int(3), d);
  EXPECT_EQ(0, Double_flat_field(f, 0));
  EXPECT_EQ(-1, Double_flat_field(f, 3));
  EXPECT_EQ(4, Double_flat_field(f, 4));
}

}  // namespace
}  // namespace bactrian
