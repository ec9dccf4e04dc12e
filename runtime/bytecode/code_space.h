// SPDX-License-Identifier: Apache-2.0
// Memory for bytecode, in the range that a CodeOffset can address (code.h): ordinary memory on
// wasm, natively a reserved range that is filled from its start, first fit.
#pragma once

#include <cstddef>

#include "runtime/bytecode/code.h"

namespace bactrian {

// Null when there is no room.
opcode_t* alloc_code(std::size_t word_count);
void free_code(opcode_t* code, std::size_t word_count);

}  // namespace bactrian
