// SPDX-License-Identifier: Apache-2.0
// All state of the collector of one domain, for the files of this folder only.
//
// A major cycle:   kIdle ─► kMark ─► kClean ─► kSweep ─► kIdle
//   kMark    marks what the roots reached when it began (deletion barrier: caml_modify marks what a
//            field held before); what is allocated meanwhile is born marked. At its end ephemerons
//            and finalisers are looked at, which may mark more.
//   kClean   empties ephemerons of their dead keys.
//   kSweep   frees what is not marked.
// Two colours change roles from one cycle to the next, so that sweeping need not write to what
// stays. Each step is a slice of bounded work, after a minor collection (major.cpp).
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/heap/memory.h"
#include "runtime/heap/pools.h"
#include "runtime/heap/roots.h"
#include "runtime/heap/table.h"
#include "runtime/interp/stack.h"

namespace bactrian {

// ---- Colours ----------------------------------------------------------------------------------

inline constexpr std::uint64_t kColorA = 0u << 8;
inline constexpr std::uint64_t kColorB = 1u << 8;
// A young block that has moved; where to is in its header above the colour (minor.cpp).
inline constexpr std::uint64_t kColorMoved = 2u << 8;
// Not in the heap, never marked: atoms, static blocks.
inline constexpr std::uint64_t kColorStatic = 3u << 8;

// Recognisable, odd (so never followed), and never a valid header.
inline constexpr Value kPoisonYoung = Value{0x5EAFDEAD5EAFDEAD};
inline constexpr Value kPoisonMajor = Value{0x5EAFBEEF5EAFBEEF};

// ---- Parts ------------------------------------------------------------------------------------

enum class Phase : std::uint8_t { kIdle, kMark, kClean, kSweep };

// A run of fields still to be marked.
struct MarkRange {
  Value* next;
  Value* end;
};

struct YoungCustom {
  Value block;
  mlsize_t mem;
  mlsize_t max;
};

// A value with a function to call when it is dead. The value is a whole block: `offset` leads from
// it to the pointer that was registered, when that was into the middle of a closure.
struct Finaliser {
  Value function;
  Value value;
  mlsize_t offset;
};

// [0, old): the values are in the major heap. [old, count): they may be young.
struct FinaliserTable {
  Table<Finaliser> table;
  std::size_t old = 0;
};

struct ReadyBatch {  // Taken from the end. Batches are taken in order.
  ReadyBatch* next;
  std::size_t count;
  Finaliser items[1];
};

struct Finalisers {
  FinaliserTable first;  // Gc.finalise: called with the value, which lives on.
  FinaliserTable last;   // Gc.finalise_last: called with unit.
  ReadyBatch* ready_first = nullptr;
  ReadyBatch* ready_last = nullptr;
  bool running = false;
  bool first_done = false;  // In this cycle's kMark.
};

struct Ephemerons {
  Value todo = kNoValue;     // Linked through field 0. In kMark: not yet decided.
  Value done = kNoValue;     // Otherwise all are here; in kClean: cleaned ones.
  Value unclean = kNoValue;  // In kClean: looked at after `todo`.
  // Of the pass over `todo` that is under way:
  Value* cursor = nullptr;          // The link to the next one. Null: no pass.
  std::size_t marked_at_start = 0;  // Pacing::marked_words then. Another pass follows if it grew.
  bool keep_keys = false;           // Set once, before the program runs: keys are kept alive.
};

struct Pacing {
  std::size_t allocated_words = 0;   // Major words since the last slice (promoted ones included).
  double extra_resources = 0;        // Held by major custom blocks: 1 is worth a cycle.
  double extra_resources_minor = 0;  // Held by young ones: at 1 a minor collection is due.
  std::size_t live_estimate = 0;     // Words that the last mark found.
  std::size_t marked_words = 0;      // By this mark.
  double backlog = 0;                // Work due, in units of mark_and_sweep's budget.
  bool minor_requested = false;
  bool slice_requested = false;
};

struct Statistics {
  double minor_words = 0;  // Without the current minor heap's.
  double promoted_words = 0;
  double major_words = 0;  // Promoted ones included.
  std::int64_t minor_collections = 0;
  std::int64_t major_collections = 0;
  std::int64_t forced_major_collections = 0;
  std::int64_t compactions = 0;
  std::size_t top_heap_words = 0;
  std::int64_t slices = 0;
  double longest_slice_ms = 0;
  double longest_minor_ms = 0;
  double total_gc_ms = 0;
  std::int64_t mark_stack_overflows = 0;
};

struct HeapState {
  // ---- Read by the write barrier ----
  bool marking = false;
  Phase phase = Phase::kIdle;
  std::uint64_t live_color = kColorA;  // Of marked and of new blocks.
  Table<Value*> refs;                  // Major fields that may hold young values.
  std::size_t refs_soft_limit = 0;     // A minor collection is due when there are more.
  bool refs_overflowed = false;        // Some are not in the table: scan the whole major heap.

