// SPDX-License-Identifier: Apache-2.0
// Threads: the ring of them, waiting and waking. Nothing here runs OCaml code.
#include "runtime/interp/threads.h"

#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/interp/fibers.h"
#include "runtime/interp/interp.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/unwind.h"

namespace bactrian {

namespace {

constexpr mlsize_t kMainStackWosize = 8192;

Thread* ring = nullptr;  // The last thread of the round; its `next` is the first.
Thread* main_one = nullptr;
std::int64_t next_domain_id = 0;
bool yield_requested = false;
Thread* spare_callback = nullptr;

// Not in the ring.
bool is_callback(const Thread* t) { return t != nullptr && t->next == nullptr; }

Thread& current() { return *dom().current_thread; }

int lowest_free_index() {
  for (int index = 0;; index++) {
    bool taken = false;
    for (Thread* t = first_thread(); t != nullptr; t = t == ring ? nullptr : t->next)
      taken = taken || (t->domain_index == index && t->state != ThreadState::kDead);
    if (!taken) return index;
  }
}

void link(Thread* thread) {
  if (ring == nullptr) {
    thread->next = thread;
  } else {
    thread->next = ring->next;
    ring->next = thread;
  }
  ring = thread;
}

Thread* add_thread() {
  int index = lowest_free_index();
  if (static_cast<std::size_t>(index) >= options().max_domains) return nullptr;
  void* memory = caml_stat_alloc_noexc(sizeof(Thread));
  if (memory == nullptr) return nullptr;
  Thread* thread = new (memory) Thread;
  thread->stack = alloc_stack(kMainStackWosize);
  if (thread->stack == nullptr) {
    caml_stat_free(thread);
    return nullptr;
  }
  thread->domain_id = next_domain_id++;
  thread->domain_index = index;
  thread->home = thread;
  link(thread);
  return thread;
}

// Only waits that the state does not show the end of are remembered as over: the others' primitives
// do not ask, and the next wait must not find it.
void wake(Thread& thread) {
  thread.state = ThreadState::kRunnable;
  thread.wait_over =
      thread.wait.kind == Wait::Kind::kDeadline || thread.wait.kind == Wait::Kind::kHost;
  thread.wait = Wait{};
}

bool can_run(const Thread& t) {
  return t.state == ThreadState::kRunnable || t.state == ThreadState::kEnding;
}

template <class F>
void for_each_thread(F f) {
  if (ring == nullptr) return;
  Thread* thread = ring->next;
  for (;;) {
    bool last = thread == ring;
    Thread* next = thread->next;
    f(*thread);
    if (last) return;
    thread = next;
  }
}

void wake_host_waiters(Wait::Kind kind, std::uintptr_t id) {
  for_each_thread([&](Thread& t) {
    if (t.state == ThreadState::kWaiting && t.wait.kind == kind && t.wait.id == id) wake(t);
  });
}

}  // namespace

bool init_threads() {
  for_each_thread([](Thread& t) {
    free_stack(t.stack);
    caml_stat_free(&t);
  });
  drop_callback_stack();
  ring = nullptr;
  main_one = nullptr;
  next_domain_id = 0;
  yield_requested = false;
  main_one = add_thread();
  if (main_one == nullptr) return false;
  dom().current_thread = main_one;
  dom().current_stack = main_one->stack;
  dom().activation = nullptr;
  dom().native_limit = nullptr;
  dom().native_room = kNoCallback;
  dom().native_depth = 0;
  reset_unwinding();
  set_stack_limit();
  return true;
}

Thread* main_thread() { return main_one; }
Thread* first_thread() { return ring == nullptr ? nullptr : ring->next; }

Thread* spawn_thread(Value closure) {
  Thread* thread = add_thread();
  if (thread == nullptr) return nullptr;
  Value unit = Val_unit;
  push_call(thread->stack, closure, &unit, 1);
  return thread;
}

Thread* begin_callback() {
  Domain& d = dom();
  Thread* below = d.current_thread;
  void* memory = spare_callback;
  if (memory == nullptr) memory = caml_stat_alloc_noexc(sizeof(Thread));
  if (memory == nullptr) return nullptr;
  spare_callback = nullptr;
  Thread* thread = new (memory) Thread;
  thread->domain_index = -1;
  // The ring's own are found there; a callback's stack is where only its caller knows.
  if (is_callback(below) || below == nullptr)
    note_in_transit(d.current_stack);
  else
    below->stack = d.current_stack;
  thread->home = below == nullptr ? nullptr : below->home;
  thread->stack = d.current_stack;  // Until it ends: what it runs on top of.
  return d.current_thread = thread;
}

void end_callback(Thread* below) {
  Thread* thread = dom().current_thread;
  if (is_callback(below) || below == nullptr) end_transit(thread->stack);
  if (spare_callback == nullptr)
    spare_callback = thread;
  else
    caml_stat_free(thread);
  dom().current_thread = below;
}

void keep_callback(Thread* below, int call) {
  Thread* thread = dom().current_thread;
  if (is_callback(below) || below == nullptr) end_transit(thread->stack);
  thread->stack = dom().current_stack;
  thread->home = main_one;
  thread->call = call;
  link(thread);
  dom().current_thread = below;
}

bool has_kept_callbacks() {
  bool any = false;
  for_each_thread([&](Thread& t) { any |= t.call != 0; });
  return any;
}

void free_dead_threads() {
  if (ring == nullptr) return;
  Thread* before = ring;
  for (Thread* t = ring->next; t != ring; t = before->next) {
    if (t->state != ThreadState::kDead || t == dom().current_thread || t == main_one) {
      before = t;
      continue;
    }
    before->next = t->next;
    free_stack(t->stack);
    caml_stat_free(t);
  }
}

Thread* next_runnable(double now) {
  Thread* chosen = nullptr;
  Thread* start = dom().current_thread;
  Thread* t = start;
  do {
    t = t->next;
    if (t->state == ThreadState::kWaiting && t->wait.kind == Wait::Kind::kDeadline &&
        now >= t->wait.seconds)
      wake(*t);
    if (chosen == nullptr && can_run(*t)) chosen = t;
  } while (t != start);
  return chosen;
}

bool any_other_runnable() {
  bool any = false;
  for_each_thread([&](Thread& t) {
    any =
        any || (&t != dom().current_thread && (can_run(t) || t.wait.kind == Wait::Kind::kDeadline));
  });
  return any;
}

Thread* first_interruptible_thread() {
  Thread* first = nullptr;
  for_each_thread([&](Thread& t) {
    bool interruptible = t.state == ThreadState::kWaiting && t.wait.kind != Wait::Kind::kNotified;
    if (first == nullptr && interruptible) first = &t;
  });
  return first;
}

std::int32_t fuel_for_turn() {
  if (is_callback(dom().current_thread)) return kFuelPerSlice;
  bool shared = false;
  for_each_thread([&](Thread& t) { shared |= &t != dom().current_thread && can_run(t); });
  return shared ? kFuelPerSharedSlice : kFuelPerSlice;
}

void switch_to(Thread* thread) {
  Domain& d = dom();
  if (thread == d.current_thread) return;
  d.current_thread->stack = d.current_stack;
  d.current_thread = thread;
  make_current(thread->stack);
}

HostWaits host_waits() {
  HostWaits waits;
  for_each_thread([&](Thread& t) {
    if (t.state != ThreadState::kWaiting) return;
    switch (t.wait.kind) {
      case Wait::Kind::kReadable:
        waits.readable = true;
        waits.fd = static_cast<int>(t.wait.id);
        break;
      case Wait::Kind::kDeadline:
        if (!waits.deadline || t.wait.seconds < waits.seconds) waits.seconds = t.wait.seconds;
        waits.deadline = true;
        break;
      case Wait::Kind::kHost: waits.host = true; break;
      default: break;
    }
  });
  return waits;
}

void host_readable(int fd) {
  wake_host_waiters(Wait::Kind::kReadable, static_cast<std::uintptr_t>(fd));
}
void host_done(int id) { wake_host_waiters(Wait::Kind::kHost, static_cast<std::uintptr_t>(id)); }

Value suspend_until(Wait wait) {
  current().wait = wait;
  current().wait_over = false;
  current().state = ThreadState::kWaiting;
  return kNoValue;
}

bool wait_finished() {
  bool over = current().wait_over;
  current().wait_over = false;
  return over;
}

void notify_all(const void* object) {
  wake_host_waiters(Wait::Kind::kNotified, reinterpret_cast<std::uintptr_t>(object));
}

void notify_one(const void* object) {
  // The one whose turn comes first has not always waited longest; nobody starves, as turns go
  // round.
  Thread* start = dom().current_thread;
  if (is_callback(start)) start = ring;
  Thread* t = start;
  do {
    t = t->next;
    if (t->state != ThreadState::kWaiting || t->wait.kind != Wait::Kind::kNotified ||
        t->wait.id != reinterpret_cast<std::uintptr_t>(object))
      continue;
    wake(*t);
    return;
  } while (t != start);
}

void request_yield() {
  yield_requested = true;
  request_attention();
}

bool take_yield_request() {
  bool requested = yield_requested;
  yield_requested = false;
  return requested;
}

void scan_thread_roots(void (*visit)(Value*), void (*visit_stack)(Stack*)) {
  Domain& d = dom();
  visit(&run_result());
  if (d.exn_bucket != kNoValue) visit(&d.exn_bucket);
  for_each_thread([&](Thread& t) {
    visit(&t.dls);
    visit(&t.term_sync);
    visit(&t.outcome);
    Stack* stack = &t == d.current_thread ? d.current_stack : t.stack;
    for (; stack != nullptr; stack = stack->parent) visit_stack(stack);
  });
  if (is_callback(d.current_thread))
    for (Stack* s = d.current_stack; s != nullptr; s = s->parent) visit_stack(s);
  scan_in_transit(visit_stack);
}

}  // namespace bactrian
