// SPDX-License-Identifier: Apache-2.0
// The driver above the interpreter (driver.h). The interpreter comes back to it often (kYield), so
// that engines can swap in optimised code, other threads get their turns, and a page its events.
#include "runtime/interp/driver.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/heap/roots.h"
#include "runtime/host/host.h"
#include "runtime/interp/backtrace.h"
#include "runtime/interp/exit.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/fibers.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/signals.h"
#include "runtime/options.h"
#include "runtime/prims/named_values.h"
#include "runtime/prims/sync.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/modules.h"

namespace bactrian {

namespace {

enum class Phase {
  kMain,
  kUncaughtHandler,  // Printexc's handler runs: then exit 2.
  kAtExit,           // After an uncaught exception: at_exit functions run, then it is printed.
  kFinished,
};

constexpr int kUncaughtExitCode = 2;

Phase phase = Phase::kFinished;
int final_code = 0;
int requested_stop = -1;
double time_slice = 0;
char* uncaught_text = nullptr;
bool backtrace_was_active = false;
bool exited = false;  // By exit, or from outside: no OCaml code is to run any more.
CallEnded* call_ended = nullptr;

void write_error_text(const char* text) { host_write(2, text, std::strlen(text)); }

void finish(int code) {
  phase = Phase::kFinished;
  final_code = code;
  main_thread()->state = ThreadState::kDead;
  if ((options().verbose & 0x400) != 0) print_gc_statistics_at_exit();
  if (options().stats && print_tier_counters != nullptr) print_tier_counters();
  if (options().stats) print_gc_times();
}

void call_on_main_stack(Value closure, const Value* args, int count) {
  Stack* stack = dom().current_stack;
  stack->sp = stack->high;
  stack->trap = 0;
  push_call(stack, closure, args, count);
}

void print_uncaught() {
  write_error_text("Fatal error: exception ");
  write_error_text(uncaught_text);
  write_error_text("\n");
  caml_stat_free(uncaught_text);
  uncaught_text = nullptr;
  dom().backtrace_active = backtrace_was_active;
  if (backtrace_was_active) print_exception_backtrace();
  finish(kUncaughtExitCode);
}

// The order is OCaml's: the text is made first, at_exit runs, then the text is printed.
void begin_uncaught(Value exn) {
  const Value* handler = caml_named_value("Printexc.handle_uncaught_exception");
  if (handler != nullptr) {
    Value args[2] = {exn, Val_false};
    phase = Phase::kUncaughtHandler;
    call_on_main_stack(*handler, args, 2);
    return;
  }
  uncaught_text = caml_format_exception(exn);
  backtrace_was_active = dom().backtrace_active;
  const Value* at_exit = caml_named_value("Pervasives.do_at_exit");
  if (at_exit == nullptr) {
    print_uncaught();
    return;
  }
  dom().backtrace_active = false;
  Value unit = Val_unit;
  phase = Phase::kAtExit;
  call_on_main_stack(*at_exit, &unit, 1);
}

void main_thread_ended(bool raised) {
  switch (phase) {
    case Phase::kMain:
      if (raised)
        begin_uncaught(run_result());
      else
        finish(0);
      break;
    case Phase::kAtExit: print_uncaught(); break;
    case Phase::kUncaughtHandler: finish(kUncaughtExitCode); break;
    case Phase::kFinished: break;
  }
}

// Domain.spawn's record: { mutable state; mutex; condition }, with
// state = Running | Finished of (Ok v | Error e).
void set_outcome(Thread& thread, bool raised) {
  Root v(take_run_result());
  Root outcome(caml_alloc_small(1, raised ? 1 : 0));
  Field(outcome, 0) = v;
  Value finished = caml_alloc_small(1, 0);
  Field(finished, 0) = outcome;
  thread.outcome = finished;
  thread.state = ThreadState::kEnding;
}

// Under the mutex, so that a joiner between its test and its wait is not missed.
void try_to_end(Thread& thread) {
  if (Is_block(thread.term_sync)) {
    Value mutex = Field(thread.term_sync, 1);
    if (!mutex_try_acquire(mutex)) return;
    Store_field(thread.term_sync, 0, thread.outcome);
    condition_broadcast(Field(thread.term_sync, 2));
    mutex_release(mutex);
  }
  thread.term_sync = Val_unit;
  thread.outcome = Val_unit;
  thread.state = ThreadState::kDead;
}

// Hands the turn on. False: nobody can run.
bool next_turn() {
  Thread* next = next_runnable(host_now());
  if (next == nullptr) return false;
  switch_to(next);
  free_dead_threads();
  return true;
}

void report_deadlock() {
  write_error_text("Fatal error: deadlock: every thread waits for another one\n");
  finish(kUncaughtExitCode);
}

void end_call(Thread& self, bool raised) {
  int call = std::exchange(self.call, 0);
  self.state = ThreadState::kDead;
  if (call_ended != nullptr) call_ended(call, take_run_result(), raised);
}

// One turn of the current thread. False: the driver must look for another thread.
bool run_turn() {
  Thread& self = *dom().current_thread;
  if (self.state == ThreadState::kEnding) {
    try_to_end(self);
    return false;
  }
  RunStatus status = interpret();
  switch (status) {
    case RunStatus::kReturned:
    case RunStatus::kRaised: {
      bool raised = status == RunStatus::kRaised;
      if (&self == main_thread()) {
        main_thread_ended(raised);
        return true;
      }
      if (self.call != 0)
        end_call(self, raised);
      else
        set_outcome(self, raised);
      return false;
    }
    case RunStatus::kYield: return !any_other_runnable();
    case RunStatus::kSuspended: return false;
    case RunStatus::kExit:
      exited = true;
      finish(exit_code());
      clear_exit_request();
      return true;
    case RunStatus::kAgain:
    case RunStatus::kUnwinding: break;  // Of nested activations.
  }
  return true;
}

// The part of a wait for a deadline that is left is what the primitive is asked for anew.
void keep_rest_of_wait(const Thread& thread) {
  if (thread.wait.kind != Wait::Kind::kDeadline) return;
  Value rest = caml_copy_double(std::max(0.0, thread.wait.seconds - host_now()));
  dom().current_stack->sp[kFrameAccu + thread.wait.id] = rest;
}

// When all threads wait: a signal's handler interrupts one of them, the first if it can be; it runs
// before the primitive is called again. False: there is no handler to run.
bool interrupt_wait() {
  Domain& d = dom();
  if (!d.signals_pending) return false;
  Thread* thread = first_interruptible_thread();
  Value closure, number;
  if (thread == nullptr || !take_signal(&closure, &number)) return false;
  Root rooted(closure);
  switch_to(thread);
  keep_rest_of_wait(*thread);
  push_call(d.current_stack, rooted, &number, 1);
  thread->state = ThreadState::kRunnable;
  thread->wait = Wait{};
  return true;
}

}  // namespace

void start_program(const opcode_t* pc) {
  clear_exit_request();
  exited = false;
  requested_stop = -1;
  push_code(dom().current_stack, pc);
  main_thread()->state = ThreadState::kRunnable;
  phase = Phase::kMain;
}

ProgramStatus run_program() {
  free_released_data();
  double end = host_now() + time_slice;
  // After the main part there are callbacks that wait.
  bool is_over = phase == Phase::kFinished;
  while (is_over ? !exited && has_kept_callbacks() : phase != Phase::kFinished) {
    if (requested_stop >= 0) {
      exited = true;
      finish(requested_stop);
      break;
    }
    Thread& self = *dom().current_thread;
    bool can_run = self.state == ThreadState::kRunnable || self.state == ThreadState::kEnding;
    bool goes_on = can_run && run_turn();
    if (exited || (!is_over && phase == Phase::kFinished)) break;
    if (!goes_on && !next_turn() && !interrupt_wait()) {
      HostWaits waits = host_waits();
      if (waits.readable || waits.deadline || waits.host || has_kept_callbacks())
        return ProgramStatus::kWaiting;
      if (is_over) break;
      report_deadlock();
    }
    if (time_slice > 0 && host_now() >= end) return ProgramStatus::kRunnable;
  }
  return ProgramStatus::kFinished;
}

bool program_exited() { return exited; }
int program_exit_code() { return final_code; }
void set_time_slice(double seconds) { time_slice = seconds; }
void stop_program(int code) {
  requested_stop = code;
  request_yield();
}

void on_call_ended(CallEnded* hook) { call_ended = hook; }

}  // namespace bactrian
