// SPDX-License-Identifier: Apache-2.0
// Threads of one domain, and waiting. A thread is a chain of fibers (stack.h) with a few registers.
//
// A primitive that must wait does not block: it calls suspend_until and returns its result
// (kNoValue, no exception pending). The interpreter leaves the program counter at the C_CALL, with
// the arguments in place, and runs another thread, or returns to the host when none can run. When
// the condition holds, the primitive is called again from its start with the same arguments:
//
//     Value caml_unix_sleep(Value seconds) {
//       if (wait_finished()) return Val_unit;              // Second call.
//       return suspend_until(Wait::deadline(host_now() + Double_val(seconds), 0));
//     }
//
// A primitive whose second call sees from the state itself that it can go on (a mutex is free,
// bytes have arrived) needs no wait_finished.
#pragma once

#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

struct Wait {
  enum class Kind : std::uint8_t {
    kNone,
    kReadable,  // Descriptor `id` has bytes or is at its end.
    kDeadline,  // host_now() >= seconds. `id` is the primitive's argument, a float, that a signal's
                // handler has to change to the seconds that are left, as the call is made again.
    kHost,      // The host calls back with `id` (a promise).
    kNotified,  // Another thread calls notify(id): mutexes, conditions, joins.
  };
  Kind kind = Kind::kNone;
  std::uintptr_t id = 0;
  double seconds = 0;

  static Wait readable(int fd) { return {Kind::kReadable, static_cast<std::uintptr_t>(fd), 0}; }
  static Wait deadline(double seconds, std::uintptr_t argument) {
    return {Kind::kDeadline, argument, seconds};
  }
  static Wait host(int id) { return {Kind::kHost, static_cast<std::uintptr_t>(id), 0}; }
  static Wait notified(const void* object) {
    return {Kind::kNotified, reinterpret_cast<std::uintptr_t>(object), 0};
  }
};

[[nodiscard]] Value suspend_until(Wait wait);
// True once after the current thread's wait for a deadline or the host has ended, in the primitive
// that asked for it.
bool wait_finished();
// Wakes the threads that wait for `object`: all of them, or the longest waiting one.
void notify_all(const void* object);
void notify_one(const void* object);

struct Stack;

// For the collector. Calls `visit` with each thread's own roots and `visit_stack` with each stack
// that runs or waits for a running one (parents included; captured continuations are not).
void scan_thread_roots(void (*visit)(Value*), void (*visit_stack)(Stack*));

}  // namespace bactrian
