// SPDX-License-Identifier: Apache-2.0
// Int32, Int64, Nativeint and int: wrap-around, division's edges, text. The C library's snprintf is
// the reference for formats.
#include <cinttypes>
#include <cstdio>
#include <vector>

#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

class PrimsInts : public PrimsTest {
 protected:
  static std::int32_t i32(Value v) { return Int32_val(v); }
  static std::int64_t i64(Value v) { return Int64_val(v); }

  template <class Prim>
  static std::int32_t apply32(Prim prim, std::int32_t a, std::int32_t b) {
    Root x(caml_copy_int32(a)), y(caml_copy_int32(b));
    return Int32_val(prim(x, y));
  }
  template <class Prim>
  static std::int64_t apply64(Prim prim, std::int64_t a, std::int64_t b) {
    Root x(caml_copy_int64(a)), y(caml_copy_int64(b));
    return Int64_val(prim(x, y));
  }
  static std::string format(const char* f, std::int64_t n) {
    return text(caml_format_int(string(f), Val_long(n)));
  }
};

TEST_F(PrimsInts, Wraps) {
  EXPECT_EQ(INT32_MIN, apply32(caml_int32_add, INT32_MAX, 1));
  EXPECT_EQ(INT32_MAX, apply32(caml_int32_sub, INT32_MIN, 1));
  EXPECT_EQ(1, apply32(caml_int32_mul, INT32_MAX, INT32_MAX));
  EXPECT_EQ(INT32_MIN, i32(caml_int32_neg(caml_copy_int32(INT32_MIN))));
  EXPECT_EQ(INT64_MIN, apply64(caml_int64_add, INT64_MAX, 1));
  EXPECT_EQ(1, apply64(caml_int64_mul, INT64_MAX, INT64_MAX));
  EXPECT_EQ(INT64_MIN, i64(caml_nativeint_neg(caml_copy_nativeint(INT64_MIN))));
}

TEST_F(PrimsInts, Divides) {
  EXPECT_EQ(-3, apply32(caml_int32_div, -7, 2));
  EXPECT_EQ(-1, apply32(caml_int32_mod, -7, 2));
  EXPECT_EQ(INT32_MIN, apply32(caml_int32_div, INT32_MIN, -1));
  EXPECT_EQ(0, apply32(caml_int32_mod, INT32_MIN, -1));
  EXPECT_EQ(INT64_MIN, apply64(caml_int64_div, INT64_MIN, -1));
  EXPECT_EQ(0, apply64(caml_nativeint_mod, INT64_MIN, -1));
  Root zero(caml_copy_int64(0));
  EXPECT_TRUE(raised(caml_int64_div(zero, zero), PredefExn::Division_by_zero));
  EXPECT_TRUE(raised(caml_nativeint_mod(zero, zero), PredefExn::Division_by_zero));
  Root zero32(caml_copy_int32(0));
  EXPECT_TRUE(raised(caml_int32_mod(zero32, zero32), PredefExn::Division_by_zero));
}

TEST_F(PrimsInts, Shifts) {
  EXPECT_EQ(INT32_MIN, i32(caml_int32_shift_left(caml_copy_int32(1), Val_int(31))));
  EXPECT_EQ(-1, i32(caml_int32_shift_right(caml_copy_int32(INT32_MIN), Val_int(31))));
  EXPECT_EQ(1, i32(caml_int32_shift_right_unsigned(caml_copy_int32(INT32_MIN), Val_int(31))));
  EXPECT_EQ(INT64_MIN, i64(caml_int64_shift_left(caml_copy_int64(1), Val_int(63))));
  EXPECT_EQ(1, i64(caml_int64_shift_right_unsigned(caml_copy_int64(INT64_MIN), Val_int(63))));
  EXPECT_EQ(0x78563412, i32(caml_int32_bswap(caml_copy_int32(0x12345678))));
  EXPECT_EQ(0x0807060504030201, i64(caml_int64_bswap(caml_copy_int64(0x0102030405060708))));
  EXPECT_EQ(Val_int(0x3412), caml_bswap16(Val_int(0xFF1234)));
}

