// SPDX-License-Identifier: Apache-2.0
// Activations of the interpreter. The outermost one, which the driver (or C++ code that calls back)
// starts, has no native frames of OCaml's below it. When translated code calls what is not
// translated, a nested one runs on top of it:
//
//     interpret()  ─►  translated  ─►  translated  ─►  nested activation  ─►  translated ...
//
// Each nested one leaves with a value, with an exception, or by unwinding: then its frames, and
// those of the translated code that called it, go through the unwind buffer (unwind.h) to the VM
// stack, where the activation below takes them over. What switches or moves stacks waits until the
// outermost activation does it, because a VM stack never moves under translated code.
#pragma once

#include "runtime/domain.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/stack.h"
#include "runtime/tier/tier.h"

namespace bactrian {

// Native stack for translated code and nested activations, in words of sp's movement: of what the
// loader has measured, or this many bytes until it has (less than half of the smallest known).
inline constexpr std::size_t kUnmeasuredNativeStack = 128 * 1024;
void set_native_stack(std::size_t bytes);
std::size_t native_stack();
// That of the next outermost activation. Domain::native_room: with kNoCallback, all of it.
mlsize_t native_room();
inline constexpr mlsize_t kNoCallback = ~mlsize_t{0};
// Below a callback there is at least this much, for so many callbacks in each other.
inline constexpr mlsize_t kCallbackRoom = 32 * 1024 / kNativeBytesPerWord;
inline constexpr int kRoomyCallbacks = 5;
inline constexpr mlsize_t kTightRoom = 32;

// A nested activation's native frame is paid for by words above its first frame:
//
//     +----------------+
//     | padding        |  kNativeReturnPadding words, Val_unit
//     +----------------+
//     | return frame   |  to NATIVE_RETURN
//     +----------------+
inline constexpr mlsize_t kNativeReturnPadding = 2048 / kNativeBytesPerWord;
inline constexpr mlsize_t kNativeReturnWosize = kReturnFrameWosize + kNativeReturnPadding;

struct Activation {
  Activation* outer;
  // Of a nested one: the stack that it was entered on, its frame to NATIVE_RETURN there, the
  // handlers and the limit at that time. Else null.
  Stack* stack = nullptr;
  Value* entry_frame = nullptr;
  mlsize_t trap = 0;
  Value* limit = nullptr;
  mlsize_t room = 0;  // What translated code may use on a stack that this one switched to.
  int depth = 0;      // Translated frames' runs below it: Domain::native_depth while it runs.
};

inline bool is_nested(const Activation& a) { return a.stack != nullptr; }
// Then there are native frames on the current stack, and what needs it whole has to unwind.
inline bool is_on_entry_stack(const Activation& a) { return a.stack == dom().current_stack; }
// Nobody but `a`'s own code has frames on it that refer to its address.
inline bool may_move(const Activation& a, const Stack* stack) {
  return a.stack != stack && dom().native_depth == a.depth;
}

// Primitives that look at frames: false while translated code calls them, or has frames at all.
// Then they return kNoValue, which unwinds, and are called again.
inline bool caller_is_interpreted() {
  Domain& d = dom();
  return d.activation == nullptr || d.native_depth == d.activation->depth;
}
inline bool all_frames_are_interpreted() { return dom().native_depth == 0; }

// A callback runs as an outermost activation, with the native stack that is left.
class CallbackScope {
 public:
  CallbackScope();
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

 private:
  Activation* activation_;
  Value* native_limit_;
  mlsize_t native_room_;
  int native_depth_;
};

}  // namespace bactrian
