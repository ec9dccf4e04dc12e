// SPDX-License-Identifier: Apache-2.0
// Bytecode as text, one instruction a line, as it is in the file (the load step undone):
//
//     F12                        ; function of 2 parameters
//         12  GRAB 1
//         14  ACC1
//         ...
//     L20:
//         20  C_CALL2 caml_equal
//
// Numbers are word indices; L and F labels stand before the word that they name.
#pragma once

#include <cstdio>

#include "runtime/bytecode/fragments.h"

namespace bactrian {

void disassemble_fragment(const Fragment& fragment, std::FILE* out);
void disassemble_program(std::FILE* out);

}  // namespace bactrian
