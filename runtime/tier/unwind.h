// SPDX-License-Identifier: Apache-2.0
// Leaving native code. Frames go to a buffer, innermost first, each with its words in the order of
// their addresses, so that the buffer holds what the VM stack will hold:
//
//     append_region   a nested activation's frames, from the VM stack
//     unwind_frame    (tier.h) a translated function's, made from its descriptor
//     write_unwound   the whole goes to the VM stack
//
// Between the first and the last step nothing is allocated in the heap: the buffer holds values
// that the collector does not see. Trap frames are linked anew in the last step. An exception that
// is pending meanwhile is put aside, so that translated code does not take kNoValue for a raise.
#pragma once

#include "runtime/interp/stack.h"
#include "runtime/value/value.h"

namespace bactrian {

bool is_unwinding();
// Counts the unwinding against a translation it goes through: install.h, note_unwound.
void note_frame(std::int32_t owner);
// The words [stack->sp, end) leave the stack, with the trap frames among them.
void append_region(Stack* stack, Value* end);
// A call that has not begun: a register frame at the function's entry, and its arguments.
void append_call(Value closure, const Value* args, int count);
// Puts all below sp, which becomes the buffer's end. The stack moves if it has to and `may_move`.
// False: no room; nothing has changed.
bool write_unwound(Stack* stack, Value* sp, bool may_move);
void reset_unwinding();

}  // namespace bactrian
