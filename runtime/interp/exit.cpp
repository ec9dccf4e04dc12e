// SPDX-License-Identifier: Apache-2.0
// The request to end the program (exit.h).
#include "runtime/interp/exit.h"

namespace bactrian {

namespace {
bool requested = false;
int requested_code = 0;
}  // namespace

Value request_exit(int code) {
  requested = true;
  requested_code = code;
  return kNoValue;
}
bool exit_requested() { return requested; }
int exit_code() { return requested_code; }
void clear_exit_request() { requested = false; }

}  // namespace bactrian
