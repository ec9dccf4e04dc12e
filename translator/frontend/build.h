// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translator/frontend/bytecode.h"
#include "translator/ir/ir.h"

namespace bactrian {

// Bytecode → IR. `loop` is the continuation's address, or 0.
Refusal build_ir(const Bytecode& code, CodeOffset loop, ir::Function& out);

}  // namespace bactrian
