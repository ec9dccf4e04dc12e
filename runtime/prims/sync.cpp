// SPDX-License-Identifier: Apache-2.0
// Mutex and Condition, error-checking as OCaml 5's. Their state is outside the heap, as waiting
// threads know it by its address.
#include "runtime/prims/sync.h"

#include "runtime/interp/threads.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

struct SyncObject {
  Thread* owner;  // Of a locked mutex.
};

SyncObject*& object_of(Value v) { return *Data_custom_val<SyncObject*>(v); }

void finalize_sync(Value v) { caml_stat_free(object_of(v)); }

int compare_sync(Value a, Value b) {
  auto x = reinterpret_cast<std::uintptr_t>(object_of(a));
  auto y = reinterpret_cast<std::uintptr_t>(object_of(b));
  return x < y ? -1 : x > y;
}

intnat hash_sync(Value v) {
  return static_cast<intnat>(reinterpret_cast<std::uintptr_t>(object_of(v)));
}

constexpr CustomOperations mutex_ops = {"_mutex", finalize_sync, compare_sync, hash_sync,
                                        nullptr,  nullptr,       nullptr,      0};
constexpr CustomOperations condition_ops = {"_condition", finalize_sync, compare_sync, hash_sync,
                                            nullptr,      nullptr,       nullptr,      0};

Value alloc_sync(const CustomOperations* ops) {
  void* memory = caml_stat_alloc_noexc(sizeof(SyncObject));
  if (memory == nullptr) return caml_raise_out_of_memory();
  SyncObject* object = new (memory) SyncObject{nullptr};
  Value v = caml_alloc_custom(ops, sizeof(SyncObject*), 0, 1);
  object_of(v) = object;
  return v;
}

Value raise_sync_error(const char* text) { return caml_raise_sys_error(caml_copy_string(text)); }

}  // namespace

bool mutex_try_acquire(Value mutex) {
  SyncObject* m = object_of(mutex);
  if (m->owner != nullptr) return false;
  m->owner = dom().current_thread;
  return true;
}

void mutex_release(Value mutex) {
  SyncObject* m = object_of(mutex);
  m->owner = nullptr;
  notify_one(m);
}

const void* mutex_wait_object(Value mutex) { return object_of(mutex); }

void condition_broadcast(Value condition) { notify_all(object_of(condition)); }

Value caml_ml_mutex_new(Value) { return alloc_sync(&mutex_ops); }

Value caml_ml_mutex_lock(Value mutex) {
  if (mutex_try_acquire(mutex)) return Val_unit;
  SyncObject* m = object_of(mutex);
  if (m->owner == dom().current_thread)
    return raise_sync_error("Mutex.lock: Resource deadlock avoided");
  return suspend_until(Wait::notified(m));
}

Value caml_ml_mutex_unlock(Value mutex) {
  if (object_of(mutex)->owner != dom().current_thread)
    return raise_sync_error("Mutex.unlock: Operation not permitted");
  mutex_release(mutex);
  return Val_unit;
}

Value caml_ml_mutex_try_lock(Value mutex) { return Val_bool(mutex_try_acquire(mutex)); }

Value caml_ml_condition_new(Value) { return alloc_sync(&condition_ops); }

// Called up to three times (sched.h): to release the mutex and wait, when notified, and when the
// mutex that somebody else held then is free.
Value caml_ml_condition_wait(Value condition, Value mutex) {
  Thread& self = *dom().current_thread;
  if (self.condition_stage == 0) {
    if (object_of(mutex)->owner != &self)
      return raise_sync_error("Condition.wait: Operation not permitted");
    mutex_release(mutex);
    self.condition_stage = 1;
    return suspend_until(Wait::notified(object_of(condition)));
  }
  if (!mutex_try_acquire(mutex)) return suspend_until(Wait::notified(object_of(mutex)));
  self.condition_stage = 0;
  return Val_unit;
}

Value caml_ml_condition_signal(Value condition) {
  notify_one(object_of(condition));
  return Val_unit;
}

Value caml_ml_condition_broadcast(Value condition) {
  notify_all(object_of(condition));
  return Val_unit;
}

}  // namespace bactrian
