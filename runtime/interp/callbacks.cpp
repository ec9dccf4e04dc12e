// SPDX-License-Identifier: Apache-2.0
// OCaml functions that C++ or JavaScript code calls (interp.h). Each call has a thread (threads.h)
// and a stack of its own; the last ones are kept for the next call.
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/threads.h"
#include "runtime/tier/activation.h"

namespace bactrian {

namespace {

int last_call = 0;  // Those that went on as threads are numbered.

// With what exceptions and suspensions left on top of it.
void drop_stacks(Stack* stack) {
  Domain& d = dom();
  while (d.current_stack != stack) {
    Stack* fiber = d.current_stack;
    d.current_stack = fiber->parent;
    free_stack(fiber);
  }
  leave_callback_stack(stack);
}

// call: null, or where the number goes by which a callback that waits goes on.
Value run_callback(Value closure, const Value* args, int count, int* call) {
  Domain& d = dom();
  Stack* outer = d.current_stack;
  Thread* below = d.current_thread;
  Stack* stack = take_callback_stack();
  if (stack == nullptr || begin_callback() == nullptr) {
    if (stack != nullptr) free_stack(stack);
    return caml_raise_out_of_memory();
  }
  push_call(stack, closure, args, count);
  CallbackScope scope;
  make_current(stack);
  RunStatus status;
  do status = interpret();
  while (status == RunStatus::kYield);
  bool kept = status == RunStatus::kSuspended && call != nullptr;
  if (kept) {
    *call = ++last_call;
    keep_callback(below, last_call);
  } else {
    drop_stacks(stack);
    end_callback(below);
  }
  d.current_stack = outer;  // `scope` does the rest.
  switch (status) {
    case RunStatus::kReturned: return take_run_result();
    case RunStatus::kRaised: return caml_raise(take_run_result());
    case RunStatus::kSuspended:
      if (kept) return kNoValue;
      return caml_failwith("a callback from C++ or JavaScript code cannot wait");
    default: return kNoValue;
  }
}

}  // namespace

Value caml_callback_exn(Value closure, const Value* args, int count) {
  return run_callback(closure, args, count, nullptr);
}
Value caml_callback_that_may_wait(Value closure, const Value* args, int count, int* call) {
  *call = 0;
  return run_callback(closure, args, count, call);
}

}  // namespace bactrian
