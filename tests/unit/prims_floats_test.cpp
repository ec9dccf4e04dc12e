// SPDX-License-Identifier: Apache-2.0
// Floats: text to the last bit both ways, with the C library (exact here) as the reference, and the
// rules for NaN, infinities and signed zeros.
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

#pragma clang diagnostic ignored "-Wformat-nonliteral"

const double kInf = __builtin_inf();
const double kNan = __builtin_nan("");

const std::vector<double> kEdges = {
    0.0,       -0.0,          1.0,    -1.0,      0.5,     1.5,     2.5,      0.1,     0.3,
    1e15,      1e16,          1e17,   123456789, 9.995,   99.9999, 999999.5, 9999995, 1e-4,
    1e-5,      0.00012345,    1e22,   1e23,      1e308,   DBL_MAX, DBL_MIN,  5e-324,  -5e-324,
    2.5e-323,  DBL_MIN / 2,   kInf,   -kInf,     kNan,    -kNan,   0x1p52,   0x1p53,  0x1p63,
    0.1 + 0.2, 0x1.fffffp-10, 1e-300, 1e100,     65536.0, 0.125,   0.0625,   1e9,     999999999.0};

class PrimsFloats : public PrimsTest {
 protected:
  std::mt19937_64 random_{20240229};

  double any_double() { return std::bit_cast<double>(random_()); }

  static std::string format(const std::string& f, double d) {
    Root number(caml_copy_double(d));
    return text(caml_format_float(string(f), number));
  }
  static std::string c_format(const std::string& f, double d) {
    int n = std::snprintf(nullptr, 0, f.c_str(), d);
    std::string s(static_cast<std::size_t>(n) + 1, '\0');
    std::snprintf(s.data(), s.size(), f.c_str(), d);
    s.pop_back();
    return s;
  }
  static double parse(std::string_view s) {
    Value v = caml_float_of_string(string(s));
    if (v == kNoValue) {
      ADD_FAILURE() << "does not parse: " << s;
      dom().exn_bucket = kNoValue;
      return 0;
    }
    return Double_val(v);
  }
  static std::string hex(double d, int precision, char style) {
    return text(caml_hexstring_of_float(caml_copy_double(d), Val_int(precision), Val_int(style)));
  }
  static void expect_parses_as_c(const std::string& s) {
    ASSERT_EQ(std::bit_cast<std::uint64_t>(std::strtod(s.c_str(), nullptr)),
              std::bit_cast<std::uint64_t>(parse(s)))
        << s;
  }
};

TEST_F(PrimsFloats, FormatsEdgesAsC) {
  for (const char* flags : {"", "-", "0", "+", " ", "#", "-0", "+0#", "0 "})
    for (const char* width : {"", "1", "12", "40"})
      for (const char* precision :
           {"", ".", ".0", ".1", ".2", ".3", ".6", ".12", ".15", ".17", ".40"})
        for (char conversion : {'f', 'F', 'e', 'E', 'g', 'G', 'a', 'A'}) {
          std::string f = std::string("%") + flags + width + precision + conversion;
          // glibc drops the zeros of %#g when rounding reaches the next power of ten.
          if (std::string(flags).find('#') != std::string::npos && (conversion | 0x20) == 'g')
            continue;
          for (double d : kEdges) ASSERT_EQ(c_format(f, d), format(f, d)) << f;
        }
  for (double d : kEdges)
    for (const char* f : {"%.1100f", "%.1100e", "%.1100g", "%#.800g", "%1200.3f"})
      ASSERT_EQ(c_format(f, d), format(f, d)) << f;
}

TEST_F(PrimsFloats, FormatsRandomNumbersAsC) {
  options().gc_stress = false;
  std::vector<std::string> formats = {"%.17g", "%.15g", "%.12g", "%g",
                                      "%.3e",  "%.0e",  "%.1g",  "%a"};
  for (int i = 0; i < 20000; i++) {
    double d = any_double();
    const std::string& f = formats[static_cast<std::size_t>(i) % formats.size()];
    ASSERT_EQ(c_format(f, d), format(f, d)) << f;
    d = std::ldexp(static_cast<double>(random_() >> 12), static_cast<int>(random_() % 120) - 100);
    for (const char* fixed : {"%.0f", "%.2f", "%.17f", "%f"})
      ASSERT_EQ(c_format(fixed, d), format(fixed, d)) << fixed;
  }
}

TEST_F(PrimsFloats, KeepsZerosOfAlternateForm) {
  EXPECT_EQ("1.00000e+06", format("%#g", 999999.5));
  EXPECT_EQ("100000.", format("%#g", 100000));
  EXPECT_EQ("0.00000", format("%#g", 0));
  EXPECT_EQ("1.", format("%#.0g", 1));
}

