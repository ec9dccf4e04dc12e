// SPDX-License-Identifier: Apache-2.0
// Unmarshalling: the bytes that Marshal wrote (64-bit OCaml's, any version since 4.09) → a value.
//
// Input is hostile: lengths, counts, tags, shared references, closures and custom blocks are
// checked against the bytes that there are before anything is allocated or followed. What is wrong
// raises Failure, with OCaml's text where OCaml has one, "...: ill-formed message" otherwise. The
// value's type is not checked, as in OCaml.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

struct MarshalHeader {
  unsigned header_size = 0;
  bool compressed = false;
  std::uint64_t data_size = 0;
  std::uint64_t object_count = 0;
  std::uint64_t whsize = 0;  // Words of the result with headers: a hint only.
};

// Null, or what is wrong ("bad object", ...). At most `size` bytes are read.
const char* parse_marshal_header(const unsigned char* bytes, std::size_t size, MarshalHeader& out);

// The value in the data behind a header. `owner` is the heap string that holds `data`, or Val_unit
// when `data` is outside the heap. `function_name` begins the texts of failures.
Value intern_data(const char* function_name, const MarshalHeader& header, const unsigned char* data,
                  Value owner);

// A whole message outside the OCaml heap, as the DATA section of a program.
Value caml_input_value_from_block(const char* data, std::size_t len);
Value caml_input_val_from_bytes(Value bytes, intnat offset);

}  // namespace bactrian
