// SPDX-License-Identifier: Apache-2.0
// The heap verifier, for tests and for hunting bugs: options verify-heap and gc-stress. Checked:
//   - the free ranges, and that every pool and large block lies outside them and is counted;
//   - of each block: header, size, colour of the phase;
//   - of each field: an integer, a block that exists, or a young block while the field is
//   remembered;
//   - after marking: no marked block points to one that is not marked;
//   - roots and stacks: the same as fields.
// Uses memory of its own in proportion to the number of pools. A failure ends the program.
#include <utility>

#include "runtime/heap/ephe.h"
#include "runtime/heap/state.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/sched.h"

namespace bactrian {

namespace {

// Heap sort: std::sort would be half of this file's code in a page's download.
class AddressSet {
 public:
  ~AddressSet() { sorted_.release(); }
  void add(const void* p) {
    if (!sorted_.push(reinterpret_cast<std::uintptr_t>(p)))
      caml_fatal_error("heap verifier: out of memory");
  }
  void sort() {
    for (std::size_t i = sorted_.count / 2; i-- > 0;) sift(i, sorted_.count);
    for (std::size_t end = sorted_.count; end-- > 1;) {
      std::swap(sorted_.items[0], sorted_.items[end]);
      sift(0, end);
    }
  }
  bool contains(const void* p) const { return below(p) != sorted_.count && at(below(p)) == p; }
  // The last one at or below p, or null.
  void* last_up_to(const void* p) const {
    std::size_t i = below(p);
    if (i != sorted_.count && at(i) == p) return at(i);
    return i == 0 ? nullptr : at(i - 1);
  }
  std::size_t count() const { return sorted_.count; }

