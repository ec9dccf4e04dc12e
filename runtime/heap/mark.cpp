// SPDX-License-Identifier: Apache-2.0
// Marking, in pieces of bounded work. The mark stack holds runs of fields still to be looked at. A
// long run is cut into short ones, so that what is pushed grows with the depth of the graph, not
// with the length of arrays.
//
// When the mark stack cannot grow, the block that does not fit is marked all the same and its pool
// (or large block) is noted; when the mark stack is empty, the marked blocks there have their
// fields looked at once more. Each round marks at least one block, so it ends.
#include "runtime/heap/state.h"
#include "runtime/interp/sched.h"

namespace bactrian {

namespace {

constexpr std::size_t kRunLength = 64;

// `end` of a run whose `next` is a continuation: its stacks are to be marked.
Value* const kContinuation = nullptr;

bool push_run(MarkRange run) {
  HeapState& h = heap();
  return h.mark_stack.count < h.mark_stack_max && h.mark_stack.push(run);
}

void note_for_rescan(Value v) {
  Header* hp = Hp_val(v);
  if (is_small_whsize(Whsize_wosize(Wosize_hd(*hp))))
    pool_of(hp)->rescan = true;
  else
    large_of(hp)->rescan = true;
  heap().rescan_needed = true;
  heap().stats.mark_stack_overflows++;
}

void push_block(Value v, Header hd) {
  Value* fields = Op_val(v);
  Value* end = Tag_hd(hd) == Cont_tag ? kContinuation : fields + Wosize_hd(hd);
  if (!push_run({fields, end})) [[unlikely]]
    note_for_rescan(v);
}

// The block, if it was not marked and has fields; `hd` is its header. Else kNoValue.
inline Value mark_header(Value v, Header& hd) {
  hd = Hd_val(v);
  if (Tag_hd(hd) == Infix_tag) {
    v = value_minus(v, Bsize_wsize(Wosize_hd(hd)));
    hd = Hd_val(v);
  }
  HeapState& h = heap();
  if (Color_hd(hd) != h.dead_color()) return kNoValue;
  Hd_val(v) = Header{bits(hd) ^ kColorB};
  h.pacing.marked_words += Whsize_wosize(Wosize_hd(hd));
  return Tag_hd(hd) < No_scan_tag ? v : kNoValue;
}

inline void mark_block(Value v) {
  Header hd;
  v = mark_header(v, hd);
  if (v != kNoValue) push_block(v, hd);
}

inline void mark_value(Value v) {
  if (Is_block(v) && !Is_young(v)) mark_block(v);
}

void mark_run(Value* next, Value* end) {
  for (; next < end; next++) mark_value(*next);
}

// Looks at a whole block once more. A continuation's stacks know themselves whether they are
// marked.
void rescan_block(Header* hp) {
  HeapState& h = heap();
  if (*hp == Header{0} || Color_hd(*hp) != h.live_color || Tag_hd(*hp) >= No_scan_tag) return;
  Value v = Val_hp(hp);
  if (Tag_hd(*hp) == Cont_tag)
    mark_continuation(v);
  else
    mark_run(Op_val(v), Op_val(v) + Wosize_hd(*hp));
}

std::size_t rescan_pool(Pool* p) {
  const SizeClass& c = heap().pools.classes[p->class_index];
  p->rescan = false;
  Header* slot = first_slot(p);
  for (std::size_t i = 0; i < c.slot_count; i++, slot += c.slot_wosize) rescan_block(slot);
  return kPoolWosize;
}

// Only ever needed when memory is out, so its pauses may be long.
std::size_t rescan_noted() {
  HeapState& h = heap();
  std::size_t work = 1;
  h.rescan_needed = false;
  for_each_pool(h.pools, [&](Pool* p) {
    if (p->rescan) work += rescan_pool(p);
  });
  for_each_large(h.pools, [&](Large* l) {
    if (!l->rescan) return;
    l->rescan = false;
    work += Wosize_hd(*l->block());
    rescan_block(l->block());
  });
  return work;
}

// Marks what the fields hold and then, as long as the last one holds a block, what that one's do:
// lists need no stack. Returns the words looked at, little more than `budget`.
std::size_t mark_runs(Value* next, Value* end, std::size_t budget) {
  std::size_t work = 0;
  while (next < end) {
    work += static_cast<std::size_t>(end - next) + 1;
    mark_run(next, end - 1);
    Value v = end[-1];
    if (!Is_block(v) || Is_young(v)) break;
    Header hd;
    v = mark_header(v, hd);
    if (v == kNoValue) break;
    mlsize_t wosize = Wosize_hd(hd);
    if (work >= budget || Tag_hd(hd) == Cont_tag || wosize > kRunLength) {
      push_block(v, hd);
      break;
    }
    next = Op_val(v);
    end = next + wosize;
  }
  return work;
}

void mark_visited_stack(Stack* s) { mark_vm_stack(s); }

}  // namespace

void darken(Value v) { mark_block(v); }

void darken_field(Value* field) {
  if (*field != kNoValue) mark_value(*field);
}

bool is_unmarked(Value v) {
  if (!Is_block(v) || Is_young(v)) return false;
  Header hd = Hd_val(v);
  if (Tag_hd(hd) == Infix_tag) hd = Hd_val(value_minus(v, Bsize_wsize(Wosize_hd(hd))));
  return Color_hd(hd) == heap().dead_color();
}

void mark_roots() {
  scan_local_and_global_roots(darken_field);
  scan_thread_roots(darken_field, mark_visited_stack);
  finalisers_scan_roots(darken_field);
}

std::size_t mark_some(std::size_t budget) {
  HeapState& h = heap();
  std::size_t work = 0;
  while (work < budget) {
    if (h.mark_stack.count == 0) {
      if (!h.rescan_needed) break;
      work += rescan_noted();
      continue;
    }
    MarkRange run = h.mark_stack.pop();
    if (run.end == kContinuation) {
      work += mark_continuation(val_of_ptr(run.next));
      continue;
    }
    Value* end = run.end;
    if (static_cast<std::size_t>(end - run.next) > kRunLength) {
      end = run.next + kRunLength;
      h.mark_stack.items[h.mark_stack.count++] = {end, run.end};  // Where the run was.
    }
    work += mark_runs(run.next, end, budget - work);
  }
  return work;
}

}  // namespace bactrian
