// SPDX-License-Identifier: Apache-2.0
// See segments.h.
#include "runtime/tier/segments.h"

#include <boost/container/flat_map.hpp>
#include <utility>
#include <vector>

#include "runtime/bytecode/opcodes.h"
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/fibers.h"
#include "runtime/interp/interp.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/enter.h"
#include "runtime/tier/install.h"
#include "runtime/tier/modules.h"
#include "runtime/tier/unwind.h"

namespace bactrian {

namespace {

struct Wanted {
  FunctionId id;
  CodeOffset pc;
};
struct Segments {
  boost::container::flat_map<std::uint32_t, std::uint32_t> originals;  // Opcodes by their pc.
  std::vector<Wanted> wanted;
};
Segments& segments() {
  static Segments* the_segments = new Segments;
  return *the_segments;
}
Stack* left_stack = nullptr;  // Null: the current one.

constexpr std::uint32_t key_of(CodeOffset pc) { return static_cast<std::uint32_t>(pc); }

std::int32_t word_of(TranslatedCode code) {
  return kSegmentWord | static_cast<std::int32_t>(reinterpret_cast<std::uintptr_t>(code));
}
TranslatedCode code_of(std::int32_t word) {
  return reinterpret_cast<TranslatedCode>(std::uintptr_t{slot_of_segment_word(word)});
}

}  // namespace

// ---- Installing ---------------------------------------------------------------------------------

void install_segment(CodeOffset pc, TranslatedCode code) {
  opcode_t* word = code_at(pc);
  opcode_t original = untiered_opcode(word);
  if (is_segment_word(*word))
    code_dropped(code_of(*word));
  else if (original != *word)
    return code_dropped(code);  // Where something else has its place, that stays.
  segments().originals[key_of(pc)] = static_cast<std::uint32_t>(original);
  tier_counters.installed_segments++;
  *word = word_of(code);
}

opcode_t opcode_under_segment(CodeOffset pc) {
  return static_cast<opcode_t>(segments().originals[key_of(pc)]);
}

void uninstall_segment(CodeOffset pc) { drop_segments(pc, CodeOffset{key_of(pc) + 1}); }

void drop_segments(CodeOffset first, CodeOffset end) {
  auto& map = segments().originals;
  for (;;) {
    auto at = map.lower_bound(key_of(first));
    if (at == map.end() || at->first >= key_of(end)) return;
    opcode_t* word = code_at(CodeOffset{at->first});
    TranslatedCode code = code_of(*word);
    *word = static_cast<opcode_t>(at->second);
    map.erase(at);
    code_dropped(code);
  }
}

void restore_under_segments(CodeOffset first, CodeOffset end, opcode_t* words) {
  auto& map = segments().originals;
  for (auto at = map.lower_bound(key_of(first)); at != map.end() && at->first < key_of(end); ++at)
    words[(at->first - key_of(first)) / sizeof(opcode_t)] = static_cast<opcode_t>(at->second);
}

void want_segments(FunctionId id, CodeOffset pc) { segments().wanted.push_back({id, pc}); }

void make_wanted_segments() {
  auto& wanted = segments().wanted;
  while (!wanted.empty()) {
    Wanted w = wanted.back();
    // Its caller's module may have brought it.
    if (!is_segment_word(*code_at(w.pc)) && !request_segments(w.id, w.pc)) return;
    wanted.pop_back();
  }
}

// ---- Leaving ------------------------------------------------------------------------------------

Value segment_callee_left(Value* sp, FunctionId callee, Stack* stack) {
  stack->sp = sp;
  left_stack = stack;
  if (is_unwinding()) note_unwound(static_cast<std::int32_t>(callee));
  return kNoValue;
}

Stack* take_left_stack() {
  Stack* left = std::exchange(left_stack, nullptr);
  return left != nullptr ? left : dom().current_stack;
}

}  // namespace bactrian