TEST_F(PrimsFloats, FormatsTiesToEven) {
  EXPECT_EQ("0 2 2 4", format("%.0f", 0.5) + format(" %.0f", 1.5) + format(" %.0f", 2.5) +
                           format(" %.0f", 3.5));
  EXPECT_EQ("0.1", format("%.1f", 0.125));
  EXPECT_EQ("0.4", format("%.1f", 0.375));
  EXPECT_EQ("1e+01", format("%.0e", 9.5));
  EXPECT_EQ("10", format("%.0f", 9.5));
}

TEST_F(PrimsFloats, FormatsWithTextAround) {
  EXPECT_EQ("50.0% of 7", format("%.1f%% of 7", 50));
  EXPECT_EQ("no conversion", format("no conversion", 1));
  EXPECT_EQ("", format("", 1));
  Root one(caml_copy_double(1));
  EXPECT_TRUE(raised(caml_format_float(string("%2147483648f"), one), PredefExn::Out_of_memory));
}

TEST_F(PrimsFloats, HexadecimalAsOCaml) {
  EXPECT_EQ("0x1p+0", hex(1, -1, '-'));
  EXPECT_EQ("+0x1.8p+1", hex(3, -1, '+'));
  EXPECT_EQ(" 0x1.80p+1", hex(3, 2, ' '));
  EXPECT_EQ("-0x0p+0", hex(-0.0, -1, '+'));
  EXPECT_EQ("0x0.0000000000001p-1022", hex(5e-324, -1, '-'));
  EXPECT_EQ("0x1.fffffffffffffp+1023", hex(DBL_MAX, -1, '-'));
  EXPECT_EQ("0x2p+0", hex(1.75, 0, '-'));
  EXPECT_EQ("0x1.00000000000000000000p+0", hex(1, 20, '-'));
  EXPECT_EQ("-infinity", hex(-kInf, 3, '-'));
  EXPECT_EQ("+nan", hex(kNan, -1, '+'));
}

TEST_F(PrimsFloats, RoundTrips) {
  options().gc_stress = false;
  for (double d : kEdges) {
    if (d != d) continue;
    for (const char* f : {"%.17g", "%.18e", "%a"}) {
      double back = parse(format(f, d));
      ASSERT_EQ(std::bit_cast<std::uint64_t>(d), std::bit_cast<std::uint64_t>(back)) << f << d;
    }
  }
  for (int i = 0; i < 20000; i++) {
    double d = any_double();
    if (!std::isfinite(d)) continue;
    ASSERT_EQ(d, parse(format("%.17g", d)));
  }
}

TEST_F(PrimsFloats, ParsesRandomDigitsAsC) {
  options().gc_stress = false;
  for (int i = 0; i < 20000; i++) {
    std::string s;
    std::size_t digits = i % 50 == 0 ? random_() % 1200 + 1 : random_() % 40 + 1;
    std::size_t point = random_() % (digits + 1);
    for (std::size_t k = 0; k < digits; k++) {
      if (k == point) s += '.';
      s += static_cast<char>('0' + random_() % 10);
    }
    if (i % 3 != 0) s += "e" + std::to_string(static_cast<int>(random_() % 700) - 350);
    expect_parses_as_c(s);
  }
}

// The exact midpoint of two neighbours, a little less and a little more.
TEST_F(PrimsFloats, ParsesMidpoints) {
  options().gc_stress = false;
  for (int i = 0; i < 4000; i++) {
    double d = std::fabs(any_double());
    if (i % 10 == 0) d = static_cast<double>(random_() % 1000) * 5e-324;
    if (!std::isfinite(d) || d > DBL_MAX / 4) continue;
    // Twice the midpoint is exact only as a sum of decimals: x87's long double has the bits for it.
    long double middle = (static_cast<long double>(d) + std::nextafter(d, kInf)) / 2;
    char exact[1200];
    std::snprintf(exact, sizeof exact, "%.1120Le", middle);
    std::string s = exact;
    expect_parses_as_c(s);
    std::size_t e = s.find('e');
    std::string more = s.substr(0, e) + "1" + s.substr(e);
    expect_parses_as_c(more);
    if (middle == 0) continue;
    // One less in the last digit that is not zero.
    std::size_t last = s.find_last_not_of('0', e - 1);
    if (s[last] == '.') continue;
    std::string less = s;
    less[last]--;
    less.insert(last + 1, "99");
    expect_parses_as_c(less);
  }
}

