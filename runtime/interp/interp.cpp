// SPDX-License-Identifier: Apache-2.0
// The interpreter loop. Over 800 lines because it is one switch, whose cases must share the
// machine's registers as local variables for the C++ compiler to keep them in wasm locals.
//
// Invariants
// - sp is valid for the collector (every slot from sp up holds a value) at each call that may
//   allocate; SAVE puts it where the collector looks, with the registers that must survive below
//   it.
// - At a function's entry and at CHECK_SIGNALS, sp >= dom().stack_limit was tested, so that the
//   code in between may use the threshold's words without a test (stack.h).
// - It comes back to its driver every kFuelPerSlice calls or loop turns: engines do not replace a
// running
//   activation by optimised code (design D8).
#include "runtime/interp/interp.h"

#include <algorithm>

#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/opcodes.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/backtrace.h"
#include "runtime/interp/exit.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/fibers.h"
#include "runtime/interp/machine_code.h"
#include "runtime/interp/methods.h"
#include "runtime/interp/threads.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/enter.h"
#include "runtime/tier/install.h"
#include "runtime/tier/policy.h"

namespace bactrian {

namespace {

using Prim1 = Value (*)(Value);
using Prim2 = Value (*)(Value, Value);
using Prim3 = Value (*)(Value, Value, Value);
using Prim4 = Value (*)(Value, Value, Value, Value);
using Prim5 = Value (*)(Value, Value, Value, Value, Value);
using PrimN = Value (*)(Value*, int);

constexpr std::uint64_t ubits(Value v) { return static_cast<std::uint64_t>(bits(v)); }
constexpr Value from_ubits(std::uint64_t u) { return Value{static_cast<std::int64_t>(u)}; }

Value closure_code_field(FunctionId id) { return make_code_field(function_entry(id), id); }

// Blocks above Max_young_wosize are born in the major heap, without a collection.
Value alloc_large_block(mlsize_t wosize, tag_t tag, Value first, const Value* rest) {
  Value block = caml_alloc_shr(wosize, tag);
  if (block == kNoValue) return kNoValue;
  caml_initialize(&Field(block, 0), first);
  for (mlsize_t i = 1; i < wosize; i++) caml_initialize(&Field(block, i), rest[i - 1]);
  return block;
}

// Room for the closure of `count` variables from the stack; its code fields are set by the caller.
Value alloc_large_closure(mlsize_t start_env, mlsize_t count, const Value* variables) {
  Value closure = caml_alloc_shr(start_env + count, Closure_tag);
  if (closure == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < count; i++)
    caml_initialize(&Field(closure, start_env + i), variables[i]);
  return closure;
}

// A fiber has left with its continuation.
void leave_with_continuation(Value cont, Stack* leaving) {
  make_current(dom().current_stack);
  if (Stack_of_continuation(cont) != leaving) heap_continuation_extended(cont);
}

// Ticks: the interpreter's calls and loop turns. It takes a slice's fuel in small portions; when
// one is used up, it looks where it is (sample_tick), which finds the functions that are called
// often and the loops that turn often at no cost for all others. Portions differ in size at random,
// so that no loop has its calls always at the same places in them.
constexpr std::int32_t kLeastTicks = kTicksPerSample / 2;
static_assert((kTicksPerSample & (kTicksPerSample - 1)) == 0);

void give_ticks() {
  Domain& d = dom();
  std::uint32_t x = d.tick_random;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  d.tick_random = x;
  auto portion = kLeastTicks + static_cast<std::int32_t>(x % kTicksPerSample);
  if (!translation_enabled() || portion > d.fuel) portion = d.fuel;
  d.ticks = d.ticks_given = std::max<std::int32_t>(portion, 2);
}

void take_ticks() {
  dom().fuel -= dom().ticks_given;
  tier_counters.ticks += static_cast<std::uint32_t>(dom().ticks_given);
  give_ticks();
}

Value result;
opcode_t next_opcode;  // With kAgain: what is executed at the register frame's pc.

}  // namespace

Value& run_result() { return result; }

namespace {

// Calls the translated function of the register frame. It is often all that a callback has to run:
// then the interpreter need not be entered. If it has to go on, from *first.
bool is_over_after_translated(opcode_t* first) {
  Value value = enter_translated();
  *first = kLeftTranslated;
  if (value == kNoValue) return false;
  Stack* stack = dom().current_stack;
  Value* sp = stack->sp;
  if (sp[0] == Val_pc(thread_return_code())) {
    result = value;
    return true;
  }
  // The return frame becomes a register frame.
  const opcode_t* pc = Pc_val(sp[0]);
  stack->sp = push_register_frame(sp + kReturnFrameWosize, value, pc, sp[1],
                                  static_cast<std::intptr_t>(Long_val(sp[2])));
  *first = *pc;
  return false;
}

// A callback's function that is called often must be seen, too.
opcode_t count_entry() {
  const Value* frame = dom().current_stack->sp;
  opcode_t* pc = Pc_val(frame[kFramePc]);
  if (--dom().ticks <= 0) {
    sample_tick(pc, frame[kFrameEnv]);
    take_ticks();
  }
  return *pc;
}

}  // namespace

RunStatus interpret() {
  Domain& d = dom();
  Activation outermost{d.activation};
  outermost.room = native_room();
  outermost.depth = d.native_depth;
  d.activation = &outermost;
  d.fuel = fuel_for_turn();
  // Callbacks go on with the portion of what they interrupt: else none would ever use one up.
  if (d.ticks <= 0 || d.ticks > d.fuel) give_ticks();
  tier_counters.slices++;
  opcode_t first = count_entry();
  RunStatus status = RunStatus::kReturned;
  if (first != ENTER_TRANSLATED || !is_over_after_translated(&first))
    status = run_activation(first);
  d.activation = outermost.outer;
  return status;
}

namespace {

// What an activation that stops for `status` returns: only the outermost one can do what that asks.
RunStatus stopped(RunStatus status) {
  return is_nested(*dom().activation) ? RunStatus::kUnwinding : status;
}

// The stack belongs to translated code as well: others look at it, move it or take it away only
// once that is gone.
bool shares_stack() { return is_on_entry_stack(*dom().activation); }

// No handler of this activation's: the exception belongs to the translated code that called it.
bool raises_out(const Stack* stack) {
  const Activation& a = *dom().activation;
  return a.stack == stack && stack->trap == a.trap;
}

// An exception's backtrace is recorded where all frames are on the VM stack.
bool must_unwind_to_raise() {
  return dom().backtrace_active && shares_stack() && raises_out(dom().current_stack);
}

bool thread_waits() {
  const Thread* self = dom().current_thread;
  return self != nullptr && self->state == ThreadState::kWaiting;
}

}  // namespace

// Around every call of a C++ function the registers go to a register frame and come back. That is
// what the collector needs (accu, env), and more: engines keep a value that lives across a call
// anywhere in a loop in memory from its definition on, which for these would mean at every
// instruction.
#define SAVE()                                               \
  do {                                                       \
    sp = push_register_frame(sp, accu, pc, env, extra_args); \
    d.current_stack->sp = sp;                                \
  } while (0)
#define RELOAD()                                                        \
  do {                                                                  \
    sp = d.current_stack->sp;                                           \
    pc = Pc_val(sp[kFramePc]);                                          \
    env = sp[kFrameEnv];                                                \
    extra_args = static_cast<std::intptr_t>(Long_val(sp[kFrameExtra])); \
    accu = sp[kFrameAccu];                                              \
    sp += kRegisterFrameWosize;                                         \
  } while (0)

// `block` becomes a fresh young block, fields to be set at once.
#define ALLOC_SMALL(block, wosize, tag)                             \
  do {                                                              \
    Value* young = d.young_ptr - Whsize_wosize(wosize);             \
    if (young >= d.young_limit) [[likely]] {                        \
      d.young_ptr = young;                                          \
      *reinterpret_cast<Header*>(young) = Make_header(wosize, tag); \
      block = val_of_ptr(young + 1);                                \
    } else {                                                        \
      SAVE();                                                       \
      Value fresh = caml_alloc_small_dispatch(wosize, tag);         \
      RELOAD();                                                     \
      block = fresh;                                                \
    }                                                               \
  } while (0)

#define ENTER(closure)  \
  do {                  \
    env = (closure);    \
    pc = Code_val(env); \
    goto check_stack;   \
  } while (0)

// With more than one argument, a function nearly always begins with the GRAB that takes just these.
#define ENTER_WITH_SEVERAL(closure) \
  do {                              \
    env = (closure);                \
    pc = Code_val(env);             \
    goto check_stack_and_grab;      \
  } while (0)

// args[0] of a primitive is the frame's accu, the others lie behind it.
#define C_CALL(call, operands, popped)                                  \
  do {                                                                  \
    pc += (operands);                                                   \
    SAVE();                                                             \
    Value* args = sp + kFrameAccu;                                      \
    Value returned = (call);                                            \
    sp = d.current_stack->sp;                                           \
    pc = Pc_val(sp[kFramePc]);                                          \
    env = sp[kFrameEnv];                                                \
    extra_args = static_cast<std::intptr_t>(Long_val(sp[kFrameExtra])); \
    if (returned == kNoValue) [[unlikely]] {                            \
      instruction = pc - (operands) - 1;                                \
      goto c_call_without_value;                                        \
    }                                                                   \
    accu = returned;                                                    \
    sp += kRegisterFrameWosize + (popped);                              \
    if (sp < d.stack_limit) [[unlikely]]                                \
      goto attention;                                                   \
  } while (0)

// Stores a field, with the old generation's barrier out of line.
#define MODIFY(block, index, popped)     \
  do {                                   \
    Value* field = &Field(block, index); \
    Value stored = sp[(popped) - 1];     \
    sp += (popped);                      \
    if (Is_young(block)) {               \
      *field = stored;                   \
      accu = Val_unit;                   \
    } else {                             \
      accu = Val_unit;                   \
      SAVE();                            \
      caml_modify(field, stored);        \
      RELOAD();                          \
    }                                    \
  } while (0)

#define PRIM_AT(index, type)                \
  ({                                        \
    auto function = prim_functions[index];  \
    if (function == nullptr) [[unlikely]] { \
      missing_prim = (index);               \
      goto missing_primitive;               \
    }                                       \
    reinterpret_cast<type>(function);       \
  })

// What simple instructions do, as expressions, so that fused ones (fused.def) can be put together.
#define OP_ACC0 accu = sp[0]
#define OP_ACC1 accu = sp[1]
#define OP_ACC2 accu = sp[2]
#define OP_ACC3 accu = sp[3]
#define OP_ACC4 accu = sp[4]
#define OP_ACC5 accu = sp[5]
#define OP_ACC6 accu = sp[6]
#define OP_ACC7 accu = sp[7]
#define OP_PUSHACC1 *--sp = accu, accu = sp[1]
#define OP_PUSHACC2 *--sp = accu, accu = sp[2]
#define OP_PUSHACC3 *--sp = accu, accu = sp[3]
#define OP_PUSHACC4 *--sp = accu, accu = sp[4]
#define OP_PUSHACC5 *--sp = accu, accu = sp[5]
#define OP_PUSHACC6 *--sp = accu, accu = sp[6]
#define OP_PUSHACC7 *--sp = accu, accu = sp[7]
#define OP_PUSHACC0 *--sp = accu
#define OP_PUSH *--sp = accu
#define OP_ACC accu = sp[*pc++]
#define OP_PUSHACC *--sp = accu, accu = sp[*pc++]
#define OP_POP sp += *pc++
#define OP_ASSIGN sp[*pc++] = accu, accu = Val_unit
#define OP_ENVACC1 accu = Field(env, 1)
#define OP_PUSHENVACC1 *--sp = accu, accu = Field(env, 1)
#define OP_ENVACC2 accu = Field(env, 2)
#define OP_PUSHENVACC2 *--sp = accu, accu = Field(env, 2)
#define OP_ENVACC3 accu = Field(env, 3)
#define OP_PUSHENVACC3 *--sp = accu, accu = Field(env, 3)
#define OP_ENVACC4 accu = Field(env, 4)
#define OP_PUSHENVACC4 *--sp = accu, accu = Field(env, 4)
#define OP_ENVACC accu = Field(env, static_cast<mlsize_t>(*pc++))
#define OP_PUSHENVACC *--sp = accu, accu = Field(env, static_cast<mlsize_t>(*pc++))
#define OP_OFFSETCLOSURE0 accu = env
#define OP_PUSHOFFSETCLOSURE0 *--sp = accu, accu = env
#define OP_GETFIELD0 accu = Field(accu, 0)
#define OP_CONST0 accu = Val_long(0)
#define OP_PUSHCONST0 *--sp = accu, accu = Val_long(0)
#define OP_GETFIELD1 accu = Field(accu, 1)
#define OP_CONST1 accu = Val_long(1)
#define OP_PUSHCONST1 *--sp = accu, accu = Val_long(1)
#define OP_GETFIELD2 accu = Field(accu, 2)
#define OP_CONST2 accu = Val_long(2)
#define OP_PUSHCONST2 *--sp = accu, accu = Val_long(2)
#define OP_GETFIELD3 accu = Field(accu, 3)
#define OP_CONST3 accu = Val_long(3)
#define OP_PUSHCONST3 *--sp = accu, accu = Val_long(3)
#define OP_GETFIELD accu = Field(accu, static_cast<mlsize_t>(*pc++))
#define OP_GETVECTITEM accu = Field(accu, static_cast<mlsize_t>(Long_val(*sp++)))
#define OP_CONSTINT accu = Val_long(*pc++)
#define OP_PUSHCONSTINT *--sp = accu, accu = Val_long(*pc++)
#define OP_GETGLOBAL accu = Field(caml_global_data, static_cast<mlsize_t>(*pc++))
#define OP_PUSHGETGLOBAL *--sp = accu, accu = Field(caml_global_data, static_cast<mlsize_t>(*pc++))
#define OP_GETGLOBALFIELD                                                                         \
  accu =                                                                                          \
      Field(Field(caml_global_data, static_cast<mlsize_t>(pc[0])), static_cast<mlsize_t>(pc[1])), \
  pc += 2
#define OP_PUSHGETGLOBALFIELD                                                                     \
  *--sp = accu,                                                                                   \
  accu =                                                                                          \
      Field(Field(caml_global_data, static_cast<mlsize_t>(pc[0])), static_cast<mlsize_t>(pc[1])), \
  pc += 2
#define OP_ADDINT accu = from_ubits(ubits(accu) + ubits(*sp++) - 1)
#define OP_SUBINT accu = from_ubits(ubits(accu) - ubits(*sp++) + 1)
#define OP_OFFSETINT              \
  accu = from_ubits(ubits(accu) + \
                    (static_cast<std::uint64_t>(static_cast<std::int64_t>(*pc++)) << 1))
#define OP_EQ accu = Val_bool(accu == *sp++)
#define OP_NEQ accu = Val_bool(accu != *sp++)
#define OP_LTINT accu = Val_bool(bits(accu) < bits(*sp++))
#define OP_LEINT accu = Val_bool(bits(accu) <= bits(*sp++))
#define OP_GTINT accu = Val_bool(bits(accu) > bits(*sp++))
#define OP_GEINT accu = Val_bool(bits(accu) >= bits(*sp++))
#define OP_BRANCHIF pc += accu != Val_false ? *pc : 1
#define OP_BRANCHIFNOT pc += accu == Val_false ? *pc : 1
#define OP_BEQ pc += bits(Val_long(pc[0])) == bits(accu) ? pc[1] + 1 : 2
#define OP_BNEQ pc += bits(Val_long(pc[0])) != bits(accu) ? pc[1] + 1 : 2
#define OP_BLTINT pc += bits(Val_long(pc[0])) < bits(accu) ? pc[1] + 1 : 2
#define OP_BLEINT pc += bits(Val_long(pc[0])) <= bits(accu) ? pc[1] + 1 : 2
#define OP_BGTINT pc += bits(Val_long(pc[0])) > bits(accu) ? pc[1] + 1 : 2
#define OP_BGEINT pc += bits(Val_long(pc[0])) >= bits(accu) ? pc[1] + 1 : 2
#define OP_BULTINT pc += ubits(Val_long(pc[0])) < ubits(accu) ? pc[1] + 1 : 2
#define OP_BUGEINT pc += ubits(Val_long(pc[0])) >= ubits(accu) ? pc[1] + 1 : 2
// These are at the end of a fused instruction only, which goes on in the plain one.
#define OP_APPLY1 goto op_APPLY1
#define OP_APPLY2 goto op_APPLY2
#define OP_APPLY3 goto op_APPLY3
#define OP_RETURN goto op_RETURN
#define OP_SWITCH goto op_SWITCH
#define OP_MODINT goto op_MODINT
#define OP_MAKEBLOCK2 goto op_MAKEBLOCK2
#define OP_C_CALL2 goto op_C_CALL2
// The one that ends in a C call but may allocate first.
#define OP_GETFLOATFIELD                                                  \
  do {                                                                    \
    double field = Double_flat_field(accu, static_cast<mlsize_t>(*pc++)); \
    ALLOC_SMALL(accu, Double_wosize, Double_tag);                         \
    Store_double_val(accu, field);                                        \
  } while (0)

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgnu-statement-expression-from-macro-expansion"

namespace {

// The interpreter proper, from the register frame; it begins with `first`, whatever stands at pc.
RunStatus run_from(opcode_t first) {
  Domain& d = dom();
  Value* sp;
  Value accu;
  const opcode_t* pc;
  Value env;
  std::intptr_t extra_args;
  RELOAD();
  std::int32_t missing_prim = 0;
  const opcode_t* instruction = pc;
  Value fn = Val_unit, arg = Val_unit;  // Of RESUME.
  Stack* last_fiber = nullptr;

  // One loop, whose head all instructions come to: engines look for interrupts at every loop's
  // head. That is why what executes another opcode than the one in place enters anew (kAgain).
  pc++;
  for (opcode_t opcode = first;; opcode = *pc++) {
    switch (opcode) {
      // ---- Simple and fused instructions ----
#define PLAIN(op) \
  case op: OP_##op; continue;
#define FUSED(first, second) \
  case first##_##second:     \
    OP_##first;              \
    pc++;                    \
    OP_##second;             \
    continue;
#define FUSED3(first, second, third) \
  case first##_##second##_##third:   \
    OP_##first;                      \
    pc++;                            \
    OP_##second;                     \
    pc++;                            \
    OP_##third;                      \
    continue;
      PLAIN(ACC0)
      PLAIN(ACC1)
      PLAIN(ACC2)
      PLAIN(ACC3)
      PLAIN(ACC4)
      PLAIN(ACC5)
      PLAIN(ACC6)
      PLAIN(ACC7)
      PLAIN(PUSHACC1)
      PLAIN(PUSHACC2)
      PLAIN(PUSHACC3)
      PLAIN(PUSHACC4)
      PLAIN(PUSHACC5)
      PLAIN(PUSHACC6)
      PLAIN(PUSHACC7)
      PLAIN(PUSHACC0)
      PLAIN(PUSH)
      PLAIN(ACC)
      PLAIN(PUSHACC)
      PLAIN(POP)
      PLAIN(ASSIGN)
      PLAIN(ENVACC1)
      PLAIN(PUSHENVACC1)
      PLAIN(ENVACC2)
      PLAIN(PUSHENVACC2)
      PLAIN(ENVACC3)
      PLAIN(PUSHENVACC3)
      PLAIN(ENVACC4)
      PLAIN(PUSHENVACC4)
      PLAIN(ENVACC)
      PLAIN(PUSHENVACC)
      PLAIN(OFFSETCLOSURE0)
      PLAIN(PUSHOFFSETCLOSURE0)
      PLAIN(GETFIELD0)
      PLAIN(CONST0)
      PLAIN(PUSHCONST0)
      PLAIN(GETFIELD1)
      PLAIN(CONST1)
      PLAIN(PUSHCONST1)
      PLAIN(GETFIELD2)
      PLAIN(CONST2)
      PLAIN(PUSHCONST2)
      PLAIN(GETFIELD3)
      PLAIN(CONST3)
      PLAIN(PUSHCONST3)
      PLAIN(GETFIELD)
      PLAIN(GETVECTITEM)
      PLAIN(CONSTINT)
      PLAIN(PUSHCONSTINT)
      PLAIN(GETGLOBAL)
      PLAIN(PUSHGETGLOBAL)
      PLAIN(GETGLOBALFIELD)
      PLAIN(PUSHGETGLOBALFIELD)
      PLAIN(ADDINT)
      PLAIN(SUBINT)
      PLAIN(OFFSETINT)
      PLAIN(EQ)
      PLAIN(NEQ)
      PLAIN(LTINT)
      PLAIN(LEINT)
      PLAIN(GTINT)
      PLAIN(GEINT)
      PLAIN(BRANCHIF)
      PLAIN(BRANCHIFNOT)
      PLAIN(BEQ)
      PLAIN(BNEQ)
      PLAIN(BLTINT)
      PLAIN(BLEINT)
      PLAIN(BGTINT)
      PLAIN(BGEINT)
      PLAIN(BULTINT)
      PLAIN(BUGEINT)
#include "runtime/bytecode/fused.def"

      // ---- Calls ----
      case PUSH_RETADDR:
        sp -= kReturnFrameWosize;
        sp[0] = Val_pc(pc + *pc);
        sp[1] = env;
        sp[2] = Val_long(extra_args);
        pc++;
        continue;
      case APPLY: extra_args = *pc - 1; ENTER_WITH_SEVERAL(accu);
      case APPLY1:
      op_APPLY1: {
        Value arg1 = sp[0];
        sp -= 3;
        sp[0] = arg1;
        sp[1] = Val_pc(pc);
        sp[2] = env;
        sp[3] = Val_long(extra_args);
        extra_args = 0;
        ENTER(accu);
      }
      case APPLY2:
      op_APPLY2: {
        Value arg1 = sp[0];
        Value arg2 = sp[1];
        sp -= 3;
        sp[0] = arg1;
        sp[1] = arg2;
        sp[2] = Val_pc(pc);
        sp[3] = env;
        sp[4] = Val_long(extra_args);
        extra_args = 1;
        ENTER_WITH_SEVERAL(accu);
      }
      case APPLY3:
      op_APPLY3: {
        Value arg1 = sp[0];
        Value arg2 = sp[1];
        Value arg3 = sp[2];
        sp -= 3;
        sp[0] = arg1;
        sp[1] = arg2;
        sp[2] = arg3;
        sp[3] = Val_pc(pc);
        sp[4] = env;
        sp[5] = Val_long(extra_args);
        extra_args = 2;
        ENTER_WITH_SEVERAL(accu);
      }
      case APPTERM: {
        int count = pc[0];
        Value* slid = sp + pc[1] - count;
        for (int i = count - 1; i >= 0; i--) slid[i] = sp[i];
        sp = slid;
        extra_args += count - 1;
        ENTER_WITH_SEVERAL(accu);
      }
      case APPTERM1: {
        Value arg1 = sp[0];
        sp += *pc - 1;
        sp[0] = arg1;
        ENTER(accu);
      }
      case APPTERM2: {
        Value arg1 = sp[0];
        Value arg2 = sp[1];
        sp += *pc - 2;
        sp[0] = arg1;
        sp[1] = arg2;
        extra_args += 1;
        ENTER_WITH_SEVERAL(accu);
      }
      case APPTERM3: {
        Value arg1 = sp[0];
        Value arg2 = sp[1];
        Value arg3 = sp[2];
        sp += *pc - 3;
        sp[0] = arg1;
        sp[1] = arg2;
        sp[2] = arg3;
        extra_args += 2;
        ENTER_WITH_SEVERAL(accu);
      }
      case RETURN:
      op_RETURN:
        sp += *pc;
        if (extra_args > 0) {
          extra_args--;
          ENTER(accu);
        }
        goto do_return;
      case RESTART: {
        mlsize_t count = Wosize_val(env) - 3;
        if (count > 16) [[unlikely]] {
          // The words that code may use without a test do not cover this: make room first.
          if (shares_stack()) {
            pc--;
            goto unwind;
          }
          SAVE();
          bool roomy = ensure_stack(d.current_stack, count);
          RELOAD();
          if (!roomy) {
            goto stack_overflow;
          }
        }
        sp -= count;
        for (mlsize_t i = 0; i < count; i++) sp[i] = Field(env, i + 3);
        env = Field(env, 2);
        extra_args += static_cast<std::intptr_t>(count);
        continue;
      }
      case GRAB: {
        int required = *pc++;
        if (extra_args >= required) {
          extra_args -= required;
          continue;
        }
        // Too few arguments: the result is a closure that holds them.
        mlsize_t count = static_cast<mlsize_t>(1 + extra_args);
        mlsize_t wosize = count + 3;
        if (wosize <= Max_young_wosize) {
          ALLOC_SMALL(accu, wosize, Closure_tag);
          Field(accu, 2) = env;
          for (mlsize_t i = 0; i < count; i++) Field(accu, i + 3) = sp[i];
        } else {
          *--sp = env;
          SAVE();
          Value fresh = alloc_large_closure(2, count + 1, sp + kRegisterFrameWosize);
          RELOAD();
          sp++;
          if (fresh == kNoValue) goto raise_pending;
          accu = fresh;
        }
        // The closure starts at the RESTART before this GRAB. (env may have been given other code.)
        Field(accu, 0) = make_code_field(offset_of_code(pc - 3), restart_at(pc - 2, env));
        Field(accu, 1) = Make_closinfo(0, 2);
        sp += count;
        goto do_return;
      }
      case CLOSURE: {
        mlsize_t count = static_cast<mlsize_t>(*pc++);
        if (count > 0) *--sp = accu;
        if (count + 2 <= Max_young_wosize) {
          ALLOC_SMALL(accu, count + 2, Closure_tag);
          for (mlsize_t i = 0; i < count; i++) Field(accu, i + 2) = sp[i];
        } else {
          SAVE();
          Value fresh = alloc_large_closure(2, count, sp + kRegisterFrameWosize);
          RELOAD();
          if (fresh == kNoValue) goto raise_pending;
          accu = fresh;
        }
        Field(accu, 0) = closure_code_field(FunctionId{static_cast<std::uint32_t>(*pc++)});
        Field(accu, 1) = Make_closinfo(0, 2);
        sp += count;
        continue;
      }
      case CLOSUREREC: {
        mlsize_t functions = static_cast<mlsize_t>(*pc++);
        mlsize_t count = static_cast<mlsize_t>(*pc++);
        mlsize_t start_env = functions * 3 - 1;
        if (count > 0) *--sp = accu;
        if (start_env + count <= Max_young_wosize) {
          ALLOC_SMALL(accu, start_env + count, Closure_tag);
          for (mlsize_t i = 0; i < count; i++) Field(accu, start_env + i) = sp[i];
        } else {
          SAVE();
          Value fresh = alloc_large_closure(start_env, count, sp + kRegisterFrameWosize);
          RELOAD();
          if (fresh == kNoValue) goto raise_pending;
          accu = fresh;
        }
        sp += count;
        for (mlsize_t i = 0; i < functions; i++) {
          Value* at = &Field(accu, 3 * i);
          if (i > 0) at[-1] = from_ubits(bits(Make_header(3 * i, Infix_tag)));
          at[0] = closure_code_field(FunctionId{static_cast<std::uint32_t>(pc[i])});
          at[1] = Make_closinfo(0, start_env - 3 * i);
          *--sp = val_of_ptr(at);
        }
        pc += functions;
        continue;
      }
      case OFFSETCLOSUREM3: accu = val_of_ptr(Op_val(env) - 3); continue;
      case OFFSETCLOSURE3: accu = val_of_ptr(Op_val(env) + 3); continue;
      case OFFSETCLOSURE: accu = val_of_ptr(Op_val(env) + *pc++); continue;
      case PUSHOFFSETCLOSUREM3:
        *--sp = accu;
        accu = val_of_ptr(Op_val(env) - 3);
        continue;
      case PUSHOFFSETCLOSURE3:
        *--sp = accu;
        accu = val_of_ptr(Op_val(env) + 3);
        continue;
      case PUSHOFFSETCLOSURE:
        *--sp = accu;
        accu = val_of_ptr(Op_val(env) + *pc++);
        continue;

      // ---- Globals and blocks ----
      case SETGLOBAL: {
        mlsize_t index = static_cast<mlsize_t>(*pc++);
        SAVE();
        caml_modify(&Field(caml_global_data, index), accu);
        RELOAD();
        accu = Val_unit;
        continue;
      }
      case PUSHATOM0: *--sp = accu; [[fallthrough]];
      case ATOM0: accu = Atom(0); continue;
      case PUSHATOM: *--sp = accu; [[fallthrough]];
      case ATOM: accu = Atom(static_cast<tag_t>(*pc++)); continue;
      case MAKEBLOCK: {
        mlsize_t wosize = static_cast<mlsize_t>(pc[0]);
        tag_t tag = static_cast<tag_t>(pc[1]);
        pc += 2;
        Value block;
        if (wosize <= Max_young_wosize) {
          ALLOC_SMALL(block, wosize, tag);
          Field(block, 0) = accu;
          for (mlsize_t i = 1; i < wosize; i++) Field(block, i) = sp[i - 1];
        } else {
          SAVE();
          block = alloc_large_block(wosize, tag, accu, sp + kRegisterFrameWosize);
          RELOAD();
          if (block == kNoValue) goto raise_pending;
        }
        sp += wosize - 1;
        accu = block;
        continue;
      }
      case MAKEBLOCK1: {
        Value block;
        ALLOC_SMALL(block, 1, static_cast<tag_t>(*pc));
        pc++;
        Field(block, 0) = accu;
        accu = block;
        continue;
      }
      case MAKEBLOCK2:
      op_MAKEBLOCK2: {
        Value block;
        ALLOC_SMALL(block, 2, static_cast<tag_t>(*pc));
        pc++;
        Field(block, 0) = accu;
        Field(block, 1) = *sp++;
        accu = block;
        continue;
      }
      case MAKEBLOCK3: {
        Value block;
        ALLOC_SMALL(block, 3, static_cast<tag_t>(*pc));
        pc++;
        Field(block, 0) = accu;
        Field(block, 1) = sp[0];
        Field(block, 2) = sp[1];
        sp += 2;
        accu = block;
        continue;
      }
      case MAKEFLOATBLOCK: {
        mlsize_t count = static_cast<mlsize_t>(*pc++);
        Value block;
        if (count <= Max_young_wosize) {
          ALLOC_SMALL(block, count, Double_array_tag);
        } else {
          SAVE();
          block = caml_alloc_shr(count, Double_array_tag);
          RELOAD();
          if (block == kNoValue) goto raise_pending;
        }
        Double_flat_field(block, 0) = number_val(accu);
        for (mlsize_t i = 1; i < count; i++) Double_flat_field(block, i) = number_val(*sp++);
        accu = block;
        continue;
      }
      case GETFLOATFIELD: OP_GETFLOATFIELD; continue;
      case SETFIELD0: MODIFY(accu, 0, 1); continue;
      case SETFIELD1: MODIFY(accu, 1, 1); continue;
      case SETFIELD2: MODIFY(accu, 2, 1); continue;
      case SETFIELD3: MODIFY(accu, 3, 1); continue;
      case SETFIELD: {
        mlsize_t index = static_cast<mlsize_t>(*pc++);
        MODIFY(accu, index, 1);
        continue;
      }
      case SETFLOATFIELD:
        Double_flat_field(accu, static_cast<mlsize_t>(*pc++)) = number_val(*sp++);
        accu = Val_unit;
        continue;

      // ---- Arrays, bytes, strings ----
      case VECTLENGTH: accu = Val_long(static_cast<intnat>(Wosize_val(accu))); continue;
      case SETVECTITEM: {
        mlsize_t index = static_cast<mlsize_t>(Long_val(sp[0]));
        MODIFY(accu, index, 2);
        continue;
      }
      case GETSTRINGCHAR:
      case GETBYTESCHAR:
        accu = Val_long(Byte_u(accu, static_cast<mlsize_t>(Long_val(*sp++))));
        continue;
      case SETBYTESCHAR:
        note_bytes_change(accu);
        Byte_u(accu, static_cast<mlsize_t>(Long_val(sp[0]))) =
            static_cast<unsigned char>(Long_val(sp[1]));
        sp += 2;
        accu = Val_unit;
        continue;

      // ---- Branches ----
      case BRANCH: pc += *pc; continue;
      case SWITCH:
      op_SWITCH: {
        std::uint32_t sizes = static_cast<std::uint32_t>(*pc++);
        if (Is_block(accu))
          pc += pc[(sizes & 0xFFFF) + Tag_val(accu)];
        else
          pc += pc[Long_val(accu)];
        continue;
      }
      case BOOLNOT: accu = from_ubits(4 - ubits(accu)); continue;

      // ---- Exceptions ----
      case PUSHTRAP: {
        Stack* stack = d.current_stack;
        sp -= 4;
        sp[0] = Val_pc(pc + *pc);
        sp[1] = Val_long(static_cast<intnat>(stack->trap));
        sp[2] = env;
        sp[3] = Val_long(extra_args);
        stack->trap = static_cast<mlsize_t>(stack->high - sp);
        pc++;
        continue;
      }
      case POPTRAP:
        if (d.attention) [[unlikely]] {
          // So that what a pending signal handler raises is caught by this handler.
          pc--;
          goto attention;
        }
        d.current_stack->trap = static_cast<mlsize_t>(Long_val(sp[1]));
        sp += 4;
        continue;
      case RAISE_NOTRACE: goto raise_notrace;
      case RERAISE:
        if (d.backtrace_active) [[unlikely]] {
          if (must_unwind_to_raise()) {
            pc--;
            goto unwind;
          }
          SAVE();
          stash_backtrace(accu, pc - 1, sp + kRegisterFrameWosize, true);
          RELOAD();
        }
        goto raise_notrace;
      case RAISE_ACC: accu = sp[0]; goto raise_exception;
      case RAISE:
      raise_exception:
        if (d.backtrace_active) [[unlikely]] {
          if (must_unwind_to_raise()) {
            d.exn_bucket = accu;
            accu = Val_unit;
            pc--;
            goto unwind;
          }
          SAVE();
          stash_backtrace(accu, pc - 1, sp + kRegisterFrameWosize, false);
          RELOAD();
        }
      raise_notrace: {
        Stack* stack = d.current_stack;
        if (raises_out(stack)) [[unlikely]] {
          d.exn_bucket = accu;
          return RunStatus::kRaised;
        }
        if (stack->trap == 0) {
          Stack* parent = stack->parent;
          if (parent == nullptr) {
            stack->sp = stack->high;
            result = accu;
            return RunStatus::kRaised;
          }
          fn = stack->handle_exn;
          goto leave_fiber;
        }
        sp = stack->high - stack->trap;
        pc = Pc_val(sp[0]);
        stack->trap = static_cast<mlsize_t>(Long_val(sp[1]));
        env = sp[2];
        extra_args = static_cast<std::intptr_t>(Long_val(sp[3]));
        sp += 4;
        continue;
      }

      // ---- C calls ----
      case CHECK_SIGNALS:
        if (--d.ticks <= 0) [[unlikely]] {
          pc--;
          goto tick;
        }
        if (sp < d.stack_limit) [[unlikely]]
          goto attention;
        continue;
      case C_CALL1:
      op_C_CALL1: {
        auto function = PRIM_AT(*pc, Prim1);
        C_CALL(function(args[0]), 1, 0);
        continue;
      }
      case C_CALL2:
      op_C_CALL2: {
        auto function = PRIM_AT(*pc, Prim2);
        C_CALL(function(args[0], args[1]), 1, 1);
        continue;
      }
      case C_CALL3:
      op_C_CALL3: {
        auto function = PRIM_AT(*pc, Prim3);
        C_CALL(function(args[0], args[1], args[2]), 1, 2);
        continue;
      }
      case C_CALL4: {
        auto function = PRIM_AT(*pc, Prim4);
        C_CALL(function(args[0], args[1], args[2], args[3]), 1, 3);
        continue;
      }
      case C_CALL5: {
        auto function = PRIM_AT(*pc, Prim5);
        C_CALL(function(args[0], args[1], args[2], args[3], args[4]), 1, 4);
        continue;
      }
      case C_CALLN: {
        auto function = PRIM_AT(pc[1], PrimN);
        int count = pc[0];
        C_CALL(function(args, count), 2, count - 1);
        continue;
      }

      // ---- Primitives done here (inlined.def); pc is at the operand ----
#define FLOAT_RESULT(expression)                  \
  do {                                            \
    double number = (expression);                 \
    pc++;                                         \
    ALLOC_SMALL(accu, Double_wosize, Double_tag); \
    Store_double_val(accu, number);               \
  } while (0)
#define FLOAT_BINARY(name, op) \
  case name: FLOAT_RESULT(Double_val(accu) op Double_val(*sp++)); continue;
        FLOAT_BINARY(ADD_FLOAT, +)
        FLOAT_BINARY(SUB_FLOAT, -)
        FLOAT_BINARY(MUL_FLOAT, *)
        FLOAT_BINARY(DIV_FLOAT, /)
      case NEG_FLOAT: FLOAT_RESULT(-Double_val(accu)); continue;
      case ABS_FLOAT: FLOAT_RESULT(__builtin_fabs(Double_val(accu))); continue;
      case SQRT_FLOAT: FLOAT_RESULT(__builtin_sqrt(Double_val(accu))); continue;
      case FLOAT_OF_INT: FLOAT_RESULT(static_cast<double>(Long_val(accu))); continue;
      case INT_OF_FLOAT: {
        double number = Double_val(accu);
        if (!(__builtin_fabs(number) < 4e18)) goto op_C_CALL1;
        pc++;
        accu = Val_long(static_cast<intnat>(number));
        continue;
      }
#define FLOAT_TEST(name, op) \
  case name: pc++, accu = Val_bool(Double_val(accu) op Double_val(*sp++)); continue;
        FLOAT_TEST(EQ_FLOAT, ==)
        FLOAT_TEST(NEQ_FLOAT, !=)
        FLOAT_TEST(LT_FLOAT, <)
        FLOAT_TEST(LE_FLOAT, <=)
        FLOAT_TEST(GT_FLOAT, >)
        FLOAT_TEST(GE_FLOAT, >=)
#define INT_TEST(name, result)                         \
  case name: {                                         \
    Value x = accu, y = sp[0];                         \
    if ((bits(x) & bits(y) & 1) == 0) goto op_C_CALL2; \
    pc++, sp++;                                        \
    accu = Val_long(result);                           \
    continue;                                          \
  }
        INT_TEST(EQUAL, x == y)
        INT_TEST(NOTEQUAL, x != y)
        INT_TEST(LESSTHAN, bits(x) < bits(y))
        INT_TEST(LESSEQUAL, bits(x) <= bits(y))
        INT_TEST(GREATERTHAN, bits(x) > bits(y))
        INT_TEST(GREATEREQUAL, bits(x) >= bits(y))
        INT_TEST(COMPARE, (bits(x) > bits(y)) - (bits(x) < bits(y)))

        // ubits(index) >> 1 is the index, and too large where it is negative.
#define IN_BOUNDS(length) ((ubits(sp[0]) >> 1) < (length))
#define INDEX() static_cast<mlsize_t>(ubits(sp[0]) >> 1)
      case ARRAY_GET: {
        Header header = Hd_val(accu);
        if (Tag_hd(header) == Double_array_tag || !IN_BOUNDS(Wosize_hd(header))) goto op_C_CALL2;
        accu = Field(accu, INDEX());
        pc++, sp++;
        continue;
      }
      case ARRAY_GET_ADDR:
        if (!IN_BOUNDS(Wosize_val(accu))) goto op_C_CALL2;
        accu = Field(accu, INDEX());
        pc++, sp++;
        continue;
      case ARRAY_UNSAFE_GET:
        if (Tag_val(accu) == Double_array_tag) goto op_C_CALL2;
        accu = Field(accu, INDEX());
        pc++, sp++;
        continue;
      case ARRAY_SET: {
        Header header = Hd_val(accu);
        if (Tag_hd(header) == Double_array_tag || !IN_BOUNDS(Wosize_hd(header))) goto op_C_CALL3;
        goto array_set;
      }
      case ARRAY_SET_ADDR:
        if (!IN_BOUNDS(Wosize_val(accu))) goto op_C_CALL3;
      array_set: {
        mlsize_t index = INDEX();
        pc++;
        MODIFY(accu, index, 2);
        continue;
      }
      case ARRAY_UNSAFE_SET:
        if (Tag_val(accu) == Double_array_tag) goto op_C_CALL3;
        goto array_set;
      case FLOATARRAY_GET:
        if (!IN_BOUNDS(Wosize_val(accu))) goto op_C_CALL2;
        [[fallthrough]];
      case FLOATARRAY_UNSAFE_GET: {
        double element = Double_flat_field(accu, INDEX());
        sp++;
        FLOAT_RESULT(element);
        continue;
      }
      case FLOATARRAY_SET:
        if (!IN_BOUNDS(Wosize_val(accu))) goto op_C_CALL3;
        [[fallthrough]];
      case FLOATARRAY_UNSAFE_SET:
        Double_flat_field(accu, INDEX()) = Double_val(sp[1]);
        pc++, sp += 2;
        accu = Val_unit;
        continue;
      case STRING_GET:
      case BYTES_GET:
        if (!IN_BOUNDS(caml_string_length(accu))) goto op_C_CALL2;
        accu = Val_long(Byte_u(accu, INDEX()));
        pc++, sp++;
        continue;
      case BYTES_SET:
        if (!IN_BOUNDS(caml_string_length(accu))) goto op_C_CALL3;
        note_bytes_change(accu);
        Byte_u(accu, INDEX()) = static_cast<unsigned char>(Long_val(sp[1]));
        pc++, sp += 2;
        accu = Val_unit;
        continue;
      case STRING_LENGTH:
      case BYTES_LENGTH:
        pc++;
        accu = Val_long(static_cast<intnat>(caml_string_length(accu)));
        continue;

      // ---- Constants and integers ----
      case NEGINT: accu = from_ubits(2 - ubits(accu)); continue;
      case MULINT:
        accu = from_ubits((ubits(accu) - 1) * static_cast<std::uint64_t>(Long_val(*sp++)) + 1);
        continue;
      case DIVINT: {
        intnat divisor = Long_val(*sp++);
        if (divisor == 0) goto zero_divide;
        accu = Val_long(Long_val(accu) / divisor);
        continue;
      }
      case MODINT:
      op_MODINT: {
        intnat divisor = Long_val(*sp++);
        if (divisor == 0) goto zero_divide;
        accu = Val_long(Long_val(accu) % divisor);
        continue;
      }
      case ANDINT: accu = from_ubits(ubits(accu) & ubits(*sp++)); continue;
      case ORINT: accu = from_ubits(ubits(accu) | ubits(*sp++)); continue;
      case XORINT: accu = from_ubits((ubits(accu) ^ ubits(*sp++)) | 1); continue;
      // Shift counts beyond 63 are unspecified in OCaml; they count modulo 64, as its machines do.
      case LSLINT: accu = from_ubits(((ubits(accu) - 1) << (Long_val(*sp++) & 63)) + 1); continue;
      case LSRINT: accu = from_ubits((ubits(accu) >> (Long_val(*sp++) & 63)) | 1); continue;
      case ASRINT: accu = Value{(bits(accu) >> (Long_val(*sp++) & 63)) | 1}; continue;
      case ULTINT: accu = Val_bool(ubits(accu) < ubits(*sp++)); continue;
      case UGEINT: accu = Val_bool(ubits(accu) >= ubits(*sp++)); continue;
      case OFFSETREF:
        Field(accu, 0) =
            from_ubits(ubits(Field(accu, 0)) +
                       (static_cast<std::uint64_t>(static_cast<std::int64_t>(*pc++)) << 1));
        accu = Val_unit;
        continue;
      case ISINT: accu = Val_long(bits(accu) & 1); continue;

      // ---- Objects ----
      case GETMETHOD:
        accu = Field(Field(sp[0], 0), static_cast<mlsize_t>(Long_val(accu)));
        continue;
      case GETPUBMET: {
        // pc[1] caches the label's byte distance from field 3 in the last class seen here.
        Value methods = Field(accu, 0);
        *--sp = accu;
        accu = Val_long(pc[0]);
        mlsize_t cached =
            static_cast<mlsize_t>(pc[1]) & static_cast<mlsize_t>(bits(Field(methods, 1)));
        Value* label =
            reinterpret_cast<Value*>(reinterpret_cast<char*>(&Field(methods, 3)) + cached);
        if (*label == accu) {
          accu = label[-1];
        } else {
          mlsize_t at = find_label(methods, accu);
          const_cast<opcode_t*>(pc)[1] = cache_of_label(at);
          accu = Field(methods, at - 1);
        }
        pc += 2;
        continue;
      }
      case GETDYNMET: {
        Value methods = Field(sp[0], 0);
        accu = Field(methods, find_label(methods, accu) - 1);
        continue;
      }

      // ---- Machine ----
      case STOP:
      case THREAD_RETURN:
        d.current_stack->sp = sp;
        result = accu;
        return RunStatus::kReturned;
      case FIBER_RETURN: fn = d.current_stack->handle_value; goto leave_fiber;
      case FINALISER_RAISE:
        SAVE();
        finaliser_returned();
        RELOAD();
        goto raise_notrace;
      case FINALISER_RETURN:
        // Below lie the trap frame that guarded the finaliser, then the register frame.
        d.current_stack->trap = static_cast<mlsize_t>(Long_val(sp[1]));
        sp += 4;
        d.current_stack->sp = sp;
        finaliser_returned();
        sp = d.current_stack->sp;
        [[fallthrough]];
      case RESTORE:
        d.current_stack->sp = sp;
        RELOAD();
        if (sp < d.stack_limit) [[unlikely]]
          goto attention;
        continue;

      // ---- Translated code ----
      case NATIVE_RETURN: {
        // The frame of another activation's: it was unwound, so that the value goes on from here.
        const Activation& a = *d.activation;
        bool own = a.stack == d.current_stack && sp - kReturnFrameWosize == a.entry_frame;
        sp += kNativeReturnPadding;
        if (!own) goto do_return;
        d.current_stack->sp = sp;
        result = accu;
        return RunStatus::kReturned;
      }
      case COUNT_CALL:
        pc--;
        SAVE();
        next_opcode = count_call(Pc_val(sp[kFramePc]), sp[kFrameEnv]);
        return RunStatus::kAgain;
      case COUNT_LOOP:
        pc--;
        SAVE();
        next_opcode = count_loop(Pc_val(sp[kFramePc]));
        return RunStatus::kAgain;
      case ENTER_TRANSLATED: {
        pc--;
        Value value = enter_translated(sp, env, pc, extra_args);
        sp = d.current_stack->sp;
        if (value == kNoValue) [[unlikely]]
          goto left_without_value;
        accu = value;
        goto do_return;
      }
      case ENTER_CONTINUATION: {
        pc--;
        if (--d.ticks <= 0) [[unlikely]]
          goto tick;
        if (sp < d.stack_limit) [[unlikely]] {
          pc++;
          goto attention;
        }
        SAVE();
        Value value = enter_continuation();
        sp = d.current_stack->sp;
        if (value == kNoValue) [[unlikely]]
          goto left_without_value;
        accu = value;
        goto do_return;
      }

      // ---- Effects ----
      case RESUME:
        fn = sp[0];
        arg = sp[1];
        last_fiber = Ptr_val<Stack>(sp[2]);
        sp += 3;
        goto resume_from_frame;
      case RESUME_50:
        fn = sp[0];
        arg = sp[1];
        last_fiber = nullptr;
        sp += 2;
      resume_from_frame:
        sp -= kReturnFrameWosize + 1;
        sp[0] = Val_long(0);
        sp[1] = Val_pc(pc);
        sp[2] = env;
        sp[3] = Val_long(extra_args);
        goto do_resume;
      case RESUMETERM:
        fn = sp[0];
        arg = sp[1];
        last_fiber = Ptr_val<Stack>(sp[2]);
        sp += *pc - 1;
        sp[0] = Val_long(extra_args);
        goto do_resume;
      case RESUMETERM_50:
        fn = sp[0];
        arg = sp[1];
        last_fiber = nullptr;
        sp += *pc - 1;
        sp[0] = Val_long(extra_args);
        goto do_resume;
      case PERFORM: {
        Stack* stack = d.current_stack;
        if (shares_stack()) [[unlikely]] {
          pc--;
          goto unwind;
        }
        if (stack->parent == nullptr) {
          SAVE();
          Value exn = make_unhandled_exn(accu);
          RELOAD();
          if (exn == kNoValue) return stopped(RunStatus::kExit);
          accu = exn;
          goto raise_exception;
        }
        Value cont;
        ALLOC_SMALL(cont, 2, Cont_tag);
        Field(cont, 0) = Val_ptr(stack);
        Field(cont, 1) = Val_ptr(stack);
        sp -= kReturnFrameWosize;
        sp[0] = Val_pc(pc);
        sp[1] = env;
        sp[2] = Val_long(extra_args);
        arg = cont;
        goto handle_effect;
      }
      case REPERFORMTERM: {
        if (shares_stack()) [[unlikely]] {
          pc--;
          goto unwind;
        }
        arg = sp[0];
        Stack* outermost = Ptr_val<Stack>(sp[1]);
        sp += *pc - 1;
        sp[0] = Val_long(extra_args);
        if (d.current_stack->parent == nullptr) {
          // Nobody handles it: Unhandled is raised where the effect was performed.
          SAVE();
          Root cont(arg);
          Value exn = make_unhandled_exn(accu);
          if (exn == kNoValue) return stopped(RunStatus::kExit);
          fn = raise_closure();
          arg = exn;
          Value taken = caml_continuation_use_noexc(cont);
          RELOAD();
          accu = taken;
          last_fiber = outermost;
          goto do_resume;
        }
        outermost->parent = d.current_stack;
        Field(arg, 1) = Val_ptr(d.current_stack);
        goto handle_effect;
      }

      default:
        if (is_segment_word(opcode)) {
          pc--;
          if (sp < d.stack_limit) [[unlikely]]
            goto attention;
          SAVE();
          Value value = enter_segment(slot_of_segment_word(opcode));
          if (value == kNoValue) [[unlikely]]
            goto left_without_value;
          RELOAD();
          // Perhaps in a call.
          goto check_stack_and_grab;
        }
        if (opcode == kLeftTranslated) {
          sp = d.current_stack->sp;
          goto left_without_value;
        }
        caml_fatal_error("bad opcode %d at code offset %u", pc[-1],
                         static_cast<unsigned>(offset_of_code(pc - 1)));
    }

    // The current fiber leaves with the continuation `arg`; its parent's handler gets the effect in
    // accu, the continuation, and the continuation's outermost fiber, which is the one that leaves.
  handle_effect: {
    Stack* leaving = d.current_stack;
    leaving->sp = sp;
    Value* parent_sp = leaving->parent->sp;
    extra_args = static_cast<std::intptr_t>(Long_val(parent_sp[0])) + 2;
    parent_sp -= 2;
    parent_sp[0] = accu;
    parent_sp[1] = arg;
    parent_sp[2] = Val_ptr(leaving);
    d.current_stack = leaving->parent;
    leaving->parent = nullptr;
    sp = parent_sp;
    accu = env = leaving->handle_effect;
    pc = Code_val(env);
    SAVE();
    leave_with_continuation(arg, leaving);
    RELOAD();
    goto check_stack_and_grab;
  }

    // The current fiber ends; `fn` of its handler gets accu, in the parent.
  leave_fiber: {
    Stack* ended = d.current_stack;
    ended->sp = ended->high;
    d.current_stack = ended->parent;
    sp = d.current_stack->sp;
    extra_args = static_cast<std::intptr_t>(Long_val(sp[0]));
    sp[0] = accu;
    accu = env = fn;
    pc = Code_val(env);
    SAVE();
    make_current(d.current_stack);
    free_stack(ended);
    RELOAD();
    goto check_stack;
  }

    // Runs fn(arg) on top of the fibers that accu points to; the current fiber waits for them, its
    // extra arguments on its top.
  do_resume: {
    Stack* innermost = Ptr_val<Stack>(accu);
    if (innermost == nullptr) {
      SAVE();
      Value exn = make_already_resumed_exn();
      RELOAD();
      if (exn == kNoValue) goto raise_pending;
      accu = exn;
      goto raise_exception;
    }
    if (last_fiber == nullptr) {
      last_fiber = innermost;
      while (last_fiber->parent != nullptr) last_fiber = last_fiber->parent;
    }
    d.current_stack->sp = sp;
    last_fiber->parent = d.current_stack;
    d.current_stack = innermost;
    sp = innermost->sp - 1;
    sp[0] = arg;
    extra_args = 0;
    accu = env = fn;
    pc = Code_val(env);
    SAVE();
    end_transit(innermost);
    make_current(innermost);
    RELOAD();
    // Effect.Deep.continue resumes by the identity.
    if (pc[0] == ACC0_RETURN && pc[2] == 1 && sp >= d.stack_limit) [[likely]] {
      accu = *sp++;
      goto do_return;
    }
    goto check_stack;
  }

  do_return:
    pc = Pc_val(sp[0]);
    env = sp[1];
    extra_args = static_cast<std::intptr_t>(Long_val(sp[2]));
    sp += kReturnFrameWosize;
    continue;

  check_stack:
    if (--d.ticks <= 0) [[unlikely]]
      goto tick;
    if (sp < d.stack_limit) [[unlikely]]
      goto attention;
    continue;

  check_stack_and_grab:
    if (--d.ticks <= 0) [[unlikely]]
      goto tick;
    if (sp < d.stack_limit) [[unlikely]]
      goto attention;
    if (pc[0] == GRAB && pc[1] == extra_args) {
      pc += 2;
      extra_args = 0;
    }
    continue;

  // At a function's first instruction or a loop's CHECK_SIGNALS, executed (again) afterwards.
  tick:
    SAVE();
    sample_tick(Pc_val(sp[kFramePc]), sp[kFrameEnv]);
    take_ticks();
    RELOAD();
    if (d.fuel > 0 && sp >= d.stack_limit) continue;
  attention:
    SAVE();
    if (shares_stack()) return RunStatus::kUnwinding;
    {
      Attention attention = handle_attention();
      if (d.fuel <= 0 && attention == Attention::kContinue) attention = Attention::kYield;
      if (attention == Attention::kYield) {
        // A nested activation hands the wish on.
        d.fuel = 0;
        return stopped(RunStatus::kYield);
      }
      RELOAD();
      if (attention == Attention::kRaise) goto raise_pending;
    }
    continue;

  c_call_without_value:
    if (d.exn_bucket != kNoValue) goto raise_pending;
    // It waits, or ends the program: the call is made again when the thread goes on.
    sp[kFramePc] = Val_pc(instruction);
    return stopped(exit_requested() ? RunStatus::kExit : RunStatus::kSuspended);

  unwind:
    SAVE();
    return RunStatus::kUnwinding;

  left_without_value:
    switch (last_tier_exit()) {
      case TierExit::kInterpret:
        next_opcode = untiered_opcode(Pc_val(d.current_stack->sp[kFramePc]));
        return RunStatus::kAgain;
      case TierExit::kRaised:
        // Where it was raised, its backtrace was recorded, or was not to be.
        accu = d.exn_bucket;
        d.exn_bucket = kNoValue;
        env = Val_unit;
        extra_args = 0;
        goto raise_notrace;
      case TierExit::kUnwindOn: return RunStatus::kUnwinding;
      case TierExit::kUnwound: break;
    }
    if (exit_requested()) return stopped(RunStatus::kExit);
    if (thread_waits()) return stopped(RunStatus::kSuspended);
    RELOAD();
    if (d.exn_bucket != kNoValue) goto raise_pending;
    if (d.fuel <= 0 || sp < d.stack_limit) goto attention;
    // One step at least is interpreted: translated code that leaves where it begins gets nowhere.
    next_opcode = untiered_opcode(pc);
    SAVE();
    return RunStatus::kAgain;

  missing_primitive:
    SAVE();
    (void)raise_missing_primitive(missing_prim);
    RELOAD();
    goto raise_pending;

  stack_overflow:
    SAVE();
    (void)caml_raise_stack_overflow();
    RELOAD();
    goto raise_pending;

  zero_divide:
    // As ocamlrun does it: recorded like a primitive's call, whose operand would be skipped.
    pc++;
    SAVE();
    (void)caml_raise_zero_divide();
    RELOAD();
  raise_pending:
    if (must_unwind_to_raise()) {
      accu = Val_unit;
      goto unwind;
    }
    accu = d.exn_bucket;
    d.exn_bucket = kNoValue;
    if (d.backtrace_active) [[unlikely]] {
      SAVE();
      stash_backtrace(accu, pc, sp + kRegisterFrameWosize, false);
      RELOAD();
    }
    goto raise_notrace;
  }
}

}  // namespace

RunStatus run_activation(opcode_t first) {
  for (next_opcode = first;;) {
    RunStatus status = run_from(next_opcode);
    if (status != RunStatus::kAgain) return status;
  }
}

#pragma clang diagnostic pop

}  // namespace bactrian
