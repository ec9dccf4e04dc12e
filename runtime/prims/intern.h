// SPDX-License-Identifier: Apache-2.0
// Unmarshalling: the bytes that Marshal wrote (64-bit OCaml's, any version since 4.09) → a value.
//
// Input is hostile: lengths, counts, tags, shared references, closures and custom blocks are
// checked against the bytes that there are before anything is allocated or followed. What is wrong
// raises Failure, with OCaml's text where OCaml has one, "...: ill-formed message" otherwise. The
// value's type is not checked, as in OCaml.
#pragma once

#include <cstddef>

#include "runtime/prims/marshal_format.h"
#include "runtime/value/value.h"

namespace bactrian {

// Failure "function_name: message", or "function_name: message argument".
[[nodiscard]] Value intern_failure(const char* function_name, const char* message,
                                   const char* argument = "");

// The value in the data behind a header. `owner` is the heap string that holds `data`, or Val_unit
// when `data` is outside the heap. `function_name` begins the texts of failures.
Value intern_data(const char* function_name, const MarshalHeader& header, const unsigned char* data,
                  Value owner);

// A whole message outside the OCaml heap, as the DATA section of a program.
Value caml_input_value_from_block(const char* data, std::size_t len);
Value caml_input_val_from_bytes(Value bytes, intnat offset);

}  // namespace bactrian
