// SPDX-License-Identifier: Apache-2.0
// Bigarrays: every kind's elements, both layouts, views that share memory and free it once.
#include "runtime/prims/bigarray.h"

#include <cmath>

#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

class BigarrayTest : public PrimsTest {
 protected:
  static Value dims(std::initializer_list<int> list) {
    Value v = caml_alloc(list.size(), 0);
    mlsize_t i = 0;
    for (int n : list) Store_field(v, i++, Val_int(n));
    return v;
  }
  static Value create(BaKind kind, bool fortran, std::initializer_list<int> list) {
    return caml_ba_create(Val_int(static_cast<int>(kind)), Val_bool(fortran), dims(list));
  }
  // Each makes its last argument before it looks at the array.
  static Value fill(Root& b, Value v) { return caml_ba_fill(b, v); }
  static Value set(Root& b, int i, Value v) { return caml_ba_set_1(b, Val_int(i), v); }
  static Value slice_of(Root& b, Value indices) { return caml_ba_slice(b, indices); }
  static Value reshaped(Root& b, Value list) { return caml_ba_reshape(b, list); }
  // Numbers 0, 1, 2, ... in the order of memory.
  static Value numbered(bool fortran, std::initializer_list<int> list) {
    Value v = create(BaKind::kInt32, fortran, list);
    auto count = caml_ba_num_elts(Caml_ba_array_val(v));
    for (uintnat i = 0; i < count; i++)
      static_cast<std::int32_t*>(Caml_ba_data_val(v))[i] = static_cast<std::int32_t>(i);
    return v;
  }
  static int at(Value b, std::initializer_list<int> indices) {
    Root root(b);
    Value index = dims(indices);
    Value v = caml_ba_get_generic(root, index);
    return v == kNoValue ? -1 : Int32_val(v);
  }
};

TEST_F(BigarrayTest, IntegerKinds) {
  struct Case {
    BaKind kind;
    intnat written, read;
  };
  for (Case c : {Case{BaKind::kSint8, 200, -56},
                 {BaKind::kUint8, -1, 255},
                 {BaKind::kChar, 65, 65},
                 {BaKind::kSint16, 0x18000, -0x8000},
                 {BaKind::kUint16, -1, 0xFFFF},
                 {BaKind::kCamlInt, Min_long, Min_long}}) {
    Root b(create(c.kind, false, {3}));
    EXPECT_EQ(Val_unit, caml_ba_set_1(b, Val_int(1), Val_long(c.written)));
    EXPECT_EQ(c.read, Long_val(caml_ba_get_1(b, Val_int(1))));
    EXPECT_EQ(Val_unit, caml_ba_fill(b, Val_long(c.written)));
    EXPECT_EQ(c.read, Long_val(caml_ba_get_1(b, Val_int(2))));
  }
}

TEST_F(BigarrayTest, BoxedKinds) {
  Root i32(create(BaKind::kInt32, false, {5})), i64(create(BaKind::kInt64, false, {5})),
      native(create(BaKind::kNativeInt, false, {5}));
  EXPECT_EQ(Val_unit, fill(i32, caml_copy_int32(-7)));
  EXPECT_EQ(-7, Int32_val(caml_ba_get_1(i32, Val_int(4))));
  EXPECT_EQ(Val_unit, fill(i64, caml_copy_int64(INT64_MIN)));
  EXPECT_EQ(INT64_MIN, Int64_val(caml_ba_get_1(i64, Val_int(4))));
  EXPECT_EQ(Val_unit, fill(native, caml_copy_nativeint(INT64_MAX)));
  EXPECT_EQ(INT64_MAX, Nativeint_val(caml_ba_get_1(native, Val_int(3))));
}

