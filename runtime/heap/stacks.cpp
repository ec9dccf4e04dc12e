// SPDX-License-Identifier: Apache-2.0
// VM stacks as the collector sees them. Two facts keep the work small:
//   - A captured stack does not change. Once its values have moved to the major heap (dirty =
//   false)
//     minor collections pass over it; one that runs is dirty. The same holds for a fiber that waits
//     for its child.
//   - Marking looks at a stack once in a cycle: when marking begins if it runs, else when its
//     continuation is marked or just before it runs again. Stack::marked is compared with a colour
//     that changes from cycle to cycle.
// Stacks that were not marked are freed by the sweeper, some at a time.
#include <algorithm>

#include "runtime/heap/state.h"

namespace bactrian {

namespace {

template <class F>
void for_each_slot(Stack* s, F visit) {
  for (Value* slot = s->sp; slot < s->high; slot++) visit(slot);
  visit(&s->handle_value);
  visit(&s->handle_exn);
  visit(&s->handle_effect);
}

}  // namespace

void promote_stack(Stack* s) {
  bool runs = s == dom().current_stack;
  if (!s->dirty && !runs) return;
  for_each_slot(s, promote);
  s->dirty = runs;
}

void promote_continuation(Value cont) {
  for (Stack* s = Stack_of_continuation(cont); s != nullptr; s = s->parent) promote_stack(s);
}

void promote_extended_continuations() {
  for (Value cont : heap().extended_conts) promote_continuation(cont);
}

std::size_t mark_vm_stack(Stack* s) {
  HeapState& h = heap();
  if (s->marked == h.stack_color) return 1;
  s->marked = h.stack_color;
  for_each_slot(s, darken_field);
  return static_cast<std::size_t>(s->high - s->sp) + 4;
}

std::size_t mark_continuation(Value cont) {
  std::size_t work = 1;
  for (Stack* s = Stack_of_continuation(cont); s != nullptr; s = s->parent)
    work += mark_vm_stack(s);
  return work;
}

void heap_note_stack(Stack* s) {
  s->dirty = true;
  s->marked = heap().stack_color;
  heap_note_dependent_memory(s->wosize() * sizeof(Value));
}

void heap_stack_reused(Stack* empty) {
  empty->dirty = true;
  empty->marked = heap().stack_color;
}

void heap_forget_stack(Stack* s) {
  HeapState& h = heap();
  if (h.sweep_stack == s) h.sweep_stack = s->next_all;
  // A fiber that ends soon costs the collector nothing.
  h.pacing.allocated_words -= std::min(h.pacing.allocated_words, s->wosize());
}

void heap_stack_resumed(Stack* innermost) {
  bool marking = heap().marking;
  for (Stack* s = innermost; s != nullptr; s = s->parent) {
    if (marking) mark_vm_stack(s);
    s->dirty = true;
  }
}

void heap_continuation_extended(Value cont) {
  HeapState& h = heap();
  if (Is_young(cont) || h.extended_conts.push(cont)) return;
  h.refs_overflowed = true;
  request_minor();
}

void start_sweeping_stacks() { heap().sweep_stack = all_stacks(); }

std::size_t sweep_stacks(std::size_t budget) {
  HeapState& h = heap();
  std::size_t work = 0;
  while (h.sweep_stack != nullptr && work < budget) {
    Stack* s = h.sweep_stack;
    h.sweep_stack = s->next_all;
    work += 8;
    if (s->marked != h.stack_color) free_stack(s);
  }
  return work;
}

}  // namespace bactrian
