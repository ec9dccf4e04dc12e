// SPDX-License-Identifier: Apache-2.0
// Mutexes, for the end of a domain, which locks the mutex that its joiners wait on.
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

// Locks for the current thread if nobody holds it.
bool mutex_try_acquire(Value mutex);
void mutex_release(Value mutex);
// What notify_one is told when the mutex becomes free.
const void* mutex_wait_object(Value mutex);
void condition_broadcast(Value condition);

}  // namespace bactrian