TEST_F(BigarrayTest, FloatKinds) {
  for (BaKind kind : {BaKind::kFloat16, BaKind::kFloat32, BaKind::kFloat64}) {
    Root b(create(kind, true, {4}));
    EXPECT_EQ(Val_unit, fill(b, caml_copy_double(-1.5)));
    EXPECT_EQ(-1.5, Double_val(caml_ba_get_1(b, Val_int(4))));
  }
  for (BaKind kind : {BaKind::kComplex32, BaKind::kComplex64}) {
    Root b(create(kind, false, {2}));
    Value z = caml_alloc_float_array(2);
    Double_flat_field(z, 0) = 0.5;
    Double_flat_field(z, 1) = -2;
    EXPECT_EQ(Val_unit, caml_ba_set_1(b, Val_int(1), z));
    z = caml_ba_get_1(b, Val_int(1));
    EXPECT_EQ(0.5, Double_flat_field(z, 0));
    EXPECT_EQ(-2, Double_flat_field(z, 1));
  }
}

TEST_F(BigarrayTest, HalfPrecision) {
  EXPECT_EQ(0x3C00, double_to_float16(1));
  EXPECT_EQ(0xC000, double_to_float16(-2));
  EXPECT_EQ(0x7BFF, double_to_float16(65504));
  EXPECT_EQ(0x7BFF, double_to_float16(65519));
  EXPECT_EQ(0x7C00, double_to_float16(65520));
  EXPECT_EQ(0x0001, double_to_float16(0x1p-24));
  EXPECT_EQ(0x0000, double_to_float16(0x1p-25));
  EXPECT_EQ(0x0001, double_to_float16(0x1.8p-25));
  EXPECT_EQ(0x0400, double_to_float16(0x1p-14));
  EXPECT_EQ(0xFC00, double_to_float16(-INFINITY));
  EXPECT_EQ(0x7E00, double_to_float16(NAN));
  EXPECT_EQ(0x8000, double_to_float16(-0.0));
  for (unsigned n = 0; n < 0x7C00; n++)
    ASSERT_EQ(n, double_to_float16(float16_to_double(static_cast<std::uint16_t>(n))));
  EXPECT_EQ(0x1p-24, float16_to_double(1));
  EXPECT_TRUE(std::isnan(float16_to_double(0x7C01)));
  EXPECT_EQ(-INFINITY, float16_to_double(0xFC00));
}

TEST_F(BigarrayTest, LayoutsAndBounds) {
  Root c(numbered(false, {2, 3, 4})), fortran(numbered(true, {2, 3, 4}));
  EXPECT_EQ(12 + 2 * 4 + 3, at(c, {1, 2, 3}));
  EXPECT_EQ(1 + 2 * 2 + 6 * 3, at(fortran, {2, 3, 4}));
  EXPECT_EQ(7, Int32_val(caml_ba_get_3(c, Val_int(0), Val_int(1), Val_int(3))));
  EXPECT_TRUE(out_of_bounds(caml_ba_get_3(c, Val_int(0), Val_int(3), Val_int(0))));
  EXPECT_TRUE(out_of_bounds(caml_ba_get_3(c, Val_int(-1), Val_int(0), Val_int(0))));
  EXPECT_TRUE(out_of_bounds(caml_ba_get_3(fortran, Val_int(0), Val_int(1), Val_int(1))));
  EXPECT_TRUE(invalid(caml_ba_get_1(c, Val_int(0)), "Bigarray.get: wrong number of indices"));
  EXPECT_TRUE(invalid(caml_ba_dim(c, Val_int(3)), "Bigarray.dim"));
  EXPECT_EQ(Val_int(4), caml_ba_dim_3(c));
  Root scalar(numbered(false, {}));
  EXPECT_EQ(0, at(scalar, {}));
  EXPECT_TRUE(invalid(create(BaKind::kInt32, false, {-1}), "Bigarray.create: negative dimension"));
  Value huge = caml_alloc(2, 0);
  Field(huge, 0) = Field(huge, 1) = Val_long(intnat{1} << 40);
  EXPECT_TRUE(raised(caml_ba_create(Val_int(0), Val_int(0), huge), PredefExn::Out_of_memory));
}

