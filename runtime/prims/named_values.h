// SPDX-License-Identifier: Apache-2.0
// Values that OCaml code registered by name (Callback.register), for C++ and JavaScript.
#pragma once

#include <string_view>

#include "runtime/value/value.h"

namespace bactrian {

// Null: nothing has that name. The address stays valid.
const Value* caml_named_value(std::string_view name);
void reset_named_values();

}  // namespace bactrian
