// SPDX-License-Identifier: Apache-2.0
// VM stacks: making, freeing and growing them, and the frames by which the interpreter is entered.
#include "runtime/interp/stack.h"

#include <algorithm>
#include <cstring>

#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/machine_code.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"

namespace bactrian {

namespace {

// What bytecode may use below a checked stack pointer: 38 words since OCaml 5, 262 before
// (Config.stack_threshold and stack_safety_margin), and then the machine's own frames.
constexpr mlsize_t kMachineWosize = 64;

}  // namespace

mlsize_t stack_threshold = 262 + kMachineWosize;

namespace {

Stack* stack_list = nullptr;

// Fibers come and go by the million: a few small blocks are kept.
constexpr mlsize_t kCachedWosize = 512;
constexpr int kCacheCapacity = 64;
Value* cached_blocks[kCacheCapacity];
Stack* cached_stacks[kCacheCapacity];
int cached_count = 0;
// It stays in the list, empty.
Stack* callback_stack = nullptr;

void unlink(Stack* stack) {
  if (stack->prev_all != nullptr)
    stack->prev_all->next_all = stack->next_all;
  else
    stack_list = stack->next_all;
  if (stack->next_all != nullptr) stack->next_all->prev_all = stack->prev_all;
}

void link(Stack* stack) {
  stack->prev_all = nullptr;
  stack->next_all = stack_list;
  if (stack_list != nullptr) stack_list->prev_all = stack;
  stack_list = stack;
}

// A stack that had to grow beyond the limit (make_room_for_frames) is as full as one at it.
void set_floor(Stack* stack) {
  mlsize_t largest = std::max(options().max_stack_wosize, stack_threshold) + stack_threshold;
  stack->floor = stack->high - std::min(stack->wosize(), largest) + stack_threshold;
}

}  // namespace

void set_stack_floors() {
  for (Stack* s = stack_list; s != nullptr; s = s->next_all) set_floor(s);
}

Stack* all_stacks() { return stack_list; }

Stack* alloc_stack(mlsize_t wosize) {
  wosize = std::max(wosize + stack_threshold, wosize);
  bool small = wosize <= kCachedWosize;
  if (small) wosize = kCachedWosize;
  Stack* stack;
  if (small && cached_count > 0) {
    cached_count--;
    stack = cached_stacks[cached_count];
    stack->base = cached_blocks[cached_count];
  } else {
    stack = static_cast<Stack*>(caml_stat_alloc_noexc(sizeof(Stack)));
    if (stack == nullptr) return nullptr;
    stack->base = static_cast<Value*>(caml_stat_alloc_noexc(Bsize_wsize(wosize)));
    if (stack->base == nullptr) {
      caml_stat_free(stack);
      return nullptr;
    }
  }
  Value* base = stack->base;
  *stack = Stack{};
  stack->base = base;
  stack->high = base + wosize;
  stack->sp = stack->high;
  set_floor(stack);
  link(stack);
  heap_note_stack(stack);
  return stack;
}

void free_stack(Stack* stack) {
  if (stack == callback_stack) callback_stack = nullptr;
  heap_forget_stack(stack);
  unlink(stack);
  if (stack->wosize() == kCachedWosize && cached_count < kCacheCapacity) {
    cached_blocks[cached_count] = stack->base;
    cached_stacks[cached_count] = stack;
    cached_count++;
    return;
  }
  caml_stat_free(stack->base);
  caml_stat_free(stack);
}

Stack* take_callback_stack() {
  Stack* stack = callback_stack;
  // So small that it comes from the cache, whatever the bytecode's version.
  if (stack == nullptr) return alloc_stack(128);
  callback_stack = nullptr;
  heap_stack_reused(stack);
  return stack;
}

void drop_callback_stack() {
  if (callback_stack != nullptr) free_stack(callback_stack);
}

void leave_callback_stack(Stack* stack) {
  if (callback_stack != nullptr || stack->wosize() != kCachedWosize) {
    free_stack(stack);
    return;
  }
  stack->sp = stack->high;
  stack->trap = 0;
  callback_stack = stack;
}

void set_stack_threshold_for_version(int version) {
  stack_threshold = (version >= 500 ? 38 : 262) + kMachineWosize;
}

void set_stack_limit() {
  Domain& d = dom();
  // An address that no stack pointer reaches makes the next check fail.
  d.stack_limit = d.attention ? reinterpret_cast<Value*>(~std::uintptr_t{7})
                              : std::max(d.current_stack->floor, d.native_limit);
}

void make_current(Stack* stack) {
  dom().current_stack = stack;
  heap_stack_runs(stack);
  const Activation* a = dom().activation;
  dom().native_limit = a != nullptr && a->stack == stack ? a->limit : nullptr;
  set_stack_limit();
}

void request_attention() {
  dom().attention = true;
  if (dom().current_stack != nullptr) set_stack_limit();
}

namespace {

mlsize_t wosize_with(const Stack* stack, mlsize_t wosize) {
  return static_cast<mlsize_t>(stack->high - stack->sp) + wosize + stack_threshold;
}

bool grow_stack(Stack* stack, mlsize_t needed, mlsize_t limit) {
  mlsize_t used = static_cast<mlsize_t>(stack->high - stack->sp);
  mlsize_t grown = std::min(std::max(stack->wosize() * 2, needed), limit);
  Value* block = static_cast<Value*>(caml_stat_alloc_noexc(Bsize_wsize(grown)));
  if (block == nullptr && grown > needed) {
    grown = needed;
    block = static_cast<Value*>(caml_stat_alloc_noexc(Bsize_wsize(grown)));
  }
  if (block == nullptr) return false;
  Value* high = block + grown;
  std::memcpy(high - used, stack->sp, Bsize_wsize(used));
  caml_stat_free(stack->base);
  stack->base = block;
  stack->high = high;
  stack->sp = high - used;
  set_floor(stack);
  if (stack == dom().current_stack) {
    dom().native_limit = nullptr;
    set_stack_limit();
  }
  return true;
}

}  // namespace

bool has_stack(const Stack* stack, mlsize_t wosize) {
  mlsize_t limit = options().max_stack_wosize + stack_threshold;
  return wosize_with(stack, wosize) <= std::min(stack->wosize(), limit);
}

bool ensure_stack(Stack* stack, mlsize_t wosize) {
  mlsize_t needed = wosize_with(stack, wosize);
  mlsize_t limit = options().max_stack_wosize + stack_threshold;
  if (needed > limit) return false;
  return needed <= stack->wosize() || grow_stack(stack, needed, limit);
}

bool make_room_for_frames(Stack* stack, mlsize_t wosize, bool may_move) {
  mlsize_t needed = wosize_with(stack, wosize);
  if (needed <= stack->wosize()) return true;
  mlsize_t limit = options().max_stack_wosize + stack_threshold;
  return may_move && grow_stack(stack, needed, std::max(limit, needed));
}

void push_call(Stack* stack, Value closure, const Value* args, int count) {
  bool fresh = stack->sp == stack->high;
  Value* sp = push_return_frame(stack->sp, fresh ? thread_return_code() : restore_code());
  for (int i = count - 1; i >= 0; i--) *--sp = args[i];
  stack->sp = push_register_frame(sp, closure, Code_val(closure), closure, count - 1);
}

void push_finaliser_call(Stack* stack, Value closure, Value arg) {
  Value* sp = stack->sp - 4;
  sp[0] = Val_pc(finaliser_raise_code());
  sp[1] = Val_long(static_cast<intnat>(stack->trap));
  sp[2] = Val_unit;
  sp[3] = Val_long(0);
  stack->trap = static_cast<mlsize_t>(stack->high - sp);
  sp = push_return_frame(sp, finaliser_return_code());
  *--sp = arg;
  stack->sp = push_register_frame(sp, closure, Code_val(closure), closure, 0);
}

void push_code(Stack* stack, const opcode_t* pc) {
  Value* sp = push_return_frame(stack->sp, thread_return_code());
  stack->sp = push_register_frame(sp, Val_unit, pc, Val_unit, 0);
}

}  // namespace bactrian