TEST_F(PrimsInts, Converts) {
  EXPECT_EQ(-1, i32(caml_int32_of_int(Val_long(0xFFFFFFFF))));
  EXPECT_EQ(Val_long(-1), caml_int32_to_int(caml_copy_int32(-1)));
  EXPECT_EQ(Val_long(0), caml_int64_to_int(caml_copy_int64(INT64_MIN)));
  for (double d : {0x1p63, -0x1.8p63, 1e300, -1e300, __builtin_inf(), __builtin_nan("")})
    EXPECT_EQ(INT64_MIN, i64(caml_int64_of_float(caml_copy_double(d)))) << d;
  EXPECT_EQ(INT64_MIN, i64(caml_int64_of_float(caml_copy_double(-0x1p63))));
  EXPECT_EQ(Val_long(0), caml_int_of_float(caml_copy_double(1e30)));
  EXPECT_EQ(Val_long(-1), caml_int_of_float(caml_copy_double(-1.9)));
  for (double d : {2147483648.0, -2147483649.0, __builtin_nan("")})
    EXPECT_EQ(INT32_MIN, i32(caml_int32_of_float(caml_copy_double(d)))) << d;
  EXPECT_EQ(INT32_MAX, i32(caml_int32_of_float(caml_copy_double(2147483647.9))));
  EXPECT_EQ(INT32_MIN, i32(caml_int32_of_float(caml_copy_double(-2147483648.9))));
  EXPECT_EQ(0x3F800000, i32(caml_int32_bits_of_float(caml_copy_double(1))));
  EXPECT_EQ(INT64_MIN, i64(caml_int64_bits_of_float(caml_copy_double(-0.0))));
}

TEST_F(PrimsInts, ComparesByOperations) {
  Root a(caml_copy_int64(INT64_MIN)), b(caml_copy_int64(1));
  EXPECT_EQ(Val_int(-1), caml_int64_compare(a, b));
  EXPECT_EQ(Val_int(1), caml_int64_compare(b, a));
  EXPECT_EQ(-1, Custom_ops_val(a)->compare(a, b));
  EXPECT_EQ(0x80000000, Custom_ops_val(a)->hash(a));
  Root n(caml_copy_nativeint(-5));
  EXPECT_EQ(-5, Custom_ops_val(n)->hash(n));
  EXPECT_EQ(Val_int(-1), caml_int_compare(Val_long(Min_long), Val_long(Max_long)));
}

TEST_F(PrimsInts, FormatsAsC) {
  std::vector<std::int64_t> numbers = {
      0, 1, -1, 7, 8, 42, -42, 255, INT32_MAX, INT32_MIN, Max_long, Min_long, 1234567890123};
  for (const char* flags : {"", "-", "0", "+", " ", "#", "-0", "+0", "#0", "#-", "+ ", " 0"})
    for (const char* width : {"", "1", "8", "25", "100"})
      for (const char* precision : {"", ".", ".0", ".1", ".12", ".30"})
        for (char conversion : {'d', 'i', 'u', 'x', 'X', 'o'}) {
          std::string ours = std::string("<%") + flags + width + precision;
          std::string cs = ours + PRId64, c32 = ours + conversion;
          cs.back() = conversion;
          ours += conversion;
          for (std::int64_t n : numbers) {
            char expected[200];
            bool is_signed = conversion == 'd' || conversion == 'i';
            std::int64_t argument =
                is_signed ? n : static_cast<std::int64_t>(static_cast<std::uint64_t>(n) << 1 >> 1);
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
            std::snprintf(expected, sizeof expected, cs.c_str(), argument);
            ASSERT_EQ(expected, format(ours.c_str(), n)) << ours << " of " << n;
            std::snprintf(expected, sizeof expected, cs.c_str(), n);
            Root boxed(caml_copy_int64(n));
            ASSERT_EQ(expected, text(caml_int64_format(string(ours), boxed))) << ours;
            std::snprintf(expected, sizeof expected, c32.c_str(), static_cast<std::int32_t>(n));
            boxed = caml_copy_int32(static_cast<std::int32_t>(n));
            ASSERT_EQ(expected, text(caml_int32_format(string(ours), boxed))) << ours;
#pragma clang diagnostic pop
          }
        }
}

