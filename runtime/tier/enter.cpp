// SPDX-License-Identifier: Apache-2.0
// Between the interpreter and translated code, in both directions: enter_translated and
// enter_continuation go in, interpret_call_n comes back (activation.h).
#include "runtime/tier/enter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/interp/machine_code.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/install.h"
#include "runtime/tier/segments.h"
#include "runtime/tier/stubs.h"
#include "runtime/tier/unwind.h"

namespace bactrian {

void set_native_limit(Stack* stack, Value* sp, const Activation& a) {
  if (stack == a.stack) return;  // As it was set for the code that called this activation.
  dom().native_limit = sp - std::min(a.room, static_cast<mlsize_t>(sp - stack->floor));
  set_stack_limit();
}

namespace {

// With less room below it, a stack is grown before translated code runs on it.
constexpr std::ptrdiff_t kLowRoom = 64;
constexpr mlsize_t kGrownRoom = 256;
// With less native room, calls are interpreted.
constexpr mlsize_t kLowNativeRoom = 8;

TierExit tier_exit;

Value leave(TierExit how) {
  tier_exit = how;
  return kNoValue;
}

// The frame of a nested activation that was unwound; its value goes on to the frame above it.
Value* skip_stale_frames(Value* sp, const Activation& a) {
  while (sp[0] == Val_pc(native_return_code()) && sp != a.entry_frame) sp += kNativeReturnWosize;
  return sp;
}

template <class... Args>
Value call_as(TranslatedCode code, Value* sp, Value env, Args... args) {
  return reinterpret_cast<Value (*)(Value*, Value, Args...)>(code)(sp, env, args...);
}

Value call_translated(TranslatedCode code, Value* sp, Value env, const Value* a, int arity) {
  switch (arity) {
    case 1: return call_as(code, sp, env, a[0]);
    case 2: return call_as(code, sp, env, a[0], a[1]);
    case 3: return call_as(code, sp, env, a[0], a[1], a[2]);
    case 4: return call_as(code, sp, env, a[0], a[1], a[2], a[3]);
    case 5: return call_as(code, sp, env, a[0], a[1], a[2], a[3], a[4]);
    case 6: return call_as(code, sp, env, a[0], a[1], a[2], a[3], a[4], a[5]);
    case 7: return call_as(code, sp, env, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    case 8: return call_as(code, sp, env, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    case 9: return call_as(code, sp, env, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
    default:
      return call_as(code, sp, env, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
  }
}

// Moves the arguments that are passed in memory below `sp`. Returns the callee's sp.
Value* place_memory_arguments(Value* args, int arity, Value* sp) {
  if (arity <= kMaxTranslatedArity) return sp;
  int count = arity - kMaxTranslatedArity;
  sp -= count;
  std::memmove(sp, args + kMaxTranslatedArity, static_cast<std::size_t>(count) * sizeof(Value));
  *--sp = Val_long(arity);
  return sp;
}

// `sp` is where the callee's frame would end: at the call's return frame.
// `owner`: whose translation was entered, as in a frame descriptor.
Value after_call(Value value, Stack* stack, Value* sp, const Activation& a, std::int32_t owner) {
  Domain& d = dom();
  d.native_depth--;
  if (value != kNoValue) {
    stack->sp = sp;
    return value;
  }
  if (!is_unwinding()) {
    stack->sp = sp;
    return leave(TierExit::kRaised);
  }
  note_frame(owner);
  bool done = write_unwound(stack, sp, may_move(a, stack));
  if (done) make_wanted_segments();
  return leave(done ? TierExit::kUnwound : TierExit::kUnwindOn);
}

// Room for translated code's first frames, so that entering it leads somewhere.
void prepare_stack(Stack* stack, const Activation& a) {
  if (stack->sp - stack->floor >= kLowRoom) return;
  if (may_move(a, stack)) (void)ensure_stack(stack, kGrownRoom);
}

bool has_native_room(const Stack* stack, const Activation& a) {
  return stack == a.stack || a.room >= kLowNativeRoom;
}

Value enter_at(const FunctionInfo& info, Stack* stack, Value* sp, const Activation& a,
               Value* callee_sp, Value env, const Value* args) {
  stack->sp = sp;
  set_native_limit(stack, sp, a);
  dom().native_depth++;
  tier_counters.entered++;
  auto owner = static_cast<std::int32_t>(&info - function_table);
  std::uint32_t nested = tier_counters.interpreted_calls;
  Value value = call_translated(info.code, callee_sp, env, args, info.arity);
  nested = tier_counters.interpreted_calls - nested;
  FunctionInfo& now = function_table[owner];
  // What unwinds is counted elsewhere (note_unwound).
  if (value != kNoValue && (nested | now.nested) != 0) note_nested(now, nested != 0);
  return after_call(value, stack, sp, a, owner);
}

}  // namespace

TierExit last_tier_exit() { return tier_exit; }

Value enter_translated() {
  Domain& d = dom();
  Activation& a = *d.activation;
  Stack* stack = d.current_stack;
  const FunctionInfo* info = function_at_entry(Pc_val(stack->sp[kFramePc]), stack->sp[kFrameEnv]);
  auto given = static_cast<int>(Long_val(stack->sp[kFrameExtra])) + 1;
  if (info == nullptr || given < info->arity || given - info->arity > kMaxTranslatedArity ||
      !has_native_room(stack, a))
    return leave(TierExit::kInterpret);
  prepare_stack(stack, a);
  Value* args = stack->sp + kRegisterFrameWosize;
  Value env = stack->sp[kFrameEnv];
  int arity = info->arity;
  Value* sp = args + arity;
  // Read before anything is written over them: when the call is made.
  const Value* passed = args;
  Value copies[kMaxTranslatedArity];
  if (given != arity || arity > kMaxTranslatedArity) {
    std::copy_n(args, std::min(arity, kMaxTranslatedArity), copies);
    passed = copies;
  }
  Value* callee_sp;
  if (given == arity) {
    sp = skip_stale_frames(sp, a);
    callee_sp = place_memory_arguments(args, arity, sp);
  } else {
    // The return frame takes the place of the last ones.
    callee_sp = place_memory_arguments(args, arity, sp - kReturnFrameWosize);
    sp = push_return_frame(sp, apply_code(given - arity));
  }
  return enter_at(*info, stack, sp, a, callee_sp, env, passed);
}

namespace {

// Null: not a call of a function with just its arguments, or without room.
const FunctionInfo* plainly_called(const Value* args, Value env, const opcode_t* pc,
                                   std::intptr_t extra_args) {
  if (!Is_block(env)) return nullptr;
  auto id = static_cast<std::uint32_t>(function_id_of_field(Field(env, 0)));
  const FunctionInfo* info = function_table + id;
  const Stack* stack = dom().current_stack;
  bool is_plain = id < function_table_size && info->entry == offset_of_code(pc) &&
                  info->arity == extra_args + 1 && info->arity <= kMaxTranslatedArity &&
                  args - stack->floor >= kLowRoom && has_native_room(stack, *dom().activation) &&
                  args[info->arity] != Val_pc(native_return_code());
  return is_plain ? info : nullptr;
}

}  // namespace

Value enter_translated(Value* args, Value env, const opcode_t* pc, std::intptr_t extra_args) {
  Stack* stack = dom().current_stack;
  const FunctionInfo* info = plainly_called(args, env, pc, extra_args);
  if (info == nullptr) {
    stack->sp = push_register_frame(args, env, pc, env, extra_args);
    return enter_translated();
  }
  Value* sp = args + info->arity;
  return enter_at(*info, stack, sp, *dom().activation, sp, env, args);
}

Value enter_continuation() {
  Domain& d = dom();
  Activation& a = *d.activation;
  Stack* stack = d.current_stack;
  const Continuation* found = find_continuation(Pc_val(stack->sp[kFramePc]));
  if (found == nullptr || stack->sp[kFrameExtra] != Val_long(0) || !has_native_room(stack, a))
    return leave(TierExit::kInterpret);
  prepare_stack(stack, a);
  Value* frame = stack->sp + kRegisterFrameWosize;
  Value env = stack->sp[kFrameEnv];
  for (std::int32_t i = 0; i < found->trap_count; i++)
    stack->trap =
        static_cast<mlsize_t>(Long_val(stack->high[-static_cast<std::ptrdiff_t>(stack->trap) + 1]));
  Value* sp = frame + found->frame_wosize;
  stack->sp = sp;
  set_native_limit(stack, sp, a);
  d.native_depth++;
  tier_counters.entered_loops++;
  std::int32_t owner = -static_cast<std::int32_t>(found->pc);
  Value value = call_as(found->code, frame, env);
  return after_call(value, stack, sp, a, owner);
}

Value enter_segment(std::uint32_t slot) {
  Domain& d = dom();
  Activation& a = *d.activation;
  Stack* stack = d.current_stack;
  if (stack->sp[kFrameExtra] != Val_long(0) || !has_native_room(stack, a))
    return leave(TierExit::kInterpret);
  prepare_stack(stack, a);
  Value* frame = stack->sp + kRegisterFrameWosize;
  set_native_limit(stack, frame, a);
  d.native_depth++;
  tier_counters.entered_segments++;
  auto code = reinterpret_cast<TranslatedCode>(static_cast<std::uintptr_t>(slot));
  Value value = call_as(code, frame, stack->sp[kFrameEnv], stack->sp[kFrameAccu]);
  if (value != kNoValue) {
    d.native_depth--;
    make_wanted_segments();
    return value;
  }
  stack = take_left_stack();
  return after_call(value, stack, stack->sp, a, 0);
}

// ---- Translated code calls what is interpreted --------------------------------------------------

namespace {

// The register frame is where the nested activation returns.
bool has_returned(const Activation& nested) {
  const Stack* stack = dom().current_stack;
  return stack == nested.stack && stack->sp == nested.entry_frame - 1 &&
         stack->sp[kFramePc] == Val_pc(native_return_code());
}
static_assert(kRegisterFrameWosize == kReturnFrameWosize + 1);

Value run_nested(Activation& nested) {
  Domain& d = dom();
  d.activation = &nested;
  opcode_t first = *Pc_val(d.current_stack->sp[kFramePc]);
  // Often it is over without the interpreter.
  if (is_segment_word(first)) {
    bool has_left = enter_segment(slot_of_segment_word(first)) == kNoValue;
    if (!has_left && has_returned(nested)) {
      d.activation = nested.outer;
      return d.current_stack->sp[kFrameAccu];
    }
    first = has_left ? kLeftTranslated : *Pc_val(d.current_stack->sp[kFramePc]);
  }
  RunStatus status = run_activation(first);
  d.activation = nested.outer;
  if (status == RunStatus::kReturned) return take_run_result();
  if (status == RunStatus::kUnwinding) {
    append_region(nested.stack, nested.entry_frame + kNativeReturnWosize);
    d.native_limit = nested.limit;
  }
  return kNoValue;
}

mlsize_t room_below(const Value* sp) {
  const Value* limit = dom().native_limit;
  return sp > limit ? static_cast<mlsize_t>(sp - limit) : 0;
}

// A function given too few arguments is a closure that holds them.
Value partial_application(Value* sp, FunctionId id, Value env, const Value* args, int count) {
  sp -= count + 1;
  sp[0] = env;
  std::copy_n(args, count, sp + 1);
  dom().current_stack->sp = sp;
  Value partial = caml_alloc_small(static_cast<mlsize_t>(count) + 3, Closure_tag);
  FunctionId restart = restart_of_function(id);
  Field(partial, 0) = make_code_field(function_entry(restart), restart);
  Field(partial, 1) = Make_closinfo(0, 2);
  std::copy_n(sp, count + 1, &Field(partial, 2));
  return partial;
}

Value interpret_call(Value* sp, Value env, const Value* args, int count) {
  Domain& d = dom();
  if (--d.fuel <= 0 || sp < d.stack_limit || tier_force_unwind() != 0) {
    append_call(env, args, count);
    return kNoValue;
  }
  FunctionId id = function_id_of_field(Field(env, 0));
  int arity = function_info(id).arity;
  if (count < arity) return partial_application(sp, id, env, args, count);
  if (count != arity) count_mismatch(id, count);
  note_interpreted_call(id);
  tier_counters.interpreted_calls++;
  sp -= kNativeReturnPadding;
  std::fill_n(sp, kNativeReturnPadding, Val_unit);
  sp = push_return_frame(sp, native_return_code());
  Stack* stack = d.current_stack;
  Activation nested{d.activation,   stack,         sp, stack->trap, d.native_limit,
                    room_below(sp), d.native_depth};
  for (int i = count; i-- > 0;) *--sp = args[i];
  stack->sp = push_register_frame(sp, env, Code_val(env), env, count - 1);
  return run_nested(nested);
}

template <int>
using ValueFor = Value;

template <class>
struct Stub;
template <int... I>
struct Stub<std::integer_sequence<int, I...>> {
  static Value call(Value* sp, Value env, ValueFor<I>... args) {
    Value list[] = {args...};
    return interpret_call(sp, env, list, sizeof...(I));
  }
};

Value call_with_many(Value* sp, Value env, Value a1, Value a2, Value a3, Value a4, Value a5,
                     Value a6, Value a7, Value a8, Value a9, Value a10) {
  Value list[kMaxParameters] = {a1, a2, a3, a4, a5, a6, a7, a8, a9, a10};
  auto count = static_cast<int>(Long_val(sp[0]));
  Value* end = sp + 1 + (count - kMaxTranslatedArity);
  std::copy(sp + 1, end, list + kMaxTranslatedArity);
  return interpret_call(end, env, list, count);
}

template <int n>
TranslatedCode stub_of() {
  return reinterpret_cast<TranslatedCode>(&Stub<std::make_integer_sequence<int, n>>::call);
}

const TranslatedCode stubs[] = {stub_of<1>(),
                                stub_of<2>(),
                                stub_of<3>(),
                                stub_of<4>(),
                                stub_of<5>(),
                                stub_of<6>(),
                                stub_of<7>(),
                                stub_of<8>(),
                                stub_of<9>(),
                                stub_of<10>(),
                                reinterpret_cast<TranslatedCode>(&call_with_many)};
static_assert(std::size(stubs) == kManyArguments);

}  // namespace

TranslatedCode call_stub(int arity) { return stubs[arity - 1]; }

namespace {

// One in options().force_unwind: by counting, or at random when there is a seed.
bool is_turn_to_unwind() {
  static std::size_t calls = 0;
  static std::uint64_t random = options().force_unwind_seed;
  if (options().force_unwind_seed == 0) return ++calls % options().force_unwind == 0;
  random = random * 6364136223846793005u + 1442695040888963407u;
  return (random >> 33) % options().force_unwind == 0;
}

}  // namespace

std::int32_t tier_force_unwind() {
  if (options().force_unwind == 0) return 0;
  // Never twice in a row: a function that left at its entry has to get further the next time.
  static bool forced = false;
  forced = !forced && is_turn_to_unwind();
  if (!forced) return 0;
  tier_counters.forced++;
  return 1;
}

// ---- Native stack -------------------------------------------------------------------------------

namespace {

std::size_t measured_native_stack = kUnmeasuredNativeStack;

}  // namespace

void set_native_stack(std::size_t bytes) { measured_native_stack = bytes; }

std::size_t native_stack() {
  return options().native_stack != 0 ? options().native_stack : measured_native_stack;
}

mlsize_t native_room() {
  mlsize_t room = dom().native_room;
  return room != kNoCallback ? room : native_stack() / kNativeBytesPerWord;
}

// ---- Callbacks ----------------------------------------------------------------------------------

namespace {

int callback_depth = 0;

// Of the native stack, below `sp` of the code that calls back.
mlsize_t room_left() {
  Domain& d = dom();
  if (d.activation == nullptr) return native_room();
  if (d.native_depth > 0 && d.native_limit != nullptr) return room_below(d.current_stack->sp);
  return native_room();
}

}  // namespace

CallbackScope::CallbackScope()
    : activation_(dom().activation),
      native_limit_(dom().native_limit),
      native_room_(dom().native_room),
      native_depth_(dom().native_depth) {
  Domain& d = dom();
  mlsize_t least = ++callback_depth <= kRoomyCallbacks ? kCallbackRoom : kTightRoom;
  d.native_room = std::max(room_left(), least);
  d.native_depth = 0;
  d.activation = nullptr;
}

CallbackScope::~CallbackScope() {
  Domain& d = dom();
  callback_depth--;
  d.activation = activation_;
  d.native_room = native_room_;
  d.native_depth = native_depth_;
  heap_stack_runs(d.current_stack);
  d.native_limit = native_limit_;
  set_stack_limit();
}

}  // namespace bactrian
