// SPDX-License-Identifier: Apache-2.0
// Sizes arrive from OCaml as 63-bit integers, but mlsize_t has the machine's width. Compare in
// 64 bits against these limits first, then narrow:
//
//   above the limit of the format   Invalid_argument, as OCaml raises it (Max_wosize,
//   kMaxStringLength) above what memory can hold      Out_of_memory (is_addressable)
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr std::uint64_t kMaxStringLength = Max_wosize * sizeof(Value) - 1;

// A request that no address space of this machine could meet, with some room for headers.
inline constexpr std::uint64_t kAddressableWosize = SIZE_MAX / sizeof(Value) - 1024;

constexpr bool is_addressable(std::uint64_t wosize) { return wosize <= kAddressableWosize; }

}  // namespace bactrian
