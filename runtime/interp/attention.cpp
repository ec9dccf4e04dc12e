// SPDX-License-Identifier: Apache-2.0
// What the interpreter (and translated code) does when a stack check fails: the stack grows, or
// something asked for attention: the collector, a finaliser, a signal, another thread.
//
// One call of an OCaml function (finaliser, signal handler) is pushed at a time: when it has
// returned, RESTORE checks again, and the next one is pushed.
#include "runtime/domain.h"
#include "runtime/heap/heap.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/signals.h"
#include "runtime/interp/threads.h"

namespace bactrian {

namespace {

// A stack that overflowed is grown so far that the calls pushed below fit as well.
constexpr mlsize_t kRoomForCalls = 32;

bool push_pending_call() {
  Domain& d = dom();
  Value closure, args[1];
  if (d.signals_pending && take_signal(&closure, &args[0])) {
    push_call(d.current_stack, closure, args, 1);
    return true;
  }
  if (d.finalisers_pending && take_finaliser(&closure, &args[0])) {
    push_finaliser_call(d.current_stack, closure, args[0]);
    return true;
  }
  return false;
}

}  // namespace

Attention handle_attention() {
  Domain& d = dom();
  // No translated code runs on this stack now.
  d.native_limit = nullptr;
  set_stack_limit();
  if (!ensure_stack(d.current_stack, kRoomForCalls)) {
    (void)caml_raise_stack_overflow();
    return Attention::kRaise;
  }
  if (!d.attention) return Attention::kContinue;
  d.attention = false;
  set_stack_limit();
  heap_poll();
  if (push_pending_call()) {
    // The rest comes when this one returns.
    request_attention();
    return Attention::kContinue;
  }
  return take_yield_request() ? Attention::kYield : Attention::kContinue;
}

}  // namespace bactrian