  bool poisoning = false;  // What is freed is overwritten, for gc-stress and verify-heap.

  Memory memory;
  Pools pools;
  bool promoting = false;  // A minor collection runs.
  bool restoring_reserve = false;
  std::size_t minor_bytes = 0;  // Of the minor heap's range.

  // ---- Minor collection ----
  Value moved_blocks = kNoValue;  // Moved young blocks whose fields are not looked at yet.
  Table<YoungCustom> young_customs;
  Table<Value> extended_conts;  // Major continuations that got stacks with young values.

  // ---- Major collection ----
  Table<MarkRange> mark_stack;
  std::size_t mark_stack_max = ~std::size_t{0};  // Tests make it small.
  bool rescan_needed = false;
  bool stack_color = false;  // Stack::marked of stacks that are alive.
  int sweep_class = 0;
  Stack* sweep_stack = nullptr;  // The next one to look at.
  Ephemerons ephemerons;
  Finalisers finalisers;
  Pacing pacing;
  Statistics stats;
  GlobalRoot* global_roots = nullptr;
  std::int64_t stress_count = 0;

  std::uint64_t dead_color() const { return live_color ^ kColorB; }
};

extern HeapState heap_state;
inline HeapState& heap() { return heap_state; }

// ---- Between the files ------------------------------------------------------------------------

using Visitor = void (*)(Value*);

inline Value value_plus(Value v, std::size_t byte_offset) {
  return Value{bits(v) + static_cast<std::int64_t>(byte_offset)};
}
inline Value value_minus(Value v, std::size_t byte_offset) {
  return Value{bits(v) - static_cast<std::int64_t>(byte_offset)};
}
inline bool is_young_block(Value v) { return Is_block(v) && Is_young(v); }

// roots.cpp: everything but VM stacks, remembered fields and finalisers.
void scan_local_and_global_roots(Visitor visit);

// heap.cpp: sets memory aside again after a collection that had to use it.
void restore_reserve();

// minor.cpp
void promote(Value* field);
bool is_moved(Header hd);
bool may_skip_forward(Value content);
Value moved_to(Value young);
void remember_field(Value* field);
void request_minor();
void reset_young_limit();

// stacks.cpp
void promote_stack(Stack* stack);
void promote_continuation(Value cont);
void promote_extended_continuations();
std::size_t mark_vm_stack(Stack* stack);  // Words of work.
std::size_t mark_continuation(Value cont);
void start_sweeping_stacks();
std::size_t sweep_stacks(std::size_t budget);

// mark.cpp
void darken(Value v);             // A block that is not young.
void darken_field(Value* field);  // Anything, kNoValue included.
bool is_unmarked(Value v);        // A major block that this cycle has not marked.
void mark_roots();
// At most about `budget` words; less when the mark stack is empty.
std::size_t mark_some(std::size_t budget);

// ephe.cpp
void ephe_promote_all();  // When the remembered set is incomplete.
void ephe_start_marking();
// True when all ephemerons are decided; false: the budget is spent, or the mark stack is not empty.
bool ephe_mark_some(std::size_t budget, std::size_t* work);

void ephe_start_cleaning();
std::size_t ephe_clean_some(std::size_t budget);
void ephe_clean(Value ephe);

// finalise.cpp
void finalisers_promote_roots();
void finalisers_after_minor();
void finalisers_scan_roots(Visitor visit);
bool finalisers_update_first();
void finalisers_update_last();
void finalisers_release();

// custom.cpp
void customs_after_minor();
void customs_finalize_young();
void finalize_custom(Value v);
void adjust_gc_speed(mlsize_t mem, mlsize_t max);

// sweep.cpp
void start_sweeping();
std::size_t sweep_some(std::size_t budget);
void sweep_next_pool(SizeClass& c);

// major.cpp
void major_slice();
void finish_major_cycle();
void note_top_heap();

// stats.cpp
double minor_words_now();
void trace_collection(const char* what, double ms);

}  // namespace bactrian
