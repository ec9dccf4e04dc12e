// SPDX-License-Identifier: Apache-2.0
// Domain.spawn and domain-local state. Domains are threads that take turns: a program sees what it
// would see on a machine with one core.
#include "runtime/interp/threads.h"
#include "runtime/prims/prim.h"

namespace bactrian {

Value caml_domain_spawn(Value callback, Value term_sync) {
  Root sync(term_sync);
  Thread* thread = spawn_thread(callback);
  if (thread == nullptr) return caml_failwith("failed to allocate domain");
  thread->term_sync = sync;
  request_yield();
  return Val_long(thread->domain_id);
}

namespace {
Thread& here() { return *dom().current_thread->home; }
}  // namespace

Value caml_ml_domain_id(Value) { return Val_long(here().domain_id); }
Value caml_ml_domain_index(Value) { return Val_long(here().domain_index); }

Value caml_ml_domain_cpu_relax(Value) {
  request_yield();
  return Val_unit;
}

Value caml_domain_dls_get(Value) { return here().dls; }

Value caml_domain_dls_set(Value state) {
  here().dls = state;
  return Val_unit;
}

Value caml_domain_dls_compare_and_set(Value expected, Value state) {
  if (here().dls != expected) return Val_false;
  here().dls = state;
  return Val_true;
}

Value caml_recommended_domain_count(Value) { return Val_long(1); }

}  // namespace bactrian
