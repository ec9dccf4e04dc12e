// SPDX-License-Identifier: Apache-2.0
// The minor heap and its collection: what is alive in it moves to the major heap.
//
// A young block that has moved keeps its place until the collection ends:
//
//     63                  10 9 8 7    0
//    +----------------------+---+------+----------------------------------------+---
//    |      new address     |1 0| tag  | next moved block that is not scanned   | ...
//    +----------------------+---+------+----------------------------------------+---
//
// The list of moved blocks is the work left to do, so that no recursion and no memory are needed.
// Infix headers inside a moved closure stay readable (they are never field 0).
//
// Roots: local and global roots, the stacks that ran since the last collection, the fields that
// caml_modify remembered, finalisers. See finalise.cpp and custom.cpp for what is done when all
// that is alive has moved.
#include <algorithm>
#include <cstring>

#include "runtime/heap/state.h"
#include "runtime/host/host.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/sched.h"
#include "runtime/options.h"

namespace bactrian {

namespace {

constexpr std::size_t kMinMinorWosize = 4096;
constexpr double kBacklogToHurry = 20'000;
constexpr std::size_t kMaxMinorWosize = std::size_t{1} << 28;

Header moved_header(Value to, tag_t tag) {
  return Header{(static_cast<std::uint64_t>(bits(to)) << 10) | kColorMoved | tag};
}

Value alloc_copy(mlsize_t wosize, tag_t tag) {
  HeapState& h = heap();
  std::size_t whsize = wosize + 1;
  if (is_small_whsize(whsize)) [[likely]] {
    Header* slot = take_slot(h.pools, h.pools.classes[h.pools.class_of_whsize[whsize]]);
    if (slot != nullptr) [[likely]] {
      *slot = Make_header(wosize, tag, h.live_color);
      h.pacing.allocated_words += whsize;
      return Val_hp(slot);
    }
  }
  Value copy = alloc_major_block(wosize, tag);
  if (copy == kNoValue)
    caml_fatal_error("out of memory: a minor collection cannot keep a block of %zu words",
                     static_cast<std::size_t>(wosize));
  return copy;
}

Value move_block(Value v, Header hd) {
  mlsize_t wosize = Wosize_hd(hd);
  tag_t tag = Tag_hd(hd);
  Value copy = alloc_copy(wosize, tag);
  Value* from = Op_val(v);
  Value* to = Op_val(copy);
  for (mlsize_t i = 0; i < wosize; i++) to[i] = from[i];
  Hd_val(v) = moved_header(copy, tag);
  if (tag < No_scan_tag) {
    Field(v, 0) = heap().moved_blocks;
    heap().moved_blocks = v;
  }
  return copy;
}

void scan_moved_block(Value young) {
  Value v = moved_to(young);
  Header hd = Hd_val(v);
  if (Tag_hd(hd) == Cont_tag) return promote_continuation(v);
  Value* end = Op_val(v) + Wosize_hd(hd);
  for (Value* field = Op_val(v); field < end; field++)
    if (is_young_block(*field)) promote(field);
}

void scan_moved_blocks() {
  HeapState& h = heap();
  while (h.moved_blocks != kNoValue) {
    Value young = h.moved_blocks;
    h.moved_blocks = Field(young, 0);
    scan_moved_block(young);
  }
}

void promote_fields_of(Value block, void*) {
  tag_t tag = Tag_val(block);
  if (tag == Cont_tag) promote_continuation(block);
  if (tag >= No_scan_tag || tag == Cont_tag) return;
  Value* end = Op_val(block) + Wosize_val(block);
  for (Value* field = Op_val(block); field < end; field++) promote(field);
}

void promote_remembered() {
  HeapState& h = heap();
  if (h.refs_overflowed) {
    for_each_major_block(promote_fields_of, nullptr);
    ephe_promote_all();
  } else {
    for (Value* field : h.refs)
      if (is_young_block(*field)) promote(field);
    promote_extended_continuations();
  }
}

void promote_roots() {
  scan_local_and_global_roots(promote);
  scan_thread_roots(promote, promote_stack);
  finalisers_promote_roots();
  promote_remembered();
}

void forget_remembered() {
  HeapState& h = heap();
  h.refs.count = 0;
  h.refs_overflowed = false;
  h.extended_conts.count = 0;
}

void poison_used_minor_heap() { std::fill(dom().young_ptr, dom().young_end, kPoisonYoung); }

std::size_t normalised_minor_wosize(std::size_t wosize) {
  wosize = std::clamp(wosize, kMinMinorWosize, kMaxMinorWosize);
  return round_up(wosize, kGranuleBytes / sizeof(Value));
}

void promote_all() {
  HeapState& h = heap();
  h.promoting = true;
  promote_roots();
  scan_moved_blocks();
  finalisers_after_minor();
  customs_after_minor();
  forget_remembered();
  h.promoting = false;
}

}  // namespace

// True when references to the forward block may skip it. A float's or a lazy value's tag would be
// mistaken for the content's by Lazy.force and by the array primitives.
bool may_skip_forward(Value content) {
  if (Is_long(content)) return true;
  tag_t tag = Tag_val(content);  // A moved block keeps its tag.
  return tag != Forward_tag && tag != Lazy_tag && tag != Forcing_tag && tag != Double_tag;
}

bool is_moved(Header hd) { return Color_hd(hd) == kColorMoved; }
Value moved_to(Value young) { return Value{static_cast<std::int64_t>(bits(Hd_val(young)) >> 10)}; }

Value heap_moved_to(Value young) { return is_moved(Hd_val(young)) ? moved_to(young) : kNoValue; }

void promote(Value* field) {
  Value v = *field;
  while (is_young_block(v)) {
    Header hd = Hd_val(v);
    if (is_moved(hd)) {
      *field = moved_to(v);
      return;
    }
    tag_t tag = Tag_hd(hd);
    if (tag == Infix_tag) {
      std::size_t offset = Bsize_wsize(Wosize_hd(hd));
      Value closure = value_minus(v, offset);
      hd = Hd_val(closure);
      *field = value_plus(is_moved(hd) ? moved_to(closure) : move_block(closure, hd), offset);
      return;
    }
    if (tag != Forward_tag || !may_skip_forward(Field(v, 0))) {
      *field = move_block(v, hd);
      return;
    }
    *field = v = Field(v, 0);
  }
}

void remember_field(Value* field) {
  HeapState& h = heap();
  if (!h.refs.push(field)) {
    h.refs_overflowed = true;
    request_minor();
  } else if (h.refs.count == h.refs_soft_limit) {
    request_minor();
  }
}

void request_minor() {
  heap().pacing.minor_requested = true;
  dom().young_limit = dom().young_end;
}

void reset_young_limit() {
  Domain& d = dom();
  const Pacing& p = heap().pacing;
  bool every_time = options().gc_stress || p.minor_requested || p.slice_requested;
  if (every_time)
    d.young_limit = d.young_end;
  else if (p.backlog > kBacklogToHurry)  // Work is left over: go on before the minor heap is full.
    d.young_limit = d.young_start + (d.young_ptr - d.young_start) / 2;
  else
    d.young_limit = d.young_start;
}

void caml_minor_collection() {
  HeapState& h = heap();
  Domain& d = dom();
  if (options().verify_heap > 1 || (options().verify_heap != 0 && options().gc_stress))
    verify_heap("before a minor collection");
  double start = host_now();
  auto used = static_cast<std::size_t>(d.young_end - d.young_ptr);
  std::size_t allocated = h.pacing.allocated_words;
  promote_all();
  auto promoted = static_cast<double>(h.pacing.allocated_words - allocated);
  if (options().gc_stress) poison_used_minor_heap();
  d.young_ptr = d.young_end;
  h.pacing.minor_requested = false;
  h.pacing.extra_resources_minor = 0;
  h.stats.minor_words += static_cast<double>(used);
  h.stats.minor_collections++;
  h.stats.promoted_words += promoted;
  h.stats.major_words += promoted;
  reset_young_limit();
  note_top_heap();
  double ms = (host_now() - start) * 1000;
  h.stats.longest_minor_ms = std::max(h.stats.longest_minor_ms, ms);
  h.stats.total_gc_ms += ms;
  trace_collection("minor", ms);
  restore_reserve();
}

bool set_minor_heap_wosize(std::size_t wosize) {
  HeapState& h = heap();
  Domain& d = dom();
  wosize = normalised_minor_wosize(wosize);
  std::size_t byte_size = wosize * sizeof(Value);
  if (h.minor_bytes == byte_size) return true;
  auto* start = static_cast<Value*>(memory_alloc(byte_size));
  if (start == nullptr) return false;
  if (h.minor_bytes != 0) {
    caml_minor_collection();
    memory_free(d.young_start, h.minor_bytes);
  }
  h.minor_bytes = byte_size;
  d.young_start = start;
  d.young_end = d.young_ptr = start + wosize;
  h.refs_soft_limit = wosize / 8;
  options().minor_heap_wosize = wosize;
  reset_young_limit();
  return true;
}

}  // namespace bactrian