TEST_F(PrimsInts, FormatsOddities) {
  EXPECT_EQ("12", format("%ld", 12));
  EXPECT_EQ("c", format("%Lx", 12));
  EXPECT_EQ("7fffffffffffffff", format("%nx", -1));
  EXPECT_EQ("100% 5", format("100%% %d", 5));
  EXPECT_TRUE(
      raised(caml_format_int(string("%9999999999d"), Val_int(1)), PredefExn::Out_of_memory));
  EXPECT_TRUE(raised(caml_format_int(string("%99999999999999999999d"), Val_int(1)),
                     PredefExn::Out_of_memory));
}

TEST_F(PrimsInts, FormatLengthLimit) {
  auto of_length = [](int n) {
    return string("%" + std::string(static_cast<std::size_t>(n - 2), '0') + "d");
  };
  EXPECT_EQ("1", text(caml_format_int(of_length(29), Val_int(1))));
  EXPECT_TRUE(invalid(caml_format_int(of_length(30), Val_int(1)), "format_int: format too long"));
  Root one(caml_copy_int32(1));
  EXPECT_EQ("1", text(caml_int32_format(of_length(30), one)));
  EXPECT_TRUE(invalid(caml_int32_format(of_length(31), one), "format_int: format too long"));
}

TEST_F(PrimsInts, ParsesLiterals) {
  auto parse = [](const char* s) { return caml_int_of_string(string(s)); };
  EXPECT_EQ(Val_long(Max_long), parse("4611686018427387903"));
  EXPECT_EQ(Val_long(Min_long), parse("-4611686018427387904"));
  EXPECT_EQ(Val_long(-1), parse("0x7FFFFFFFFFFFFFFF"));
  EXPECT_EQ(Val_long(1), parse("-0x7FFFFFFFFFFFFFFF"));
  EXPECT_EQ(Val_long(-1), parse("0u9223372036854775807"));
  EXPECT_EQ(Val_long(5), parse("0b1_0_1_"));
  EXPECT_EQ(Val_long(-83), parse("-0O123"));
  EXPECT_EQ(Val_long(12), parse("+12"));
  EXPECT_EQ(Val_long(0), parse("-0"));
  for (const char* bad :
       {"", "-", "_1", "0x", "0x_1", "1 ", " 1", "4611686018427387904", "-4611686018427387905",
        "0x8000000000000000", "0u9223372036854775808", "18446744073709551616",
        "99999999999999999999", "0b2", "0o8", "1a", "--1", "0xg", "1.0"})
    EXPECT_TRUE(raised(parse(bad), PredefExn::Failure, "int_of_string")) << bad;
  std::string embedded(
      "1\0"
      "2",
      3);
  EXPECT_TRUE(raised(caml_int_of_string(string(embedded)), PredefExn::Failure, "int_of_string"));
}

TEST_F(PrimsInts, ParsesBoxedLiterals) {
  EXPECT_EQ(INT32_MIN, i32(caml_int32_of_string(string("-2147483648"))));
  EXPECT_EQ(-1, i32(caml_int32_of_string(string("0xffffffff"))));
  EXPECT_EQ(INT64_MAX, i64(caml_int64_of_string(string("9223372036854775807"))));
  EXPECT_EQ(INT64_MIN, i64(caml_int64_of_string(string("-9223372036854775808"))));
  EXPECT_EQ(-1, i64(caml_nativeint_of_string(string("0u18446744073709551615"))));
  EXPECT_TRUE(
      raised(caml_int32_of_string(string("2147483648")), PredefExn::Failure, "Int32.of_string"));
  EXPECT_TRUE(
      raised(caml_int32_of_string(string("0x100000000")), PredefExn::Failure, "Int32.of_string"));
  EXPECT_TRUE(raised(caml_int64_of_string(string("9223372036854775808")), PredefExn::Failure,
                     "Int64.of_string"));
  EXPECT_TRUE(
      raised(caml_nativeint_of_string(string("x")), PredefExn::Failure, "Nativeint.of_string"));
}

}  // namespace
}  // namespace bactrian
