// SPDX-License-Identifier: Apache-2.0
// Waiting for a promise: the program is suspended, as by any other wait (runtime/interp/sched.h),
// and the call is made again when the promise has been settled.
#include "jsapi/prims.h"

namespace bactrian {

Value bactrian_js_await(Value promise) {
  (void)wait_finished();
  put_word(promise, 0);
  // The settled value's word; kNumber and the like as ever. kExit: not yet, and cells[1] is the
  // wait's id.
  word_t value = js_await(words[0]);
  if (value != kExit) return value_of(value);
  return suspend_until(Wait::host(static_cast<int>(cells[1])));
}

}  // namespace bactrian
