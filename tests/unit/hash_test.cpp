// SPDX-License-Identifier: Apache-2.0
// Hashtbl.hash against values that 64-bit ocamlrun printed.
#include "runtime/prims/hash.h"

#include <cmath>

#include "runtime/prims/bigarray.h"
#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

class HashTest : public PrimsTest {
 protected:
  static intnat hash(Value v) {
    return Long_val(caml_hash(Val_int(10), Val_int(100), Val_int(0), v));
  }
  static Value list(int from, int to) {
    Root l(Val_emptylist);
    for (int i = to; i >= from; i--) l = caml_alloc_cons(Val_int(i), l);
    return l;
  }
  template <class T>
  static intnat hash_array(BaKind kind, std::initializer_list<T> elements, intnat count) {
    Value v = caml_ba_alloc(static_cast<std::uint64_t>(kind), 1, nullptr, &count);
    std::copy(elements.begin(), elements.end(), static_cast<T*>(Caml_ba_data_val(v)));
    return hash(v);
  }
};

TEST_F(HashTest, Integers) {
  EXPECT_EQ(129913994, hash(Val_int(0)));
  EXPECT_EQ(883721435, hash(Val_int(1)));
  EXPECT_EQ(911466517, hash(Val_int(-1)));
  EXPECT_EQ(952257787, hash(Val_long(Max_long)));
  EXPECT_EQ(69827754, hash(Val_long(Min_long)));
  EXPECT_EQ(1058613066, hash(Val_long(intnat{1} << 31)));
}

TEST_F(HashTest, Strings) {
  EXPECT_EQ(0, hash(string("")));
  EXPECT_EQ(721651713, hash(string("a")));
  EXPECT_EQ(840920576, hash(string("hello")));
  EXPECT_EQ(1053319576, hash(string("hello world")));
  EXPECT_EQ(840920576, Long_val(caml_string_hash(Val_int(0), string("hello"))));
  EXPECT_EQ(142593372, Long_val(caml_string_hash(Val_int(42), string(""))));
  EXPECT_EQ(65176872, Long_val(caml_hash(Val_int(10), Val_int(100), Val_int(42), string("hello"))));
}

TEST_F(HashTest, Floats) {
  EXPECT_EQ(256347020, hash(caml_copy_double(0)));
  EXPECT_EQ(256347020, hash(caml_copy_double(-0.0)));
  EXPECT_EQ(57497256, hash(caml_copy_double(1)));
  EXPECT_EQ(841516429, hash(caml_copy_double(NAN)));
  EXPECT_EQ(841516429, hash(caml_copy_double(-NAN)));
  EXPECT_EQ(602560251, hash(caml_copy_double(INFINITY)));
  Root a(caml_alloc_float_array(3));
  for (mlsize_t i = 0; i < 3; i++) Double_flat_field(a, i) = static_cast<double>(i + 1);
  EXPECT_EQ(320078682, hash(a));
}

TEST_F(HashTest, Structures) {
  EXPECT_EQ(794519639, hash(list(1, 3)));
  EXPECT_EQ(628568604, hash(caml_alloc_some(string("x"))));
  Root lazy(caml_alloc(1, Forward_tag));
  Field(lazy, 0) = Val_int(7);
  EXPECT_EQ(631987845, hash(lazy));
  Store_field(lazy, 0, lazy);
  (void)hash(lazy);  // Comes back.
}

TEST_F(HashTest, Limits) {
  auto hash_with = [](int meaningful, int total, Value v) {
    return Long_val(caml_hash(Val_int(meaningful), Val_int(total), Val_int(0), v));
  };
  EXPECT_EQ(958285513, hash_with(2, 3, list(1, 5)));
  EXPECT_EQ(352505901, hash_with(10, 4, list(1, 6)));
  EXPECT_EQ(637631319, hash_with(100, 1000, list(0, 299)));
}

TEST_F(HashTest, BoxedIntegers) {
  EXPECT_EQ(648017920, hash(caml_copy_int32(5)));
  EXPECT_EQ(648017920, hash(caml_copy_int64(5)));
  EXPECT_EQ(1058613066, hash(caml_copy_int64(-1)));
  EXPECT_EQ(648017920, hash(caml_copy_nativeint(5)));
}

TEST_F(HashTest, Bigarrays) {
  EXPECT_EQ(1045579382, hash_array<char>(BaKind::kChar, {'a', 'b', 'c', 'd', 'e', 'f', 'g'}, 7));
  EXPECT_EQ(716158258, hash_array<std::int16_t>(BaKind::kSint16, {1, -2, 3}, 3));
  EXPECT_EQ(1068431975, hash_array<std::int32_t>(BaKind::kInt32, {1, -2, 3}, 3));
  EXPECT_EQ(255025015, hash_array<std::int64_t>(BaKind::kInt64, {1, -2, 3}, 3));
  EXPECT_EQ(1068431975, hash_array<std::int64_t>(BaKind::kCamlInt, {1, -2, 3}, 3));
  EXPECT_EQ(273863606, hash_array<std::uint16_t>(BaKind::kFloat16, {0x3C00, 0x8000, 0x7E00}, 3));
  EXPECT_EQ(178974367, hash_array<float>(BaKind::kFloat32, {1, -0.0F, NAN}, 3));
  EXPECT_EQ(267227826, hash_array<double>(BaKind::kFloat64, {1, -0.0, NAN}, 3));
  EXPECT_EQ(13187758, hash_array<float>(BaKind::kComplex32, {0, 1, 1, 0}, 2));
  EXPECT_EQ(1064134125, hash_array<double>(BaKind::kComplex64, {0, 1, 1, 0}, 2));
}

}  // namespace
}  // namespace bactrian
