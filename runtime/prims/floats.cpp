// SPDX-License-Identifier: Apache-2.0
// Arithmetic, comparison and elementary functions of `float`. Text is float_format.cpp's and
// float_parse.cpp's; conversions to and from integers are ints.cpp's.
//
// Operators are one instruction each. The functions are those of runtime/math, and a few short ones
// of the C library.
#include <bit>
#include <cmath>

#include "runtime/math/math.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

// One shared body for all unary functions keeps each primitive at a few bytes.
Value map(Value x, double (*f)(double)) { return caml_copy_double(f(Double_val(x))); }
Value map2(Value x, Value y, double (*f)(double, double)) {
  return caml_copy_double(f(Double_val(x), Double_val(y)));
}

constexpr int three_way(double a, double b) {
  // NaN equals itself and is below everything else.
  return (a > b) - (a < b) + (a == a) - (b == b);
}

Value pair(double a, Value b) {
  Root second(b);
  Root first(caml_copy_double(a));
  Value result = caml_alloc_small(2, 0);
  Field(result, 0) = first;
  Field(result, 1) = second;
  return result;
}

}  // namespace

// ---- Instructions -----------------------------------------------------------------------------

Value caml_neg_float(Value x) { return caml_copy_double(-Double_val(x)); }
Value caml_abs_float(Value x) { return caml_copy_double(std::fabs(Double_val(x))); }
Value caml_add_float(Value x, Value y) { return caml_copy_double(Double_val(x) + Double_val(y)); }
Value caml_sub_float(Value x, Value y) { return caml_copy_double(Double_val(x) - Double_val(y)); }
Value caml_mul_float(Value x, Value y) { return caml_copy_double(Double_val(x) * Double_val(y)); }
Value caml_div_float(Value x, Value y) { return caml_copy_double(Double_val(x) / Double_val(y)); }
Value caml_sqrt_float(Value x) { return caml_copy_double(std::sqrt(Double_val(x))); }
Value caml_floor_float(Value x) { return caml_copy_double(std::floor(Double_val(x))); }
Value caml_ceil_float(Value x) { return caml_copy_double(std::ceil(Double_val(x))); }
Value caml_trunc_float(Value x) { return caml_copy_double(std::trunc(Double_val(x))); }
Value caml_copysign_float(Value x, Value y) {
  return caml_copy_double(std::copysign(Double_val(x), Double_val(y)));
}

// ---- Functions --------------------------------------------------------------------------------

#define UNARY(name) \
  Value caml_##name##_float(Value x) { return map(x, math::name); }
UNARY(exp)
UNARY(exp2)
UNARY(log)
UNARY(log10)
UNARY(log2)
UNARY(cbrt)
UNARY(sin)
UNARY(cos)
UNARY(tan)
UNARY(asin)
UNARY(acos)
UNARY(atan)
UNARY(sinh)
UNARY(cosh)
UNARY(tanh)
UNARY(asinh)
UNARY(acosh)
UNARY(atanh)
UNARY(erf)
UNARY(erfc)
#undef UNARY

Value caml_expm1_float(Value x) { return map(x, ::expm1); }
Value caml_log1p_float(Value x) { return map(x, ::log1p); }
Value caml_round_float(Value x) { return map(x, ::round); }
Value caml_power_float(Value x, Value y) { return map2(x, y, math::pow); }
Value caml_atan2_float(Value x, Value y) { return map2(x, y, math::atan2); }
Value caml_hypot_float(Value x, Value y) { return map2(x, y, math::hypot); }
Value caml_fmod_float(Value x, Value y) { return map2(x, y, ::fmod); }
Value caml_nextafter_float(Value x, Value y) { return map2(x, y, ::nextafter); }
Value caml_fma_float(Value x, Value y, Value z) {
  return caml_copy_double(math::fma(Double_val(x), Double_val(y), Double_val(z)));
}

Value caml_frexp_float(Value x) {
  int exponent;
  double mantissa = std::frexp(Double_val(x), &exponent);
  // C leaves the exponent of an infinity or a NaN open; glibc says 0.
  if (mantissa - mantissa != 0) exponent = 0;
  return pair(mantissa, Val_int(exponent));
}
Value caml_ldexp_float(Value x, Value exponent) {
  return caml_copy_double(std::ldexp(Double_val(x), Int_val(exponent)));
}
Value caml_modf_float(Value x) {
  double integral;
  double fraction = std::modf(Double_val(x), &integral);
  return pair(fraction, caml_copy_double(integral));
}

// ---- Comparison -------------------------------------------------------------------------------

Value caml_eq_float(Value x, Value y) { return Val_bool(Double_val(x) == Double_val(y)); }
Value caml_neq_float(Value x, Value y) { return Val_bool(Double_val(x) != Double_val(y)); }
Value caml_lt_float(Value x, Value y) { return Val_bool(Double_val(x) < Double_val(y)); }
Value caml_le_float(Value x, Value y) { return Val_bool(Double_val(x) <= Double_val(y)); }
Value caml_gt_float(Value x, Value y) { return Val_bool(Double_val(x) > Double_val(y)); }
Value caml_ge_float(Value x, Value y) { return Val_bool(Double_val(x) >= Double_val(y)); }
Value caml_float_compare(Value x, Value y) {
  return Val_int(three_way(Double_val(x), Double_val(y)));
}

Value caml_signbit_float(Value x) {
  return Val_bool(std::bit_cast<std::int64_t>(Double_val(x)) < 0);
}

// Stdlib.fpclass, in its order.
Value caml_classify_float(Value x) {
  enum { FP_normal, FP_subnormal, FP_zero, FP_infinite, FP_nan };
  std::uint64_t magnitude = std::bit_cast<std::uint64_t>(Double_val(x)) << 1;
  constexpr std::uint64_t kInfinity = std::uint64_t{0x7FF} << 53;
  if (magnitude == 0) return Val_int(FP_zero);
  if (magnitude < std::uint64_t{1} << 53) return Val_int(FP_subnormal);
  if (magnitude < kInfinity) return Val_int(FP_normal);
  return Val_int(magnitude == kInfinity ? FP_infinite : FP_nan);
}

}  // namespace bactrian
