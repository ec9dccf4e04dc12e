// SPDX-License-Identifier: Apache-2.0
// Structural comparison, for primitives other than compare's own (Weak, bindings, tests).
#pragma once

#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr intnat kUnordered = INT64_MIN;

struct Comparison {
  intnat order;  // < 0, 0 or > 0; kUnordered: a NaN was met (never when total).
  bool raised;   // An exception is pending; `order` means nothing.
};

// total: NaN equals itself and is less than every other number, as for Stdlib.compare.
Comparison compare_values(Value a, Value b, bool total);

}  // namespace bactrian
