// SPDX-License-Identifier: Apache-2.0
// Fibers and continuations, as stdlib's Effect module sees them. Switching itself is the
// interpreter's (PERFORM, RESUME, REPERFORMTERM).
#include "runtime/interp/fibers.h"

#include <boost/container/small_vector.hpp>
#include <cstring>

#include "runtime/heap/heap.h"
#include "runtime/host/host.h"
#include "runtime/interp/exit.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/machine_code.h"
#include "runtime/prims/named_values.h"
#include "runtime/prims/prim.h"
#include "runtime/tier/activation.h"

namespace bactrian {

namespace {

constexpr mlsize_t kFiberWosize = 128;
std::int64_t next_fiber_id = 1;
boost::container::small_vector<Stack*, 8> in_transit;

// Registered by Effect through Callback.register_exception, which keeps the constructor: the value
// itself for a constant exception, field 0 of the block for one with arguments. A program without
// the module Effect ends there, as it does under ocamlrun.
Value named_exception(const char* name) {
  const Value* exn = caml_named_value(name);
  if (exn != nullptr) return *exn;
  for (const char* text : {"Fatal error: exception ", name, "\n"})
    host_write(2, text, std::strlen(text));
  return request_exit(2);
}

}  // namespace

Value make_unhandled_exn(Value effect) {
  Root rooted(effect);
  Value registered = named_exception("Effect.Unhandled");
  if (registered == kNoValue) return kNoValue;
  Root constructor(registered);
  Value exn = caml_alloc_small(2, 0);
  Field(exn, 0) = constructor;
  Field(exn, 1) = rooted;
  return exn;
}

Value make_already_resumed_exn() { return named_exception("Effect.Continuation_already_resumed"); }

void note_in_transit(Stack* stack) { in_transit.push_back(stack); }

void end_transit(Stack* stack) {
  // Nearly always the last one: stacks are resumed right after they were made or taken.
  if (in_transit.back() == stack) {
    in_transit.pop_back();
    return;
  }
  for (std::size_t i = in_transit.size(); i-- > 0;) {
    if (in_transit[i] != stack) continue;
    in_transit.erase(in_transit.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void scan_in_transit(void (*visit_stack)(Stack*)) {
  for (Stack* first : in_transit)
    for (Stack* stack = first; stack != nullptr; stack = stack->parent) visit_stack(stack);
}

void reset_in_transit() { in_transit.clear(); }

Value caml_continuation_use_noexc(Value cont) {
  Value taken = Field(cont, 0);
  Field(cont, 0) = Val_ptr<Stack>(nullptr);
  Stack* stack = Ptr_val<Stack>(taken);
  if (stack != nullptr) {
    heap_stack_resumed(stack);
    note_in_transit(stack);
  }
  return taken;
}

Value caml_continuation_use(Value cont) {
  Value stack = caml_continuation_use_noexc(cont);
  if (Ptr_val<Stack>(stack) != nullptr) return stack;
  Value exn = make_already_resumed_exn();
  return exn == kNoValue ? kNoValue : caml_raise(exn);
}

Value caml_continuation_use_and_update_handler_noexc(Value cont, Value on_value, Value on_exn,
                                                     Value on_effect) {
  Value taken = caml_continuation_use_noexc(cont);
  Stack* outermost = Ptr_val<Stack>(taken);
  if (outermost == nullptr) return taken;
  while (outermost->parent != nullptr) outermost = outermost->parent;
  outermost->handle_value = on_value;
  outermost->handle_exn = on_exn;
  outermost->handle_effect = on_effect;
  heap_stack_runs(outermost);
  return taken;
}

// Frees the fibers of a continuation that will not be resumed (5.0's Effect).
Value caml_drop_continuation(Value cont) {
  Stack* stack = Ptr_val<Stack>(caml_continuation_use_noexc(cont));
  end_transit(stack);
  while (stack != nullptr) {
    Stack* parent = stack->parent;
    free_stack(stack);
    stack = parent;
  }
  return Val_unit;
}

Value caml_alloc_stack(Value on_value, Value on_exn, Value on_effect) {
  Stack* stack = alloc_stack(kFiberWosize);
  if (stack == nullptr) return caml_raise_out_of_memory();
  stack->handle_value = on_value;
  stack->handle_exn = on_exn;
  stack->handle_effect = on_effect;
  stack->id = next_fiber_id++;
  stack->sp = stack->high - kReturnFrameWosize;
  stack->sp[0] = Val_pc(fiber_return_code());
  stack->sp[1] = Val_unit;
  stack->sp[2] = Val_long(0);
  note_in_transit(stack);
  return Val_ptr(stack);
}

Value caml_ensure_stack_capacity(Value required) {
  intnat wosize = Long_val(required);
  Domain& d = dom();
  bool possible = wosize >= 0 && wosize <= intnat{1} << 30;
  if (possible && has_stack(d.current_stack, static_cast<mlsize_t>(wosize))) return Val_unit;
  // Not while its frames are elsewhere, or others' refer to its address.
  if (d.activation != nullptr && !may_move(*d.activation, d.current_stack)) return kNoValue;
  if (!possible || !ensure_stack(d.current_stack, static_cast<mlsize_t>(wosize)))
    return caml_raise_stack_overflow();
  return Val_unit;
}

}  // namespace bactrian
