// SPDX-License-Identifier: Apache-2.0
// Code pointers in marshalled data: a closure's code field ↔ (digest of its code fragment, offset).
// Knows the table of fragments; the reader and writer of Marshal do not.
#pragma once

#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

enum class CodePointerKind : std::uint8_t { kFound, kPrivate, kOutside };

struct MarshalledCode {
  std::uint32_t offset;         // In bytes from the fragment's start.
  const unsigned char* digest;  // 16 bytes.
};

// kPrivate: a fragment that must not be marshalled. kOutside: no fragment's code.
CodePointerKind find_marshalled_code(Value code_field, MarshalledCode& out);

// The code field for that place; kNoValue when no fragment has the digest, or no function starts
// there.
Value code_field_of_marshalled(const unsigned char digest[16], std::uint32_t offset);

}  // namespace bactrian
