// SPDX-License-Identifier: Apache-2.0
// Sys.signal. Handlers live in an OCaml array indexed by signal, as the GC must see them.
#include "runtime/interp/signals.h"

#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

constexpr int kPortableSignals = 28;  // Sys.sigabrt = -1 … Sys.sigxfsz = -28.
constexpr int kSystemSignals = 64;    // Positive numbers are the system's.
constexpr int kSlots = kPortableSignals + kSystemSignals + 1;
// The portable ones by their Linux numbers, in Sys's order, so that both name one slot.
constexpr signed char kLinuxNumber[kPortableSignals] = {6,  14, 8,  1,  4,  2,  9,  13, 3,  11,
                                                        15, 10, 12, 17, 18, 19, 20, 21, 22, 26,
                                                        27, 29, 24, 5,  23, 25, 30, 7};
constexpr int kSigkill = 9, kSigstop = 19;

enum Action : intnat { kDefault, kIgnore };

GlobalRoot handlers;
bool pending[kSlots];

int slot_of(intnat number) {
  if (number < 0 && number >= -kPortableSignals) return kLinuxNumber[-number - 1];
  return number > 0 && number <= kSystemSignals ? static_cast<int>(number) : -1;
}

intnat number_of_slot(int slot) {
  for (int i = 0; i < kPortableSignals; i++)
    if (kLinuxNumber[i] == slot) return -(i + 1);
  return slot;
}

Value handler_of(int slot) {
  return Is_block(handlers) ? Field(handlers, static_cast<mlsize_t>(slot)) : Val_long(kDefault);
}

}  // namespace

bool deliver_signal(int number) {
  int slot = slot_of(number);
  if (slot < 0) return false;
  Value action = handler_of(slot);
  if (action == Val_long(kDefault)) return false;
  if (action == Val_long(kIgnore)) return true;
  pending[slot] = true;
  dom().signals_pending = true;
  request_attention();
  return true;
}

bool take_signal(Value* closure, Value* argument) {
  for (int slot = 0; slot < kSlots; slot++) {
    if (!pending[slot]) continue;
    pending[slot] = false;
    Value action = handler_of(slot);
    if (!Is_block(action)) continue;
    *closure = Field(action, 0);
    *argument = Val_long(number_of_slot(slot));
    return true;
  }
  dom().signals_pending = false;
  return false;
}

void reset_signals() {
  for (bool& p : pending) p = false;
  handlers = Val_unit;
}

// Sys.signal: Signal_default = 0 | Signal_ignore = 1 | Signal_handle of (int -> unit).
Value caml_install_signal_handler(Value number, Value action) {
  int slot = slot_of(Long_val(number));
  if (slot < 0) return caml_invalid_argument("Sys.signal: unavailable signal");
  if (slot == kSigkill || slot == kSigstop) return caml_sys_error(22 /* EINVAL */, kNoValue);
  Root rooted(action);
  if (!Is_block(handlers)) {
    Value array = caml_alloc(kSlots, 0);
    for (mlsize_t i = 0; i < kSlots; i++) Field(array, i) = Val_long(kDefault);
    handlers = array;
  }
  Value old = Field(handlers, static_cast<mlsize_t>(slot));
  Store_field(handlers, static_cast<mlsize_t>(slot), rooted);
  return old;
}

Value caml_process_pending_actions_with_root(Value root) {
  request_attention();
  return root;
}

}  // namespace bactrian
