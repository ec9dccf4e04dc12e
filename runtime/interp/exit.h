// SPDX-License-Identifier: Apache-2.0
// The end of the program, asked for by a primitive: the interpreter stops at once, and the driver
// reports the code to the host. Buffers of channels are OCaml's at_exit's business.
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

[[nodiscard]] Value request_exit(int code);
bool exit_requested();
int exit_code();
void clear_exit_request();

}  // namespace bactrian
