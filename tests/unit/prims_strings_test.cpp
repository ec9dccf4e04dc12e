// SPDX-License-Identifier: Apache-2.0
// Strings and bytes: bounds of each width, order, and lengths that no memory can hold.
#include "runtime/prims/sizes.h"
#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

class PrimsStrings : public PrimsTest {};

TEST_F(PrimsStrings, Lengths) {
  for (mlsize_t n = 0; n < 40; n++) {
    Value s = caml_create_bytes(Val_long(static_cast<intnat>(n)));
    EXPECT_EQ(n, caml_string_length(s));
    EXPECT_EQ(n / 8 + 1, Wosize_val(s));
    EXPECT_EQ('\0', String_val(s)[n]);
  }
  EXPECT_TRUE(invalid(caml_create_bytes(Val_long(-1)), "Bytes.create"));
  auto limit = static_cast<intnat>(kMaxStringLength);
  EXPECT_TRUE(invalid(caml_create_bytes(Val_long(limit + 1)), "Bytes.create"));
  EXPECT_TRUE(invalid(caml_create_string(Val_long(Max_long)), "String.create"));
  EXPECT_TRUE(raised(caml_create_bytes(Val_long(limit)), PredefExn::Out_of_memory));
}

TEST_F(PrimsStrings, ReadsEveryWidth) {
  Root s(string("\xFF\x01\x02\x03\x04\x05\x06\x87\x08\x09"));
  EXPECT_EQ(Val_int(0xFF), caml_string_get(s, Val_int(0)));
  EXPECT_EQ(Val_int(9), caml_string_get(s, Val_int(9)));
  EXPECT_EQ(Val_int(0x01FF), caml_string_get16(s, Val_int(0)));
  EXPECT_EQ(Val_int(0x0908), caml_string_get16(s, Val_int(8)));
  EXPECT_EQ(0x030201FF, Int32_val(caml_string_get32(s, Val_int(0))));
  EXPECT_EQ(static_cast<std::int64_t>(0x87060504030201FFu),
            Int64_val(caml_string_get64(s, Val_int(0))));
  EXPECT_EQ(0x0908870605040302, Int64_val(caml_string_get64(s, Val_int(2))));
  for (intnat i : {intnat{-1}, intnat{10}, Max_long, Min_long, intnat{1} << 32}) {
    EXPECT_TRUE(out_of_bounds(caml_string_get(s, Val_long(i)))) << i;
    EXPECT_TRUE(out_of_bounds(caml_string_get16(s, Val_long(i)))) << i;
    EXPECT_TRUE(out_of_bounds(caml_string_get64(s, Val_long(i)))) << i;
  }
  EXPECT_TRUE(out_of_bounds(caml_string_get16(s, Val_int(9))));
  EXPECT_TRUE(out_of_bounds(caml_string_get32(s, Val_int(7))));
  EXPECT_TRUE(out_of_bounds(caml_string_get64(s, Val_int(3))));
  Root empty(string(""));
  EXPECT_TRUE(out_of_bounds(caml_string_get(empty, Val_int(0))));
}

TEST_F(PrimsStrings, WritesEveryWidth) {
  Root s(string("0123456789"));
  EXPECT_EQ(Val_unit, caml_bytes_set(s, Val_int(9), Val_int('x' + 256)));
  EXPECT_EQ(Val_unit, caml_bytes_set16(s, Val_int(0), Val_long(0x4241)));
  EXPECT_EQ("AB2345678x", text(s));
  Root n(caml_copy_int32(0x64636261));
  EXPECT_EQ(Val_unit, caml_bytes_set32(s, Val_int(2), n));
  EXPECT_EQ("ABabcd678x", text(s));
  EXPECT_TRUE(out_of_bounds(caml_bytes_set32(s, Val_int(7), n)));
  n = caml_copy_int64(0x4847464544434241);
  EXPECT_EQ(Val_unit, caml_bytes_set64(s, Val_int(1), n));
  EXPECT_EQ("AABCDEFGHx", text(s));
  EXPECT_TRUE(out_of_bounds(caml_bytes_set64(s, Val_int(3), n)));
  EXPECT_TRUE(out_of_bounds(caml_bytes_set(s, Val_int(10), Val_int(0))));
  EXPECT_TRUE(out_of_bounds(caml_bytes_set16(s, Val_int(-1), Val_int(0))));
}

TEST_F(PrimsStrings, Compares) {
  const std::string strings[] = {
      "",          std::string(1, '\0'),   "a",         "aa",        "aaaaaaaa", "aaaaaaaa\x01",
      "aaaaaaaab", "aaaaaaabaaaaaaaaaaaa", "abcdefgh1", "abcdefgh2", "b",        "\x7F",
      "\x80",      "\xFFzzzzzzzzzzzz"};
  int n = 0;
  for (const std::string& x : strings)
    for (const std::string& y : strings) {
      Root a(string(x)), b(string(y));
      int order = x.compare(y) < 0 ? -1 : x.compare(y) > 0;
      EXPECT_EQ(Val_int(order), caml_string_compare(a, b)) << n;
      EXPECT_EQ(Val_bool(order == 0), caml_string_equal(a, b));
      EXPECT_EQ(Val_bool(order != 0), caml_string_notequal(a, b));
      EXPECT_EQ(Val_bool(order < 0), caml_string_lessthan(a, b));
      EXPECT_EQ(Val_bool(order <= 0), caml_string_lessequal(a, b));
      EXPECT_EQ(Val_bool(order > 0), caml_string_greaterthan(a, b));
      EXPECT_EQ(Val_bool(order >= 0), caml_string_greaterequal(a, b));
      n++;
    }
}

TEST_F(PrimsStrings, BlitsAndFills) {
  Root s(string("0123456789"));
  caml_blit_bytes(s, Val_int(0), s, Val_int(2), Val_int(5));
  EXPECT_EQ("0101234789", text(s));
  caml_blit_bytes(s, Val_int(2), s, Val_int(0), Val_int(5));
  EXPECT_EQ("0123434789", text(s));
  caml_fill_bytes(s, Val_int(8), Val_int(2), Val_int('-'));
  EXPECT_EQ("01234347--", text(s));
  caml_fill_bytes(s, Val_int(10), Val_int(0), Val_int('-'));
  EXPECT_EQ(Val_long(10), caml_ml_string_length(s));
}

}  // namespace
}  // namespace bactrian
