// SPDX-License-Identifier: Apache-2.0
// Runtime_events while no tracing is on, and 4.x's Gc.eventlog: what they do then in OCaml. Events
// can be registered; writing one has no effect. Tracing cannot be turned on: it needs a file that
// another process maps, so caml_ml_runtime_events_start and the consumer's functions do not exist
// here.
#include <cstring>

#include "runtime/prims/prim.h"

namespace bactrian {

namespace {
constexpr intnat kMaxCustomEvents = 8192;  // (1 << 13), as OCaml.
constexpr mlsize_t kMaxNameLength = 127;
intnat next_event = 0;
}  // namespace

Value caml_ml_runtime_events_pause(Value) { return Val_unit; }
Value caml_ml_runtime_events_path(Value) { return Val_none; }
Value caml_ml_runtime_events_are_active(Value) { return Val_false; }

// { id; name; typ; tag }
Value caml_runtime_events_user_register(Value name, Value tag, Value type) {
  intnat index = next_event++;
  if (index > kMaxCustomEvents)
    return caml_invalid_argument(
        "Runtime_events.User.register: maximum number of custom events exceeded");
  if (caml_string_length(name) > kMaxNameLength)
    return caml_invalid_argument(
        "Runtime_events.User.register: maximum length for event name exceeded");
  if (std::strlen(String_val(name)) != caml_string_length(name))
    return caml_invalid_argument("Runtime_events.User.register: event name has null characters");
  Root rooted_name(name), rooted_tag(tag), rooted_type(type);
  Value event = caml_alloc_small(4, 0);
  Field(event, 0) = Val_long(index);
  Field(event, 1) = rooted_name;
  Field(event, 2) = rooted_type;
  Field(event, 3) = rooted_tag;
  return event;
}

Value caml_runtime_events_user_write(Value, Value, Value) { return Val_unit; }

}  // namespace bactrian
