// SPDX-License-Identifier: Apache-2.0
// What stands in T_n for a function that takes another number of arguments than n, once it is
// called so often: a wasm function that applies as the interpreter would, without entering it.
#pragma once

#include "translator/emit/module.h"
#include "translator/translator.h"

namespace bactrian {

// Calls of partial applications (`id` is a RESTART's) with the arguments that lack, and of
// functions with more arguments than they take. Locals and code go to `body`; `data` takes a frame
// descriptor. The tables that the adapter uses are added to `tables`.
Refusal emit_adapter(FunctionId id, std::int32_t count, ArityTables& tables, wasm::Bytes& body,
                     std::vector<std::int32_t*>& data);

}  // namespace bactrian
