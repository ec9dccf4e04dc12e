// SPDX-License-Identifier: Apache-2.0
// What segments (runtime/tier/segments.h) call to switch between fibers, and to leave. Functions of
// the translator's module, because pages whose programs perform no effects need not have them.
//
// The first three have a segment's type and are called by tail calls: they go on in the next
// segment, or leave to the interpreter. `sp` is below the return frame where the current fiber goes
// on. The caller has seen to what they cannot do (emit.cpp: emit_perform, emit_resume).
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

// On a fiber that has a parent, with no frames of others' on its stack.
Value segment_perform(Value* sp, Value effect, Value);
// The same; sp[-1] is the continuation's last fiber.
Value segment_reperform(Value* sp, Value effect, Value continuation);
// Runs sp[-1] of `argument` on the fibers of which `innermost` is the innermost one, sp[-2] the
// outermost; none of them is null.
Value segment_resume(Value* sp, Value innermost, Value argument);
// The same with the fibers of a continuation that has not been resumed.
Value segment_resume_taken(Value* sp, Value continuation, Value argument);

// Leave behind a call that has `value`; `sp` is below its return frame.
Value leave_by_return(Value* sp, Value value);
// Leave to the function of `closure`; `sp` is below its arguments.
Value leave_by_call(Value* sp, Value closure, Value count);

}  // namespace bactrian
