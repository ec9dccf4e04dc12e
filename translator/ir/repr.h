// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bactrian::ir {

// What a value looks like in wasm.
enum class Repr : std::uint8_t {
  kVoid,    // No value.
  kTagged,  // An OCaml value, i64.
  kBool,    // 0 or 1, i32.
  kFloat,   // f64.
  kInt32,   // i64, sign-extended from 32 bits.
  kInt64,   // i64; Int64 and Nativeint.
  kNative,
};

}  // namespace bactrian::ir
