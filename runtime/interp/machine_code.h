// SPDX-License-Identifier: Apache-2.0
// The few instructions that are the machine's own: return addresses of the frames it builds.
#pragma once

#include "runtime/bytecode/code.h"

namespace bactrian {

void init_machine_code();
const opcode_t* fiber_return_code();
const opcode_t* thread_return_code();
const opcode_t* restore_code();
const opcode_t* finaliser_return_code();
const opcode_t* finaliser_raise_code();
const opcode_t* native_return_code();
// Applies the accumulator to `count` arguments on the stack, 1 to 10, with the return frame behind.
const opcode_t* apply_code(int count);
Value raise_closure();  // fun exn -> raise exn

}  // namespace bactrian
