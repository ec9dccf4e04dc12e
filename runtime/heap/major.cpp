// SPDX-License-Identifier: Apache-2.0
// The major collector's driver: which phase comes next, and how much of it now.
//
// Pace. Let L be the live words and o = options().space_overhead in percent. A block that dies is
// freed by the cycle after the one in which it died, so that at the worst what is allocated in 3/2
// cycles is garbage: a cycle must end while 2/3 * o/100 * L words are allocated. Each word
// allocated (or promoted) hence owes 3/2 * 100 / (o * L) of a cycle, and a cycle is taken to be 2
// units for each live word (mark) and one for each occupied word (sweep). What is owed and not yet
// done is the backlog. One slice does kMaxSlice units of it, so that pauses stay short, or an
// eighth of it if that is more; when some is left, the next slice comes before the minor heap is
// full (reset_young_limit).
#include <algorithm>

#include "runtime/heap/state.h"
#include "runtime/host/host.h"
#include "runtime/options.h"

namespace bactrian {

namespace {

// Units of work; one is about 2 to 4 ns.
constexpr double kMaxSlice = 300'000;
// A small heap is not worth hurrying for: it counts as this many live words.
constexpr std::size_t kMinLive = 64 * 1024;
constexpr std::size_t kUnbounded = ~std::size_t{0} / 2;

void start_cycle() {
  HeapState& h = heap();
  h.live_color ^= kColorB;
  h.stack_color = !h.stack_color;
  h.phase = Phase::kMark;
  h.marking = true;
  h.pacing.marked_words = 0;
  h.finalisers.first_done = false;
  ephe_start_marking();
  mark_roots();
}

void finish_marking() {
  HeapState& h = heap();
  finalisers_update_last();
  h.marking = false;
  h.phase = Phase::kClean;
  h.pacing.live_estimate = h.pacing.marked_words;
  ephe_start_cleaning();
  if (options().verify_heap != 0) verify_heap("after marking");
}

// A step of at most about `budget` units; returns those done.
std::size_t mark_step(std::size_t budget) {
  HeapState& h = heap();
  std::size_t words = budget / 2 + 1;
  std::size_t work = mark_some(words);
  if (h.mark_stack.count != 0 || h.rescan_needed || work >= words) return 2 * work;
  if (!ephe_mark_some(words, &work)) return 2 * work;
  if (!finalisers_update_first()) finish_marking();
  return 2 * work;
}

std::size_t clean_step(std::size_t budget) {
  HeapState& h = heap();
  std::size_t work = ephe_clean_some(budget);
  if (h.ephemerons.todo == kNoValue && h.ephemerons.unclean == kNoValue) {
    h.phase = Phase::kSweep;
    start_sweeping();
  }
  return work;
}

std::size_t sweep_step(std::size_t budget) {
  HeapState& h = heap();
  std::size_t work = sweep_some(budget);
  if (work >= budget) return work;
  h.phase = Phase::kIdle;
  h.stats.major_collections++;
  if (options().verify_heap != 0) verify_heap("after a major cycle");
  trace_collection("major", 0);
  return work;
}

// Does at most about `budget` units, and stops at the end of a cycle. The minor heap is empty if
// the phase is kIdle.
std::size_t mark_and_sweep(std::size_t budget) {
  HeapState& h = heap();
  std::size_t work = 0;
  if (h.phase == Phase::kIdle) start_cycle();
  while (work < budget && h.phase != Phase::kIdle) {
    std::size_t left = budget - work;
    switch (h.phase) {
      case Phase::kMark: work += mark_step(left) + 1; break;
      case Phase::kClean: work += clean_step(left) + 1; break;
      default: work += sweep_step(left) + 1; break;
    }
  }
  return work;
}

double cycle_units() {
  const HeapState& h = heap();
  return 2.0 * static_cast<double>(std::max(h.pacing.live_estimate, kMinLive)) +
         static_cast<double>(h.pools.occupied_words());
}

// What allocation since the last slice has added to the backlog.
double owed_units() {
  HeapState& h = heap();
  Pacing& p = h.pacing;
  double overhead = static_cast<double>(std::max<std::size_t>(options().space_overhead, 1));
  double occupied = static_cast<double>(h.pools.occupied_words());
  double live = std::max({static_cast<double>(p.live_estimate), static_cast<double>(kMinLive),
                          occupied * 100 / (100 + overhead)});
  double cycles = static_cast<double>(p.allocated_words) * 1.5 * 100 / (overhead * live);
  cycles = std::max(cycles, p.extra_resources);
  p.allocated_words = 0;
  p.extra_resources = 0;
  return std::min(cycles, 1.0) * cycle_units();
}

void note_slice(double start) {
  Statistics& s = heap().stats;
  double ms = (host_now() - start) * 1000;
  s.slices++;
  s.longest_slice_ms = std::max(s.longest_slice_ms, ms);
  s.total_gc_ms += ms;
  if (options().trace_gc) trace_collection("slice", ms);
}

void run_slice(std::size_t units) {
  double start = host_now();
  std::size_t done = mark_and_sweep(units);
  Pacing& p = heap().pacing;
  p.backlog =
      heap().phase == Phase::kIdle ? 0 : std::max(0.0, p.backlog - static_cast<double>(done));
  note_slice(start);
}

}  // namespace

void major_slice() {
  HeapState& h = heap();
  Pacing& p = h.pacing;
  p.slice_requested = false;
  p.backlog += owed_units();
  if (h.phase == Phase::kIdle && p.backlog < cycle_units() / 64) return reset_young_limit();
  run_slice(static_cast<std::size_t>(std::min(p.backlog, std::max(kMaxSlice, p.backlog / 8))));
  reset_young_limit();
}

void finish_major_cycle() {
  HeapState& h = heap();
  caml_minor_collection();
  while (mark_and_sweep(kUnbounded), h.phase != Phase::kIdle) {
  }
  h.pacing.backlog = 0;
  h.pacing.allocated_words = 0;
  h.pacing.extra_resources = 0;
  h.pacing.slice_requested = false;
  reset_young_limit();
}

void caml_full_major() {
  // What is under way began before the last blocks died, and finalisers keep theirs for a cycle.
  for (int i = 0; i < 3; i++) finish_major_cycle();
}

void heap_poll() {
  HeapState& h = heap();
  if (!h.pacing.slice_requested && !h.pacing.minor_requested) return;
  caml_minor_collection();
  major_slice();
}

}  // namespace bactrian
