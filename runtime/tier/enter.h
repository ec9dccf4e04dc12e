// SPDX-License-Identifier: Apache-2.0
// The interpreter's calls into translated code.
#pragma once

#include "runtime/bytecode/code.h"
#include "runtime/value/value.h"

namespace bactrian {

// How translated code was left when it returned no value.
enum class TierExit {
  kInterpret,  // Not entered: the register frame is as it was.
  kRaised,     // An exception is pending; sp is at the return frame of the call.
  kUnwound,    // Its frames are on the VM stack, a register frame on top of the current one.
  kUnwindOn,   // Its frames are in the unwind buffer: this activation has to unwind as well.
};

// Called with a register frame on the current stack whose pc is at ENTER_TRANSLATED or
// ENTER_CONTINUATION. With a value, current_stack->sp is at the call's return frame.
Value enter_translated();
// The same without the register frame, of which one is made when it is needed: most calls have as
// many arguments as parameters, and room.
[[gnu::noinline]] Value enter_translated(Value* args, Value env, const opcode_t* pc,
                                         std::intptr_t extra_args);
Value enter_continuation();
// The same at a segment word (segments.h). With a value there is a register frame to go on with.
Value enter_segment(std::uint32_t slot);
TierExit last_tier_exit();

struct Activation;
struct Stack;
// For translated code of activation `a` that runs on the stack from `sp` on.
void set_native_limit(Stack* stack, Value* sp, const Activation& a);

}  // namespace bactrian
