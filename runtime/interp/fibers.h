// SPDX-License-Identifier: Apache-2.0
// Effects: the exceptions that the machine raises for them, and the use of continuations.
#pragma once

#include "runtime/interp/stack.h"
#include "runtime/value/value.h"

namespace bactrian {

// Effect.Unhandled eff. kNoValue when the program has no Effect module: Failure is pending then.
Value make_unhandled_exn(Value effect);
Value make_already_resumed_exn();
// The continuation's stack as Val_ptr, taken out of it; Val_ptr(nullptr) when it was taken before.
Value caml_continuation_use_noexc(Value cont);

// Stacks between two instructions: made or taken out of a continuation, and not yet resumed. Only
// an integer on the VM stack points to them, so the collector is told.
void note_in_transit(Stack* stack);
void end_transit(Stack* stack);
void scan_in_transit(void (*visit_stack)(Stack*));
void reset_in_transit();

}  // namespace bactrian
