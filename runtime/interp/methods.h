// SPDX-License-Identifier: Apache-2.0
// The method table of a class, made by CamlinternalOO: field 0 holds the number of public methods,
// field 1 a mask for caches (a byte distance from field 3 that has been masked with it lies in the
// table); from field 2 on a method's closure and its label alternate, sorted by label.
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

// The field that holds `label`, if there is one.
[[gnu::always_inline]] inline mlsize_t find_label(Value methods, Value label) {
  intnat low = 3;
  intnat high = bits(Field(methods, 0));  // Tagged: twice the number plus one, the last label.
  while (low < high) {
    intnat middle = ((low + high) >> 1) | 1;
    if (bits(label) < bits(Field(methods, static_cast<mlsize_t>(middle))))
      high = middle - 2;
    else
      low = middle;
  }
  return static_cast<mlsize_t>(low);
}

constexpr std::int32_t cache_of_label(mlsize_t field) {
  return static_cast<std::int32_t>((field - 3) * sizeof(Value));
}

}  // namespace bactrian
