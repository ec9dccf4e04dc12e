// SPDX-License-Identifier: Apache-2.0
// What the interpreter, the driver and the tests use of the collector, beyond alloc.h and roots.h.
//
// The rules for VM stacks (stack.h):
//   - alloc_stack calls heap_note_stack on a new stack, free_stack calls heap_forget_stack.
//   - Before a captured chain of stacks runs again (RESUME), heap_stack_resumed(innermost), while
//   its
//     outermost parent is still null.
//   - A stack that becomes the current one in any way (RESUME, the end of a child, an effect's
//     handler, a change of thread) gets dirty = true: see heap_stack_runs.
//   - A continuation that gets more stacks after it was made (REPERFORM), or whose stacks were
//   changed
//     while captured: heap_continuation_extended(cont), once field 0 and the parents are right.
//   - dom().current_stack->sp is right whenever something may allocate.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/domain.h"
#include "runtime/interp/stack.h"
#include "runtime/value/value.h"

namespace bactrian {

// Sizes come from options(). False: no memory.
[[nodiscard]] bool init_heap();
// Frees everything, with the finalisers of custom blocks, and starts again: for tests that run many
// programs in one process. Roots must be gone. Stacks must have been freed.
[[nodiscard]] bool domain_reset();

// ---- Collecting -------------------------------------------------------------------------------

// Moves all that is alive out of the minor heap.
void caml_minor_collection();
// Everything unreachable is freed, apart from what finalisers keep. They become ready, not run.
void caml_full_major();
// At a poll, when attention was requested: a slice of major collection that is due.
void heap_poll();
// Gc.set { minor_heap_size }. False: no memory; nothing changed.
[[nodiscard]] bool set_minor_heap_wosize(std::size_t wosize);

// ---- VM stacks --------------------------------------------------------------------------------

void heap_note_stack(Stack* stack);
void heap_forget_stack(Stack* stack);
// An empty one, that was kept, is to run: as if it was new.
void heap_stack_reused(Stack* empty);
void heap_stack_resumed(Stack* innermost);
void heap_continuation_extended(Value cont);
inline void heap_stack_runs(Stack* stack) { stack->dirty = true; }

// ---- Finalisers -------------------------------------------------------------------------------

// At a poll, when dom().finalisers_pending: the next call to make. False: none, or one is running.
// The interpreter calls finaliser_returned() when it has returned or raised.
bool take_finaliser(Value* closure, Value* arg);
void finaliser_returned();

// ---- Raw changes ------------------------------------------------------------------------------

// Marks v for this cycle. For code that takes a value out of a place which the collector does not
// know, or overwrites one without caml_modify.
void heap_darken(Value v);
// The same, of a value that only such a place has kept: false when it is dead already.
bool heap_keep(Value v);
// While `moved` of a custom block is called (alloc.h): where another young block is now; kNoValue:
// it is dead.
Value heap_moved_to(Value young);
// Shortens a block in place (Obj.truncate of OCaml 4).
void heap_truncate(Value block, mlsize_t wosize);
// Memory outside the heap that blocks hold, for the collector's pace.
void heap_note_dependent_memory(std::size_t byte_size);

// ---- Watching ---------------------------------------------------------------------------------

// Every major block in use, dead or alive. `visit` must not allocate.
void for_each_major_block(void (*visit)(Value block, void* data), void* data);
// Stops the program with a message if anything in the heap is wrong. `when` goes into it.
void verify_heap(const char* when);
// OCAMLRUNPARAM v=0x400, to stderr.
void print_gc_statistics_at_exit();

// Option stats, to stderr: the longest pauses.
void print_gc_times();

}  // namespace bactrian
