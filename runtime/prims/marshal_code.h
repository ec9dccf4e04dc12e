// SPDX-License-Identifier: Apache-2.0
// What Marshal needs of the table of fragments. Code pointers in marshalled data: a closure's code
// field ↔ (digest of its code fragment, offset).
#pragma once

#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

struct MarshalledCode {
  std::uint32_t offset;         // In bytes from the fragment's start.
  const unsigned char* digest;  // 16 bytes.
};

// False: no fragment's code.
bool find_marshalled_code(Value code_field, MarshalledCode& out);

// The colour in the headers of blocks, which nobody reads: OCaml 4 and 5 write different ones. As
// the program's version does.
std::uint64_t marshalled_color();

// The code field for that place; kNoValue when no fragment has the digest, or no function starts
// there.
Value code_field_of_marshalled(const unsigned char digest[16], std::uint32_t offset);

}  // namespace bactrian
