// SPDX-License-Identifier: Apache-2.0
// The threads themselves, for the driver and for the primitives that make threads (domains now, a
// Thread library's later): they take turns on one stack machine, switched at polls by the driver.
#pragma once

#include "runtime/interp/sched.h"
#include "runtime/interp/stack.h"
#include "runtime/value/value.h"

namespace bactrian {

enum class ThreadState : std::uint8_t { kRunnable, kWaiting, kEnding, kDead };

struct Thread {
  std::int64_t domain_id = 0;  // Never used twice.
  int domain_index = 0;        // The lowest free one.
  ThreadState state = ThreadState::kRunnable;
  Stack* stack = nullptr;  // The innermost one, while another thread runs.
  Wait wait;
  bool wait_over = false;            // The wait ended, and its primitive has not asked yet.
  std::uint8_t condition_stage = 0;  // Of Condition.wait, see prims/sync.cpp.
  Value dls = Val_unit;              // Domain-local state.
  Value term_sync = Val_unit;        // Domain.spawn's record, told of the end.
  Value outcome = Val_unit;          // What it is told: Finished (Ok v | Error e).
  Thread* next = nullptr;            // In the order of their turns.
  Thread* home = nullptr;  // Whose domain it runs in: its own, unless it is or was a callback.
  int call = 0;            // Of a callback that went on as a thread (keep_callback): its number.
};

// The program's first thread, current from then on. Forgets all others.
bool init_threads();
// Ready to run closure(()). Null when there is no memory.
Thread* spawn_thread(Value closure);
Thread* main_thread();
Thread* first_thread();
void free_dead_threads();

// Callbacks: C++ code below the current thread's calls OCaml code. That runs as a thread of its
// own, without turns, so that what it waits for and whom it wakes is not mixed up with what the
// thread below waits for. begin_callback: the current one from then on, null when there is no
// memory.
Thread* begin_callback();
void end_callback(Thread* below);
// Instead of end_callback, when it waits: it goes on as a thread that takes turns.
void keep_callback(Thread* below, int call);
bool has_kept_callbacks();

// The next thread to run after the current one, waits whose conditions hold ended on the way; null
// when none can run.
Thread* next_runnable(double now);
bool any_other_runnable();
// Of the threads that wait, one whose wait a signal interrupts: not for a lock, as in OCaml. Or
// null.
Thread* first_interruptible_thread();
void switch_to(Thread* thread);

// What the host can do to let a thread go on; kinds are those of host/embed: see driver.h.
struct HostWaits {
  bool readable = false;
  int fd = 0;
  bool deadline = false;
  double seconds = 0;
  bool host = false;
};
HostWaits host_waits();
// The host's answer: the descriptor has bytes, or the promise is settled.
void host_readable(int fd);
void host_done(int id);

// Of the current thread's turn that begins (interp.h).
std::int32_t fuel_for_turn();
void request_yield();
bool take_yield_request();

}  // namespace bactrian
