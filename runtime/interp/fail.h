// SPDX-License-Identifier: Apache-2.0
// OCaml exceptions as C++ code sees them (design D4): a function that raises sets the exception
// pending in the domain and returns kNoValue; its caller passes kNoValue on. There is no C++
// exception and no longjmp.
//
//     if (n == 0) return caml_raise_zero_divide();
//
// Each function here returns kNoValue, typed so that it can be returned by any primitive.
// kNoValue with no exception pending means that the primitive suspends the thread (sched.h).
#pragma once

#include <string_view>

#include "runtime/value/value.h"

namespace bactrian {

// Positions of the predefined exceptions in the global data block, fixed by the compiler.
enum class PredefExn : unsigned {
  Out_of_memory,
  Sys_error,
  Failure,
  Invalid_argument,
  End_of_file,
  Division_by_zero,
  Not_found,
  Match_failure,
  Stack_overflow,
  Sys_blocked_io,
  Assert_failure,
  Undefined_recursive_module,
};
Value caml_predef_exn(PredefExn which);

[[nodiscard]] Value caml_raise(Value exn);
[[nodiscard]] Value caml_raise_constant(Value tag);
[[nodiscard]] Value caml_raise_with_arg(Value tag, Value arg);
[[nodiscard]] Value caml_raise_with_args(Value tag, int count, Value* args);
[[nodiscard]] Value caml_raise_with_string(Value tag, std::string_view message);

[[nodiscard]] Value caml_failwith(std::string_view message);
[[nodiscard]] Value caml_failwith_value(Value message);
[[nodiscard]] Value caml_invalid_argument(std::string_view message);
[[nodiscard]] Value caml_array_bound_error();
[[nodiscard]] Value caml_raise_out_of_memory();
[[nodiscard]] Value caml_raise_stack_overflow();
[[nodiscard]] Value caml_raise_end_of_file();
[[nodiscard]] Value caml_raise_zero_divide();
[[nodiscard]] Value caml_raise_not_found();
[[nodiscard]] Value caml_raise_sys_blocked_io();
[[nodiscard]] Value caml_raise_sys_error(Value message);
// errno_number: as Linux numbers them (host/errors.def). Message "NAME: text", or the text alone
// when name is kNoValue.
[[nodiscard]] Value caml_sys_error(int errno_number, Value name);
// The same, but EAGAIN raises Sys_blocked_io.
[[nodiscard]] Value caml_sys_io_error(int errno_number, Value name);

// Our own bug, or the end of memory: one message with what and where, then the program ends. The
// page survives.
[[noreturn]] void caml_fatal_error(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace bactrian
