// SPDX-License-Identifier: Apache-2.0
// VM stacks. A fiber is one Stack; a thread is a chain of them through `parent`. A stack grows
// down, by moving to a block twice as large, up to the limit of OCAMLRUNPARAM=l.
//
//     high ──► +------------------------+   grows
//              |  frames ...            |     │
//     sp ────► |  top of stack          |     ▼
//              |  free                  |
//     floor ─► |  stack_threshold words |  kept free: C calls and trap frames need no check
//     base ──► +------------------------+
//
// Every slot holds a valid value, so that the collector scans [sp, high) without a map:
//
//   return frame (PUSH_RETADDR, APPLYn):  sp[0] return address  sp[1] env  sp[2] extra arguments
//   trap frame (PUSHTRAP):                sp[0] handler  sp[1] previous trap  sp[2] env  sp[3]
//   extra
//
// Return addresses and handlers are Val_long(CodeOffset). The previous trap is Val_long of its
// distance from `high` in words, because stacks move.
#pragma once

#include "runtime/value/value.h"

namespace bactrian {

struct Stack {
  Value* base = nullptr;
  Value* high = nullptr;
  Value* sp = nullptr;            // Valid while the stack does not run.
  Value* floor = nullptr;         // Where frames end.
  Stack* parent = nullptr;        // The fiber that waits for this one. Null for a thread's first.
  Value handle_value = Val_unit;  // Closures of the handler (match_with, try_with).
  Value handle_exn = Val_unit;
  Value handle_effect = Val_unit;
  mlsize_t trap = 0;  // Words from the innermost trap frame to `high`; 0: none.
  std::int64_t id = 0;
  Stack* next_all = nullptr;  // All live stacks.
  Stack* prev_all = nullptr;
  bool marked = false;  // Scratch for the collector.
  bool dirty = true;    // May hold young values: ran since the last minor collection.

  mlsize_t wosize() const { return static_cast<mlsize_t>(high - base); }
};

// A continuation (tag Cont_tag): field 0 is Val_ptr of its innermost stack, or Val_ptr(nullptr)
// once resumed; field 1 is Val_ptr of its outermost stack. Following `parent` from field 0 gives
// the chain.
inline Stack* Stack_of_continuation(Value cont) { return Ptr_val<Stack>(Field(cont, 0)); }

// Words kept free below a checked stack pointer.
extern mlsize_t stack_threshold;
// The limit (options.def) is another one.
void set_stack_floors();

// Null when there is no memory.
Stack* alloc_stack(mlsize_t wosize);
void free_stack(Stack* stack);
// A small one, which grows when it must: that of the last callback, unless the collector has taken
// it meanwhile. Null when there is no memory.
Stack* take_callback_stack();
// Empty or not: nothing of what is on it is needed any more.
void leave_callback_stack(Stack* stack);
// Another program begins, perhaps with another threshold.
void drop_callback_stack();
Stack* all_stacks();  // Head of the list through next_all.

}  // namespace bactrian
