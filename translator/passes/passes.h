// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translator/ir/ir.h"

namespace bactrian::ir {

// Decides the representation of phis and puts in conversions where a use wants another one.
void represent(Function& f);

}  // namespace bactrian::ir