TEST_F(BigarrayTest, Views) {
  Root c(numbered(false, {4, 3})), fortran(numbered(true, {4, 3}));
  Root sub(caml_ba_sub(c, Val_int(1), Val_int(2)));
  EXPECT_EQ(3, at(sub, {0, 0}));
  sub = caml_ba_sub(fortran, Val_int(2), Val_int(2));
  EXPECT_EQ(4, at(sub, {1, 1}));
  EXPECT_TRUE(invalid(caml_ba_sub(c, Val_int(3), Val_int(2)), "Bigarray.sub: bad sub-array"));
  Root slice(slice_of(c, dims({2})));
  EXPECT_EQ(7, at(slice, {1}));
  slice = slice_of(fortran, dims({3}));
  EXPECT_EQ(8, at(slice, {1}));
  EXPECT_TRUE(out_of_bounds(slice_of(c, dims({4}))));
  EXPECT_TRUE(invalid(slice_of(c, dims({1, 1, 1})), "Bigarray.slice: too many indices"));
  Root flat(reshaped(c, dims({12})));
  EXPECT_EQ(11, at(flat, {11}));
  EXPECT_TRUE(invalid(reshaped(c, dims({11})), "Bigarray.reshape: size mismatch"));
  Root turned(caml_ba_change_layout(c, Val_int(1)));
  EXPECT_EQ(at(c, {2, 1}), at(turned, {2, 3}));
  EXPECT_EQ(turned.get(), caml_ba_change_layout(turned, Val_int(1)));
  // All see what one of them writes.
  set(flat, 7, caml_copy_int32(70));
  EXPECT_EQ(70, at(c, {2, 1}));
  EXPECT_EQ(70, at(turned, {2, 3}));
}

TEST_F(BigarrayTest, MemoryLivesAsLongAsAView) {
  Root view;
  {
    Root b(numbered(false, {1000}));
    view = caml_ba_sub(b, Val_int(500), Val_int(10));
  }
  caml_full_major();
  EXPECT_EQ(505, at(view, {5}));
  EXPECT_EQ(1u, Caml_ba_array_val(view)->proxy->owners);
}

TEST_F(BigarrayTest, BytesInsideArrays) {
  Root b(create(BaKind::kUint8, false, {9}));
  Root n(caml_copy_int64(0x0123456789ABCDEF));
  EXPECT_EQ(Val_unit, caml_ba_uint8_set64(b, Val_int(1), n));
  EXPECT_EQ(Val_int(0xCDEF), caml_ba_uint8_get16(b, Val_int(1)));
  EXPECT_EQ(0x456789AB, Int32_val(caml_ba_uint8_get32(b, Val_int(3))));
  EXPECT_EQ(0x0123456789ABCDEF, Int64_val(caml_ba_uint8_get64(b, Val_int(1))));
  EXPECT_TRUE(out_of_bounds(caml_ba_uint8_get64(b, Val_int(2))));
  EXPECT_TRUE(out_of_bounds(caml_ba_uint8_set16(b, Val_int(8), Val_int(0))));
  EXPECT_TRUE(out_of_bounds(caml_ba_uint8_get32(b, Val_int(-1))));
}

TEST_F(BigarrayTest, ComparisonAndBlit) {
  Root a(numbered(false, {2, 2})), b(numbered(false, {2, 2})), other(numbered(false, {4}));
  EXPECT_EQ(Val_int(0), caml_compare(a, b));
  Root nine(caml_copy_int32(9));
  caml_ba_set_2(b, Val_int(1), Val_int(1), nine);
  EXPECT_EQ(Val_int(-1), caml_compare(a, b));
  EXPECT_EQ(Val_unit, caml_ba_blit(b, a));
  EXPECT_EQ(Val_true, caml_equal(a, b));
  EXPECT_EQ(Val_int(-1), caml_compare(a, other));  // More dimensions come first.
  EXPECT_TRUE(invalid(caml_ba_blit(a, other), "Bigarray.blit: dimension mismatch"));
  Root x(create(BaKind::kFloat16, false, {1})), y(create(BaKind::kFloat16, false, {1}));
  fill(x, caml_copy_double(NAN));
  fill(y, caml_copy_double(1));
  EXPECT_EQ(Val_false, caml_lessthan(x, y));
  EXPECT_EQ(Val_false, caml_greaterthan(x, y));
  EXPECT_EQ(Val_int(-1), caml_compare(x, y));
}

}  // namespace
}  // namespace bactrian
