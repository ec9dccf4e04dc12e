// SPDX-License-Identifier: Apache-2.0
// The mixing steps of Hashtbl.hash (MurmurHash3's 32-bit ones), for `hash` custom operations.
#pragma once

#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

std::uint32_t caml_hash_mix_uint32(std::uint32_t h, std::uint32_t d);
std::uint32_t caml_hash_mix_intnat(std::uint32_t h, intnat d);
std::uint32_t caml_hash_mix_int64(std::uint32_t h, std::int64_t d);
// All NaNs are one, and so are the two zeros.
std::uint32_t caml_hash_mix_double(std::uint32_t h, double d);
std::uint32_t caml_hash_mix_float(std::uint32_t h, float d);
// The bits of a half-precision number.
std::uint32_t caml_hash_mix_float16(std::uint32_t h, std::uint16_t d);
std::uint32_t caml_hash_mix_bytes(std::uint32_t h, const unsigned char* bytes, mlsize_t length);
std::uint32_t caml_hash_mix_string(std::uint32_t h, Value s);

}  // namespace bactrian
