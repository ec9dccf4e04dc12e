// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translator/frontend/bytecode.h"
#include "translator/ir/ir.h"

namespace bactrian {

// Bytecode → IR. `pc` is the continuation's or segment's address, or 0.
Refusal build_ir(const Bytecode& code, CodeOffset pc, bool is_segment, ir::Function& out);

}  // namespace bactrian
