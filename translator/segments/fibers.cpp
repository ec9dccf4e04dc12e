// SPDX-License-Identifier: Apache-2.0
// See fibers.h. What is done here is what the interpreter does at PERFORM, REPERFORMTERM and
// RESUME.
#include "translator/segments/fibers.h"

#include <algorithm>

#include "runtime/bytecode/opcodes.h"
#include "runtime/domain.h"
#include "runtime/heap/state.h"
#include "runtime/interp/interp.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/segments.h"
#include "translator/translator.h"

namespace bactrian {

namespace {

using SegmentCode = Value (*)(Value* sp, Value env, Value accu);

Domain& domain() { return *tier_interface->domain; }

[[gnu::noinline]] Value leave_at(Value* sp, Value accu, const opcode_t* pc, Value env,
                                 std::intptr_t extra) {
  domain().current_stack->sp = push_register_frame(sp, accu, pc, env, extra);
  return Val_unit;
}

// Where to go on: in the segment at pc, if there is one and no argument is extra.
struct Next {
  Value* sp;
  Value accu;
  const opcode_t* pc;
  Value env;
  std::intptr_t extra;

  bool is_segment() const { return is_segment_word(*pc) && extra == 0; }
  SegmentCode code() const {
    return reinterpret_cast<SegmentCode>(std::uintptr_t{slot_of_segment_word(*pc)});
  }
};

#define GO_ON(next)                                                               \
  if (!(next).is_segment())                                                       \
    return leave_at((next).sp, (next).accu, (next).pc, (next).env, (next).extra); \
  [[clang::musttail]] return (next).code()((next).sp, (next).env, (next).accu)

// make_current and set_native_limit, with one look at what limits there are.
[[gnu::always_inline]] inline void switch_to(Stack* stack, Value* sp) {
  Domain& d = domain();
  const Activation& a = *d.activation;
  d.current_stack = stack;
  stack->dirty = true;
  d.native_limit =
      stack == a.stack ? a.limit : sp - std::min(a.room, static_cast<mlsize_t>(sp - stack->floor));
  d.stack_limit = d.attention ? reinterpret_cast<Value*>(~std::uintptr_t{7})
                              : std::max(stack->floor, d.native_limit);
}

// On the parent's stack its handler gets the effect.
[[gnu::always_inline]] inline Next handle(Stack* leaving, Value effect, Value continuation) {
  Stack* parent = leaving->parent;
  Value* sp = parent->sp;
  auto extra = static_cast<std::intptr_t>(Long_val(sp[0])) + 2;
  sp -= 2;
  sp[0] = effect;
  sp[1] = continuation;
  sp[2] = Val_ptr(leaving);
  leaving->parent = nullptr;
  switch_to(parent, sp);
  Value handler = leaving->handle_effect;
  const opcode_t* pc = Code_val(handler);
  if (pc[0] == GRAB && pc[1] == extra) {
    pc += 2;
    extra = 0;
  }
  // Handlers resume, as a rule: segments will do it better.
  if (!is_segment_word(*pc)) [[unlikely]]
    tier_interface->note_unwound(
        static_cast<std::int32_t>(function_id_of_field(Field(handler, 0))));
  return {sp, handler, pc, handler, extra};
}

}  // namespace

Value segment_perform(Value* sp, Value effect, Value) {
  Domain& d = domain();
  Stack* stack = d.current_stack;
  stack->sp = sp;
  Value* young = d.young_ptr - Whsize_wosize(2);
  Value continuation;
  if (young >= d.young_limit) [[likely]] {
    d.young_ptr = young;
    *reinterpret_cast<Header*>(young) = Make_header(2, Cont_tag);
    continuation = val_of_ptr(young + 1);
  } else {
    sp[-1] = effect;
    continuation = tier_interface->alloc(sp - 1, 2, Cont_tag);
    stack->sp = sp;
    effect = sp[-1];
  }
  Field(continuation, 0) = Field(continuation, 1) = Val_ptr(stack);
  Next next = handle(stack, effect, continuation);
  GO_ON(next);
}

Value segment_reperform(Value* sp, Value effect, Value continuation) {
  Stack* stack = domain().current_stack;
  Ptr_val<Stack>(sp[-1])->parent = stack;
  *--sp = Val_long(0);
  stack->sp = sp;
  Field(continuation, 1) = Val_ptr(stack);
  // Its first stack is not the one that leaves.
  Stack* parent = stack->parent;
  stack->parent = nullptr;
  tier_interface->continuation_extended(continuation);
  stack->parent = parent;
  Next next = handle(stack, effect, continuation);
  GO_ON(next);
}

namespace {

[[gnu::always_inline]] inline Next run_on(Value* sp, Stack* innermost, Value argument) {
  Value function = sp[-1];
  auto* last_fiber = Ptr_val<Stack>(sp[-2]);
  Domain& d = domain();
  *--sp = Val_long(0);
  d.current_stack->sp = sp;
  last_fiber->parent = d.current_stack;
  sp = innermost->sp;
  switch_to(innermost, sp);
  const opcode_t* pc = Code_val(function);
  // Effect.Deep.continue resumes by the identity.
  if (pc[0] == ACC0_RETURN && pc[2] == 1) {
    pc = Pc_val(sp[0]);
    Value env = sp[1];
    auto extra = static_cast<std::intptr_t>(Long_val(sp[2]));
    return {sp + kReturnFrameWosize, argument, pc, env, extra};
  }
  *--sp = argument;
  return {sp, function, pc, function, 0};
}

}  // namespace

Value segment_resume(Value* sp, Value innermost, Value argument) {
  auto* stack = Ptr_val<Stack>(innermost);
  tier_interface->end_transit(stack);
  Next next = run_on(sp, stack, argument);
  GO_ON(next);
}

Value segment_resume_taken(Value* sp, Value continuation, Value argument) {
  auto* innermost = Ptr_val<Stack>(Field(continuation, 0));
  Field(continuation, 0) = Val_ptr<Stack>(nullptr);
  const HeapState& h = *domain().heap;
  for (Stack* s = innermost; s != nullptr; s = s->parent) {
    s->dirty = true;
    if (h.marking && s->marked != h.stack_color) [[unlikely]]
      tier_interface->stack_resumed(innermost);
  }
  Next next = run_on(sp, innermost, argument);
  GO_ON(next);
}

Value leave_by_return(Value* sp, Value value) {
  return leave_at(sp + kReturnFrameWosize, value, Pc_val(sp[0]), sp[1],
                  static_cast<std::intptr_t>(Long_val(sp[2])));
}

Value leave_by_call(Value* sp, Value closure, Value count) {
  return leave_at(sp, closure, Code_val(closure), closure,
                  static_cast<std::intptr_t>(Long_val(count)) - 1);
}

}  // namespace bactrian
