// SPDX-License-Identifier: Apache-2.0
// Raising OCaml exceptions from C++ (fail.h).
#include "runtime/interp/fail.h"

#include <cstdarg>
#include <cstdio>

#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"
#include "runtime/host/host.h"

namespace bactrian {

Value caml_raise(Value exn) {
  dom().exn_bucket = exn;
  return kNoValue;
}

Value caml_raise_constant(Value tag) { return caml_raise(tag); }

Value caml_raise_with_args(Value tag, int count, Value* args) {
  Root rooted_tag(tag);
  RootedSpan rooted_args(args, static_cast<mlsize_t>(count));
  Value exn = caml_alloc_small(static_cast<mlsize_t>(1 + count), 0);
  Field(exn, 0) = rooted_tag;
  for (int i = 0; i < count; i++) Field(exn, static_cast<mlsize_t>(1 + i)) = args[i];
  return caml_raise(exn);
}

Value caml_raise_with_arg(Value tag, Value arg) { return caml_raise_with_args(tag, 1, &arg); }

Value caml_raise_with_string(Value tag, std::string_view message) {
  Root rooted(tag);
  Value text = caml_alloc_initialized_string(message);
  if (text == kNoValue) return kNoValue;
  return caml_raise_with_arg(rooted, text);
}

Value caml_failwith(std::string_view message) {
  return caml_raise_with_string(caml_predef_exn(PredefExn::Failure), message);
}
Value caml_failwith_value(Value message) {
  return caml_raise_with_arg(caml_predef_exn(PredefExn::Failure), message);
}
Value caml_invalid_argument(std::string_view message) {
  return caml_raise_with_string(caml_predef_exn(PredefExn::Invalid_argument), message);
}
Value caml_array_bound_error() { return caml_invalid_argument("index out of bounds"); }
Value caml_raise_out_of_memory() {
  return caml_raise_constant(caml_predef_exn(PredefExn::Out_of_memory));
}
Value caml_raise_stack_overflow() {
  return caml_raise_constant(caml_predef_exn(PredefExn::Stack_overflow));
}
Value caml_raise_end_of_file() {
  return caml_raise_constant(caml_predef_exn(PredefExn::End_of_file));
}
Value caml_raise_zero_divide() {
  return caml_raise_constant(caml_predef_exn(PredefExn::Division_by_zero));
}
Value caml_raise_not_found() { return caml_raise_constant(caml_predef_exn(PredefExn::Not_found)); }
Value caml_raise_sys_blocked_io() {
  return caml_raise_constant(caml_predef_exn(PredefExn::Sys_blocked_io));
}
Value caml_raise_sys_error(Value message) {
  return caml_raise_with_arg(caml_predef_exn(PredefExn::Sys_error), message);
}

void caml_fatal_error(const char* format, ...) {
  char text[512];
  std::va_list args;
  va_start(args, format);
  int length = std::vsnprintf(text, sizeof text, format, args);
  va_end(args);
  std::size_t size = length < 0 ? 0 : static_cast<std::size_t>(length);
  host_abort(text, size < sizeof text ? size : sizeof text - 1);
}

}  // namespace bactrian
