// SPDX-License-Identifier: Apache-2.0
// Segments: translations for functions that perform and resume effects. Their frames never leave
// the VM stack, where they look as the interpreter's do; so nothing has to be unwound when another
// fiber takes over.
//
//     Value f(Value* sp, Value env, Value accu)
//
// A segment begins where control may arrive: at a function's first instruction (behind its GRAB),
// at a loop's head, behind a call or an effect. On its top the stack has the interpreter's frame
// there, in the innermost call of which no argument is extra. It ends where control goes elsewhere:
// at a call, a return, an effect. There it has written all of its frame and passes on to the next
// segment by a tail call, or leaves to the interpreter:
//   - it returns another value than kNoValue: a register frame (interp.h) is on the current stack;
//   - kNoValue: as other translated code, with the current stack's sp where its frame has to go.
// At its place in the bytecode is a word that says so: kSegmentWord and its slot in the runtime's
// function table. A function of which there are segments is seldom translated otherwise; its
// translation is then called by translated code only.
#pragma once

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/functions.h"
#include "runtime/tier/tier.h"

namespace bactrian {

struct Stack;

// Where a function's first segment begins.
inline CodeOffset behind_grab(const FunctionInfo& info) {
  std::uint32_t grab = info.arity > 1 ? 2 * sizeof(opcode_t) : 0;
  return CodeOffset{static_cast<std::uint32_t>(info.entry) + grab};
}

void install_segment(CodeOffset pc, TranslatedCode code);
// What stands in its place otherwise; `pc` has a segment.
opcode_t opcode_under_segment(CodeOffset pc);
void uninstall_segment(CodeOffset pc);
void drop_segments(CodeOffset first, CodeOffset end);
void restore_under_segments(CodeOffset first, CodeOffset end, opcode_t* words);

// The function's translation, or the loop's, was dropped: segments take its place as soon as the
// interpreter has all frames (make_wanted_segments).
void want_segments(FunctionId id, CodeOffset pc);
void make_wanted_segments();

// ---- Called by segments ----

// The translation of a function that a segment has called has returned kNoValue; `sp` is below that
// call's return frame on that stack, which need not be the current one any more. Where it always
// unwinds, it calls what performs or resumes: it needs segments too.
Value segment_callee_left(Value* sp, FunctionId callee, Stack* stack);
// The stack where the frame goes that the last segment left with kNoValue.
Stack* take_left_stack();

}  // namespace bactrian
