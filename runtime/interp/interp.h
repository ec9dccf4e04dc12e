// SPDX-License-Identifier: Apache-2.0
// The interpreter and how it is entered and left. Its registers are
//
//     accu        the accumulator
//     sp          top of the current stack
//     pc          next instruction
//     env         the running closure
//     extra_args  arguments of the current call beyond the first
//
// While it does not run, they lie on top of the current stack as a register frame:
//
//     sp ──► +-------------+
//            | pc          |  Val_pc
//            | env         |
//            | extra_args  |  Val_long
//            | accu        |  (a primitive's first argument; the others lie behind it)
//            +-------------+
//
// interpret() pops one, runs, and pushes one when it stops. Everything that continues a computation
// elsewhere (a thread's turn, a primitive run again, a signal handler's end) goes through such a
// frame.
#pragma once

#include <utility>

#include "runtime/bytecode/code.h"
#include "runtime/interp/stack.h"
#include "runtime/value/value.h"

namespace bactrian {

enum class RunStatus {
  kReturned,   // The thread's function returned, or STOP: the value is in run_result().
  kRaised,     // No handler in the thread: the exception is in run_result().
  kYield,      // At a poll, for the driver to look at the clock and at other threads.
  kSuspended,  // A primitive waits (sched.h): it runs again when interpret() is called.
  kExit,       // A primitive asked for the program's end (exit.h).
  kUnwinding,  // Of nested activations only (tier/activation.h).
  kAgain,      // Within the interpreter only: it goes on at once, with another opcode.
};

// Runs the current thread from the register frame on its stack.
RunStatus interpret();
// The same for the activation dom().activation, which may be a nested one. `first`: what is
// executed first, whatever stands at the register frame's pc.
RunStatus run_activation(opcode_t first);
// With this as `first`: translated code was left without a value (tier/enter.h).
inline constexpr opcode_t kLeftTranslated = 0x7FFFFFFF;
// A root. When it is no longer wanted, it must not keep the value alive.
Value& run_result();
inline Value take_run_result() { return std::exchange(run_result(), Val_unit); }

enum RegisterFrame : mlsize_t {
  kFramePc,
  kFrameEnv,
  kFrameExtra,
  kFrameAccu,
  kRegisterFrameWosize
};
inline constexpr mlsize_t kReturnFrameWosize = 3;

inline Value* push_register_frame(Value* sp, Value accu, const opcode_t* pc, Value env,
                                  std::intptr_t extra_args) {
  sp -= kRegisterFrameWosize;
  sp[kFramePc] = Val_pc(pc);
  sp[kFrameEnv] = env;
  sp[kFrameExtra] = Val_long(extra_args);
  sp[kFrameAccu] = accu;
  return sp;
}
inline Value* push_return_frame(Value* sp, const opcode_t* pc) {
  sp -= kReturnFrameWosize;
  sp[0] = Val_pc(pc);
  sp[1] = Val_unit;
  sp[2] = Val_long(0);
  return sp;
}
// Makes `stack` ready to run closure(args...): used on a fresh stack, and on one whose top is a
// register frame, in which case that continues when the closure has returned.
void push_call(Stack* stack, Value closure, const Value* args, int count);
// push_call for a finaliser, above a register frame: tells the heap when it has returned or raised.
void push_finaliser_call(Stack* stack, Value closure, Value arg);
// Makes a fresh stack ready to run bytecode from pc with env = unit, until STOP.
void push_code(Stack* stack, const opcode_t* pc);

// Runs closure(args...) to its end on a stack of its own, for C++ code that calls OCaml. Effects
// and suspensions do not cross it. kNoValue: raised (pending).
[[nodiscard]] Value caml_callback_exn(Value closure, const Value* args, int count);
// The same, but when it suspends itself it goes on as a thread: kNoValue, and a number in *call, by
// which the hook tells of its end. Otherwise *call is 0.
[[nodiscard]] Value caml_callback_that_may_wait(Value closure, const Value* args, int count,
                                                int* call);
using CallEnded = void(int call, Value value, bool raised);
void on_call_ended(CallEnded* hook);

// What happened at a poll, see attention.cpp.
enum class Attention { kContinue, kRaise, kYield };
// Called with a register frame on the current stack; may push calls above it.
Attention handle_attention();
// Makes the current stack hold `wosize` more words above its threshold, by moving it. False: it is
// at its limit, or there is no memory.
bool ensure_stack(Stack* stack, mlsize_t wosize);
// It holds them already.
bool has_stack(const Stack* stack, mlsize_t wosize);
// The same for frames that must go on living: beyond its limit if need be, and without moving it if
// it must not. False: no room, or no memory.
bool make_room_for_frames(Stack* stack, mlsize_t wosize, bool may_move);
void set_stack_limit();
// `stack` runs from now on; the caller saved the other one's sp.
void make_current(Stack* stack);
// Words that code may use below a checked sp: more in bytecode before OCaml 5 (version 500,
// image.h).
void set_stack_threshold_for_version(int version);

// Calls and loop turns until the next kYield: fewer while another thread could run, which may be
// what this one spins for.
inline constexpr std::int32_t kFuelPerSlice = 100'000;
inline constexpr std::int32_t kFuelPerSharedSlice = 1'000;

}  // namespace bactrian
