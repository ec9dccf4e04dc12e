// SPDX-License-Identifier: Apache-2.0
// What the collector tells on stderr: a line for each collection (option trace-gc); at exit
// the times (option stats) and the statistics in OCaml's format (OCAMLRUNPARAM v=0x400).
#include <algorithm>
#include <cstdio>

#include "runtime/heap/state.h"
#include "runtime/host/host.h"
#include "runtime/options.h"

namespace bactrian {

namespace {

void write_to_stderr(const char* text, int len) {
  if (len > 0) host_write(2, text, static_cast<std::size_t>(len));
}

void print_count(const char* name, double n) {
  char line[96];
  write_to_stderr(line,
                  std::snprintf(line, sizeof line, "%s: %lld\n", name, static_cast<long long>(n)));
}

void print_milliseconds(const char* name, double ms) {
  char line[96];
  write_to_stderr(line, std::snprintf(line, sizeof line, "%s: %.3f\n", name, ms));
}

const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::kMark: return "mark";
    case Phase::kClean: return "clean";
    case Phase::kSweep: return "sweep";
    default: return "idle";
  }
}

}  // namespace

void trace_collection(const char* what, double ms) {
  if (!options().trace_gc) return;
  const HeapState& h = heap();
  char line[256];
  int len = std::snprintf(
      line, sizeof line,
      "[gc] %s %lld/%lld %.3f ms, promoted %.0f kw, heap %zu kw, in use %zu kw, %s, backlog %.0f\n",
      what, static_cast<long long>(h.stats.minor_collections),
      static_cast<long long>(h.stats.major_collections), ms, h.stats.promoted_words / 1024,
      h.pools.heap_words() / 1024, h.pools.occupied_words() / 1024, name_of(h.phase),
      h.pacing.backlog);
  write_to_stderr(line, std::min(len, static_cast<int>(sizeof line) - 1));
}

double minor_words_now() {
  return heap().stats.minor_words + static_cast<double>(dom().young_end - dom().young_ptr);
}

void print_gc_times() {
  const Statistics& s = heap().stats;
  print_count("major_slices", static_cast<double>(s.slices));
  print_milliseconds("longest_major_slice_ms", s.longest_slice_ms);
  print_milliseconds("longest_minor_ms", s.longest_minor_ms);
  print_milliseconds("gc_ms", s.total_gc_ms);
}

void print_gc_statistics_at_exit() {
  const HeapState& h = heap();
  const Statistics& s = h.stats;
  print_count("allocated_words", minor_words_now() + s.major_words - s.promoted_words);
  print_count("minor_words", minor_words_now());
  print_count("promoted_words", s.promoted_words);
  print_count("major_words", s.major_words);
  print_count("minor_collections", static_cast<double>(s.minor_collections));
  print_count("major_collections", static_cast<double>(s.major_collections));
  print_count("forced_major_collections", static_cast<double>(s.forced_major_collections));
  print_count("heap_words", static_cast<double>(h.pools.heap_words()));
  print_count("top_heap_words", static_cast<double>(s.top_heap_words));
}

}  // namespace bactrian