TEST_F(PrimsFloats, ParsesOddities) {
  EXPECT_EQ(12.5, parse("1_2.5_"));
  EXPECT_EQ(1, parse("1."));
  EXPECT_EQ(0.5, parse(".5"));
  EXPECT_EQ(1.5, parse(" \t\n1.5"));
  EXPECT_EQ(kInf, parse("inf"));
  EXPECT_EQ(-kInf, parse("-InFiNiTy"));
  EXPECT_EQ(kInf, parse("1e400"));
  EXPECT_EQ(0, parse("1e-400"));
  EXPECT_EQ(kInf, parse("1e99999999999999999999"));
  EXPECT_EQ(0, parse("0e99999999999999999999"));
  EXPECT_EQ(1, parse("0." + std::string(2000, '0') + "1e2001"));
  EXPECT_EQ(1, parse("1" + std::string(2000, '0') + "e-2000"));
  EXPECT_TRUE(std::signbit(parse("-0")));
  EXPECT_TRUE(std::isnan(parse("nan")));
  EXPECT_TRUE(std::isnan(parse("NAN(a1)")));
  EXPECT_TRUE(std::signbit(parse("-nan")));
  for (const char* bad :
       {"",      "_",     ".",    "-",       "e5",     "1e",      "1e+", "1 ",  "1..2",
        "1.2.3", "--1",   "+-1",  "infi",    "nan(",   "nan(1.5", "0x",  "0x.", "0xp3",
        "0x1p",  "0x1p+", "0x1g", "0x1.2.3", "0x1p3 ", "1e5x",    "- 1", "1f"})
    EXPECT_TRUE(raised(caml_float_of_string(string(bad)), PredefExn::Failure, "float_of_string"))
        << bad;
  EXPECT_TRUE(raised(caml_float_of_string(string(std::string("1\0", 2))), PredefExn::Failure,
                     "float_of_string"));
}

TEST_F(PrimsFloats, ParsesHexadecimal) {
  for (const char* s :
       {"0x1", "0X1.8p1", "-0x.8", "0x1.fffffffffffffp+1023", "0x1p-1074", "0x1p-1075", "0x1p2000",
        "0x0p2000", "0x1.00000000000008", "0x1.000000000000081", "0x1.00000000000018",
        "0xfffffffffffffffffffffffff", "0x123456789abcdef01.23"})
    expect_parses_as_c(s);
  EXPECT_EQ(24, parse("0x_1_8"));
  EXPECT_EQ(0x1p3, parse("0x1p 3"));
  EXPECT_EQ(kInf, parse("0x1p99999999999"));
  EXPECT_EQ(0, parse("0x1p-99999999999"));
}

TEST_F(PrimsFloats, ComparesAndClassifies) {
  struct Case {
    double a, b;
    int order;
  };
  for (Case c : {Case{1, 2, -1}, Case{2, 1, 1}, Case{0.0, -0.0, 0}, Case{kNan, kNan, 0},
                 Case{kNan, -kInf, -1}, Case{kInf, kNan, 1}}) {
    Root a(caml_copy_double(c.a)), b(caml_copy_double(c.b));
    EXPECT_EQ(Val_int(c.order), caml_float_compare(a, b)) << c.a << " " << c.b;
    EXPECT_EQ(Val_bool(c.a < c.b), caml_lt_float(a, b));
    EXPECT_EQ(Val_bool(c.a != c.b), caml_neq_float(a, b));
    EXPECT_EQ(Val_bool(c.a >= c.b), caml_ge_float(a, b));
  }
  double numbers[] = {1, DBL_MIN / 2, -0.0, -kInf, kNan, DBL_MIN, DBL_MAX};
  int classes[] = {0, 1, 2, 3, 4, 0, 0};
  for (int i = 0; i < 7; i++)
    EXPECT_EQ(Val_int(classes[i]), caml_classify_float(caml_copy_double(numbers[i])));
  EXPECT_EQ(Val_true, caml_signbit_float(caml_copy_double(-kNan)));
}

TEST_F(PrimsFloats, TakesApart) {
  Root pair(caml_frexp_float(caml_copy_double(-12)));
  EXPECT_EQ(-0.75, Double_val(Field(pair, 0)));
  EXPECT_EQ(Val_int(4), Field(pair, 1));
  pair = caml_frexp_float(caml_copy_double(kInf));
  EXPECT_EQ(kInf, Double_val(Field(pair, 0)));
  EXPECT_EQ(Val_int(0), Field(pair, 1));
  pair = caml_modf_float(caml_copy_double(-3.25));
  EXPECT_EQ(-0.25, Double_val(Field(pair, 0)));
  EXPECT_EQ(-3, Double_val(Field(pair, 1)));
  EXPECT_EQ(5e-324, Double_val(caml_ldexp_float(caml_copy_double(1), Val_int(-1074))));
  Root big(caml_copy_double(0x1p1000)), two(caml_copy_double(0x1p24));
  EXPECT_EQ(kInf, Double_val(caml_mul_float(big, two)));
  EXPECT_EQ(0x1p976, Double_val(caml_div_float(big, two)));
  EXPECT_EQ(-3, Double_val(caml_round_float(caml_copy_double(-2.5))));
  EXPECT_EQ(0, Double_val(caml_round_float(caml_copy_double(0.49999999999999994))));
}

}  // namespace
}  // namespace bactrian
