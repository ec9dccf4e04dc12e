// SPDX-License-Identifier: Apache-2.0
// Gc.finalise and Gc.finalise_last. A finaliser whose value is found dead becomes ready; the
// interpreter takes ready ones at its polls (take_finaliser) and calls them.
//   first: found when marking is over; the value is marked after all and given to the function.
//   last:  found when marking is over for good, or by the minor collection that the value did not
//          survive; the function is given unit.
#include <algorithm>

#include "runtime/heap/state.h"
#include "runtime/interp/fail.h"

namespace bactrian {

namespace {

ReadyBatch* add_batch(std::size_t capacity) {
  Finalisers& f = heap().finalisers;
  auto* batch = static_cast<ReadyBatch*>(
      caml_stat_alloc_noexc(sizeof(ReadyBatch) + capacity * sizeof(Finaliser)));
  if (batch == nullptr) caml_fatal_error("out of memory: no room for %zu finalisers", capacity);
  batch->next = nullptr;
  batch->count = 0;
  if (f.ready_last == nullptr)
    f.ready_first = batch;
  else
    f.ready_last->next = batch;
  f.ready_last = batch;
  dom().finalisers_pending = true;
  request_attention();
  return batch;
}

// Moves the finalisers of [from, to) whose value is dead into a new batch. Null: none.
template <class IsDead>
ReadyBatch* take_dead(FinaliserTable& t, std::size_t from, std::size_t to, IsDead is_dead) {
  Finaliser* items = t.table.items;
  auto dead = static_cast<std::size_t>(
      std::count_if(items + from, items + to, [&](Finaliser& f) { return is_dead(f.value); }));
  if (dead == 0) return nullptr;
  ReadyBatch* batch = add_batch(dead);
  std::size_t kept = from;
  for (std::size_t i = from; i < t.table.count; i++) {
    if (i < to && is_dead(items[i].value))
      batch->items[batch->count++] = items[i];
    else
      items[kept++] = items[i];
  }
  t.table.count = kept;
  if (t.old == to) t.old -= dead;
  return batch;
}

void give_unit(ReadyBatch* batch) {
  for (std::size_t i = 0; i < batch->count; i++) {
    batch->items[i].value = Val_unit;
    batch->items[i].offset = 0;
  }
}

bool is_dead_young(Value v) { return is_young_block(v) && !is_moved(Hd_val(v)); }

// Lazy values and floats may be replaced by copies or skipped at any time: OCaml refuses them.
bool can_be_finalised(Value v) {
  if (Is_long(v)) return false;
  tag_t tag = Tag_val(v);
  return tag != Lazy_tag && tag != Double_tag && tag != Forcing_tag && tag != Forward_tag;
}

Value register_finaliser(FinaliserTable& t, Value function, Value v) {
  if (!can_be_finalised(v)) return caml_invalid_argument("Gc.finalise");
  mlsize_t offset = Tag_val(v) == Infix_tag ? Infix_offset_val(v) : 0;
  if (!t.table.push({function, value_minus(v, offset), offset})) return caml_raise_out_of_memory();
  return Val_unit;
}

}  // namespace

void finalisers_promote_roots() {
  Finalisers& f = heap().finalisers;
  for (std::size_t i = f.first.old; i < f.first.table.count; i++) {
    promote(&f.first.table.items[i].function);
    promote(&f.first.table.items[i].value);
  }
  for (std::size_t i = f.last.old; i < f.last.table.count; i++)
    promote(&f.last.table.items[i].function);
}

void finalisers_after_minor() {
  Finalisers& f = heap().finalisers;
  ReadyBatch* batch = take_dead(f.last, f.last.old, f.last.table.count, is_dead_young);
  if (batch != nullptr) give_unit(batch);
  for (std::size_t i = f.last.old; i < f.last.table.count; i++)
    promote(&f.last.table.items[i].value);  // Only the new address: all of these have moved.
  f.first.old = f.first.table.count;
  f.last.old = f.last.table.count;
}

void finalisers_scan_roots(Visitor visit) {
  Finalisers& f = heap().finalisers;
  for (Finaliser& item : f.first.table) visit(&item.function);
  for (Finaliser& item : f.last.table) visit(&item.function);
  for (ReadyBatch* b = f.ready_first; b != nullptr; b = b->next)
    for (std::size_t i = 0; i < b->count; i++) {
      visit(&b->items[i].function);
      visit(&b->items[i].value);
    }
}

bool finalisers_update_first() {
  Finalisers& f = heap().finalisers;
  if (f.first_done) return false;
  f.first_done = true;
  ReadyBatch* batch = take_dead(f.first, 0, f.first.old, is_unmarked);
  if (batch == nullptr) return false;
  for (std::size_t i = 0; i < batch->count; i++) darken_field(&batch->items[i].value);
  return true;
}

void finalisers_update_last() {
  Finalisers& f = heap().finalisers;
  ReadyBatch* batch = take_dead(f.last, 0, f.last.old, is_unmarked);
  if (batch != nullptr) give_unit(batch);
}

void finalisers_release() {
  Finalisers& f = heap().finalisers;
  f.first.table.release();
  f.last.table.release();
  while (f.ready_first != nullptr) {
    ReadyBatch* next = f.ready_first->next;
    caml_stat_free(f.ready_first);
    f.ready_first = next;
  }
  f = Finalisers();
}

bool take_finaliser(Value* closure, Value* arg) {
  Finalisers& f = heap().finalisers;
  if (f.running) return false;  // finaliser_returned() asks for attention again.
  while (f.ready_first != nullptr && f.ready_first->count == 0) {
    ReadyBatch* next = f.ready_first->next;
    caml_stat_free(f.ready_first);
    f.ready_first = next;
  }
  dom().finalisers_pending = f.ready_first != nullptr;
  if (f.ready_first == nullptr) {
    f.ready_last = nullptr;
    return false;
  }
  const Finaliser& item = f.ready_first->items[--f.ready_first->count];
  *closure = item.function;
  *arg = value_plus(item.value, item.offset);
  f.running = true;
  return true;
}

void finaliser_returned() {
  heap().finalisers.running = false;
  if (dom().finalisers_pending) request_attention();
}

// ---- Primitives -------------------------------------------------------------------------------

Value caml_final_register(Value function, Value v) {
  return register_finaliser(heap().finalisers.first, function, v);
}

Value caml_final_register_called_without_value(Value function, Value v) {
  return register_finaliser(heap().finalisers.last, function, v);
}

Value caml_final_release(Value) {
  finaliser_returned();
  return Val_unit;
}

}  // namespace bactrian
