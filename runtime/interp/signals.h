// SPDX-License-Identifier: Apache-2.0
// Signals: recorded when they arrive, handled by OCaml code at the next poll.
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

// `number` as OCaml writes it: negative for the portable ones (Sys.sigint = -6). True when the
// program takes it (handler or ignore); false: the host does the default action.
bool deliver_signal(int number);
// The handler of a pending signal, and its argument.
bool take_signal(Value* closure, Value* argument);
void reset_signals();

}  // namespace bactrian
