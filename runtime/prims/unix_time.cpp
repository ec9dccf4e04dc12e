// SPDX-License-Identifier: Apache-2.0
// The clock of the Unix library, and its sleep, which suspends. Unix.Unix_error cannot come of
// them.
#include <cmath>

#include "runtime/host/host.h"
#include "runtime/interp/sched.h"
#include "runtime/prims/prim.h"

namespace bactrian {

Value caml_unix_sleep(Value seconds) {
  double duration = Double_val(seconds);
  if (wait_finished() || !(duration > 0)) return Val_unit;
  return suspend_until(Wait::deadline(host_now() + duration, 0));
}

Value caml_unix_gettimeofday(Value) { return caml_copy_double(host_now()); }
Value caml_unix_time(Value) { return caml_copy_double(std::floor(host_now())); }

}  // namespace bactrian