 private:
  void* at(std::size_t i) const { return reinterpret_cast<void*>(sorted_.items[i]); }
  // How many are less than p.
  std::size_t below(const void* p) const {
    std::size_t low = 0, high = sorted_.count;
    while (low < high) {
      std::size_t middle = (low + high) / 2;
      if (sorted_.items[middle] < reinterpret_cast<std::uintptr_t>(p))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
  void sift(std::size_t i, std::size_t end) {
    for (std::size_t child; (child = 2 * i + 1) < end; i = child) {
      std::uintptr_t* items = sorted_.items;
      if (child + 1 < end && items[child] < items[child + 1]) child++;
      if (items[i] >= items[child]) return;
      std::swap(items[i], items[child]);
    }
  }

  Table<std::uintptr_t> sorted_;
};

struct Verifier {
  const char* when = "";
  AddressSet pools;
  AddressSet large;  // Headers.
  AddressSet refs;   // Remembered fields.
  Value block = kNoValue;
  mlsize_t field = 0;
  const char* where = "";
  std::size_t live_slots = 0;
  std::size_t live_slot_words = 0;
};

Verifier* current = nullptr;

[[noreturn]] void fail(const char* what, Value v) {
  caml_fatal_error("heap verifier, %s: %s %p, field %zu: %s: %p", current->when, current->where,
                   ptr_of<void>(current->block), static_cast<std::size_t>(current->field), what,
                   ptr_of<void>(v));
}

bool is_pool_slot(Header* hp) {
  Pool* p = pool_of(hp);
  if (!current->pools.contains(p) || hp < first_slot(p)) return false;
  const SizeClass& c = heap().pools.classes[p->class_index];
  auto distance = static_cast<std::size_t>(hp - first_slot(p));
  return distance % c.slot_wosize == 0 && distance / c.slot_wosize < c.slot_count;
}

bool is_major_block(Value v) {
  return is_pool_slot(Hp_val(v)) || current->large.contains(Hp_val(v));
}

bool is_static(Value v) { return Color_hd(Hd_val(v)) == kColorStatic; }

void check_young(Value v) {
  if (v < val_of_ptr(dom().young_ptr + 1) || bits(v) % 8 != 0)
    fail("not an allocated young block", v);
  Header hd = Hd_val(v);
  if (Tag_hd(hd) == Infix_tag) return check_young(value_minus(v, Bsize_wsize(Wosize_hd(hd))));
  if (Color_hd(hd) != kColorA || Wosize_hd(hd) == 0 || Wosize_hd(hd) > Max_young_wosize)
    fail("bad header of a young block", v);
  if (ptr_of<Value>(v) + Wosize_hd(hd) > dom().young_end) fail("a young block is too long", v);
}

void check_major(Value v) {
  // An infix pointer leads into the middle of a slot; its header is readable all the same.
  if (!is_major_block(v)) {
    Pool* p = pool_of(Hp_val(v));
    auto* l = static_cast<Header*>(current->large.last_up_to(Hp_val(v)));
    bool inside = current->pools.contains(p) || (l != nullptr && Hp_val(v) <= l + Wosize_hd(*l));
    if (!inside) {
      if (is_static(v)) return;
      fail("points outside the heap", v);
    }
    if (Tag_val(v) != Infix_tag) fail("points into a block", v);
    v = value_minus(v, Infix_offset_val(v));
    if (!is_major_block(v) || Tag_val(v) != Closure_tag) fail("bad infix pointer", v);
  }
  Header hd = Hd_val(v);
  if (hd == Header{0}) fail("points to a free slot", v);
  if (heap().phase == Phase::kSweep && Color_hd(hd) == heap().dead_color())
    fail("points to a dead block", v);
}

void check_value(Value v, bool young_allowed) {
  if (Is_long(v)) return;
  if (Is_young(v)) {
    if (!young_allowed) fail("a young block, not remembered", v);
    return check_young(v);
  }
  check_major(v);
}

bool remembered(Value* field) { return heap().refs_overflowed || current->refs.contains(field); }

void check_fields(Value v) {
  Header hd = Hd_val(v);
  bool marked = Color_hd(hd) == heap().live_color;
  bool just_marked = heap().phase == Phase::kClean && marked;
  for (mlsize_t i = 0; i < Wosize_hd(hd); i++) {
    current->field = i;
    Value f = Field(v, i);
    if (f == kNoValue) fail("no value", f);
    check_value(f, is_young_block(f) && remembered(&Field(v, i)));
    if (just_marked && is_unmarked(f)) fail("a marked block points to an unmarked one", f);
  }
}

void check_ephe(Value e) {
  current->block = e;
  current->where = "ephemeron";
  bool dead = heap().phase != Phase::kIdle && is_unmarked(e);
  for (mlsize_t i = kEpheData; i < Wosize_val(e) && !dead; i++) {
    current->field = i;
    // In kClean dead keys may still be there.
    Value v = Field(e, i);
    if (heap().phase != Phase::kClean)
      check_value(v, is_young_block(v) && remembered(&Field(e, i)));
  }
}

void check_stack(Stack* s) {
  for (Value* slot = s->sp; slot < s->high; slot++) {
    current->where = "stack";
    current->block = val_of_ptr(s);
    current->field = static_cast<mlsize_t>(s->high - slot);
    if (*slot == kNoValue) fail("no value", *slot);
    check_value(*slot, s->dirty || s == dom().current_stack);
    if (heap().phase == Phase::kClean && is_unmarked(*slot)) fail("an unmarked value", *slot);
  }
}

// A young value in a captured stack moves with the continuation, or when that is old, because it is
// among the extended ones: not checked here.
void check_continuation(Value cont) {
  for (Stack* s = Stack_of_continuation(cont); s != nullptr; s = s->parent) check_stack(s);
}

bool is_garbage(Header hd) {
  return heap().phase >= Phase::kClean && Color_hd(hd) == heap().dead_color();
}

void check_block(Value v, void*) {
  Header hd = Hd_val(v);
  current->block = v;
  current->where = "block";
  current->field = 0;
  if (Color_hd(hd) != kColorA && Color_hd(hd) != kColorB) fail("bad colour", v);
  if (heap().phase == Phase::kIdle && Color_hd(hd) != heap().live_color) fail("dead, not swept", v);
  if (is_small_whsize(Whsize_wosize(Wosize_hd(hd)))) {
    if (is_pool_slot(Hp_val(v))) {
      const SizeClass& c = heap().pools.classes[pool_of(Hp_val(v))->class_index];
      if (Whsize_wosize(Wosize_hd(hd)) > c.slot_wosize) fail("larger than its slot", v);
      current->live_slots++;
      current->live_slot_words += c.slot_wosize;
    }
  } else if (!current->large.contains(Hp_val(v)) ||
             Bsize_wsize(Whsize_wosize(Wosize_hd(hd))) + sizeof(Large) >
                 large_of(Hp_val(v))->byte_size) {
    fail("larger than its range", v);
  }
  if (Tag_hd(hd) >= No_scan_tag || is_garbage(hd)) return;
  if (Tag_hd(hd) == Cont_tag)
    check_continuation(v);
  else
    check_fields(v);
}

void check_free_slots(Pool* p) {
  const SizeClass& c = heap().pools.classes[p->class_index];
  std::size_t count = 0;
  current->where = "pool";
  current->block = val_of_ptr(p);
  for (FreeSlot* f = p->free; f != nullptr; f = f->next, count++)
    if (count > c.slot_count || !is_pool_slot(&f->header) || f->header != Header{0})
      fail("broken free list", val_of_ptr(f));
  if (count != p->free_count) fail("wrong count of free slots", Val_long(p->free_count));
}

void check_root(Value* root) {
  current->where = "root";
  current->block = val_of_ptr(root);
  current->field = 0;
  if (*root == kNoValue) return;
  check_value(*root, true);
  if (heap().phase == Phase::kClean && is_unmarked(*root)) fail("an unmarked root", *root);
}

void collect_places() {
  HeapState& h = heap();
  for_each_pool(h.pools, [](Pool* p) { current->pools.add(p); });
  for_each_large(h.pools, [](Large* l) { current->large.add(l->block()); });
  for (Value* field : h.refs) current->refs.add(field);
  current->pools.sort();
  current->large.sort();
  current->refs.sort();
}

void check_counts() {
  const Pools& p = heap().pools;
  current->where = "counts";
  if (current->pools.count() != p.pool_count) fail("pools", Val_long(0));
  if (current->large.count() != p.large_count) fail("large blocks", Val_long(0));
  if (current->live_slots != p.live_slots) fail("slots", Val_long(0));
  if (current->live_slot_words != p.live_slot_words) fail("words of slots", Val_long(0));
}

}  // namespace

void verify_heap(const char* when) {
  Verifier v;
  v.when = when;
  current = &v;
  if (!memory_verify()) fail("broken free ranges", Val_unit);
  collect_places();
  for_each_major_block(check_block, nullptr);
  for_each_pool(heap().pools, check_free_slots);
  check_counts();
  const Ephemerons& e = heap().ephemerons;
  for (Value list : {e.todo, e.unclean, e.done})
    for (Value ephe = list; ephe != kNoValue; ephe = Field(ephe, kEpheLink)) check_ephe(ephe);
  scan_local_and_global_roots(check_root);
  scan_thread_roots(check_root, check_stack);
  current = nullptr;
}

}  // namespace bactrian
