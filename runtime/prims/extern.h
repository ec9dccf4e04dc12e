// SPDX-License-Identifier: Apache-2.0
// Marshalling: a value → the bytes that 64-bit OCaml 5.3 (without compression) writes for it.
#pragma once

#include "runtime/prims/marshal_format.h"
#include "runtime/prims/marshal_stream.h"
#include "runtime/value/value.h"

namespace bactrian {

enum ExternFlags : unsigned {  // Marshal.extern_flags, by constructor.
  kNoSharing = 1,
  kClosures = 2,
  kCompat32 = 4,
};

// A list of Marshal.extern_flags. Compression is never available, so asking for it is no error.
unsigned extern_flags_of_list(Value list);

struct ExternedValue {
  unsigned char header[kBigHeaderSize];
  unsigned header_size = 0;
  Serializer data;  // Closed.

  std::uint64_t byte_size() const { return header_size + data.byte_size(); }
};

// False: raised. Does not allocate in the OCaml heap unless it raises.
bool extern_value(Value v, unsigned flags, ExternedValue& out);

}  // namespace bactrian
