// SPDX-License-Identifier: Apache-2.0
// See unwind.h.
#include "runtime/tier/unwind.h"

#include <algorithm>
#include <vector>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/opcodes.h"
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/interp/interp.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/install.h"
#include "runtime/tier/tier.h"

namespace bactrian {

namespace {

// A number that gets its box when the collector may run again.
struct Unboxed {
  std::size_t index;  // In words.
  BoxKind kind;
  std::int64_t bits;
};

struct UnwindBuffer {
  std::vector<Value> words;
  std::vector<std::size_t> traps;  // Trap frames among the words, innermost first.
  std::vector<Unboxed> unboxed;
  Value exn = kNoValue;
  // By an instruction that translated code cannot do, not by the clock or the stack: noted against
  // the translations of the innermost frames.
  bool is_noted = false;
  int noted_frames = 0;
  std::int32_t last_owner = 0;
};
UnwindBuffer& buffer() {
  static UnwindBuffer* the_buffer = new UnwindBuffer;
  return *the_buffer;
}

void put_exception_aside() {
  Domain& d = dom();
  if (d.exn_bucket == kNoValue) return;
  buffer().exn = d.exn_bucket;
  d.exn_bucket = kNoValue;
}

// ---- Frames of translated code ------------------------------------------------------------------

std::size_t value_of_source(std::int32_t source) { return static_cast<std::uint32_t>(source) >> 2; }

Value scratch_or_box(std::size_t index) {
  std::int64_t raw;
  if (index < kUnwindScratchCount) return dom().unwind_scratch[index];
  index -= 2 * kUnwindScratchCount;
  raw = bits(dom().unwind_scratch[index % kUnwindScratchCount]);
  auto kind = static_cast<BoxKind>(index / kUnwindScratchCount);
  buffer().unboxed.push_back({buffer().words.size(), kind, raw});
  return Val_unit;
}

// To be pushed at once: a box is made for the word that comes next.
Value read_source(const Value* sp, std::int32_t source) {
  switch (source & 3) {
    case kSourceSpilled: return sp[-1 - static_cast<std::ptrdiff_t>(value_of_source(source))];
    case kSourceInt: return Val_long(source >> 2);
    default: return scratch_or_box(value_of_source(source));
  }
}

// ---- Translations that do not pay ---------------------------------------------------------------

constexpr int kNotedFrames = 16;

bool leaves_by_itself(std::int32_t pc) {
  switch (untiered_opcode(code_at(CodeOffset{static_cast<std::uint32_t>(pc)}))) {
    case PERFORM:
    case RESUME:
    case RESUMETERM:
    case REPERFORMTERM:
    case RAISE:
    case RERAISE:
    case CHECK_SIGNALS: return true;  // With fuel: a guard where a loop is entered has failed.
    default: return false;
  }
}

void begin_unwinding(bool is_noted) {
  UnwindBuffer& b = buffer();
  b.is_noted = is_noted && dom().fuel > 0;
  b.noted_frames = 0;
  b.last_owner = 0;
}

Value pc_value(std::int32_t offset) {
  return Val_pc(code_at(CodeOffset{static_cast<std::uint32_t>(offset)}));
}

void append_slots(const Value* sp, const std::int32_t* descriptor, Value env, Value extra) {
  std::vector<Value>& words = buffer().words;
  const std::int32_t* source = descriptor + kFrameSourcesWord;
  for (std::int32_t left = descriptor[kFrameCountWord]; left > 0; left--, source++) {
    if ((*source & 3) == kSourceTrap) {
      buffer().traps.push_back(words.size());
      words.insert(words.end(), {pc_value(*source & ~3), Val_long(0), env, extra});
    } else if (*source == kSourceReturnFrame) {
      words.insert(words.end(), {pc_value(*++source), env, extra});
    } else {
      Value v = read_source(sp, *source);
      words.push_back(v);
    }
  }
}

// ---- Back to the VM stack -----------------------------------------------------------------------

void link_traps(Stack* stack, const Value* end) {
  UnwindBuffer& b = buffer();
  std::size_t below = static_cast<std::size_t>(stack->high - end);
  for (std::size_t i = b.traps.size(); i-- > 0;) {
    b.words[b.traps[i] + 1] = Val_long(static_cast<intnat>(stack->trap));
    stack->trap = below + b.words.size() - b.traps[i];
  }
}

Value make_box(BoxKind kind, std::int64_t raw) {
  switch (kind) {
    case BoxKind::kFloat: return caml_copy_double(std::bit_cast<double>(raw));
    case BoxKind::kInt32: return caml_copy_int32(static_cast<std::int32_t>(raw));
    case BoxKind::kInt64: return caml_copy_int64(raw);
    case BoxKind::kNativeint: return caml_copy_nativeint(raw);
  }
  return Val_unit;
}

// The frames are on the stack, for the collector to see.
void make_boxes(Stack* stack) {
  for (const Unboxed& u : buffer().unboxed) {
    Value box = make_box(u.kind, u.bits);
    stack->sp[u.index] = box;
    heap_stack_runs(stack);
  }
}

}  // namespace

void note_frame(std::int32_t owner) {
  UnwindBuffer& b = buffer();
  if (!b.is_noted || owner == 0 || owner == b.last_owner || b.noted_frames == kNotedFrames) return;
  b.noted_frames++;
  b.last_owner = owner;
  note_unwound(owner);
}

bool is_unwinding() { return !buffer().words.empty(); }

void reset_unwinding() {
  UnwindBuffer& b = buffer();
  b.words.clear();
  b.traps.clear();
  b.unboxed.clear();
  b.exn = kNoValue;
}

Value unwind_frame(Value* sp, const std::int32_t* descriptor) {
  tier_counters.unwound_frames++;
  put_exception_aside();
  std::vector<Value>& words = buffer().words;
  bool here = (descriptor[kFrameFlagsWord] & kFrameHere) != 0;
  if (words.empty()) begin_unwinding(here && leaves_by_itself(descriptor[kFramePcWord]));
  note_frame(descriptor[kFrameOwnerWord]);
  Value env = read_source(sp, descriptor[kFrameEnvWord]);
  Value extra = Val_long(descriptor[kFrameFlagsWord] >> 8);
  words.insert(words.end(), {pc_value(descriptor[kFramePcWord]), env, extra});
  if (here) {
    Value accu = read_source(sp, descriptor[kFrameAccuWord]);
    words.push_back(accu);
  }
  append_slots(sp, descriptor, env, extra);
  return kNoValue;
}

void append_call(Value closure, const Value* args, int count) {
  std::vector<Value>& words = buffer().words;
  words.insert(words.end(), {Val_pc(Code_val(closure)), closure, Val_long(count - 1), closure});
  words.insert(words.end(), args, args + count);
}

void append_region(Stack* stack, Value* end) {
  put_exception_aside();
  UnwindBuffer& b = buffer();
  if (b.words.empty()) begin_unwinding(true);
  while (stack->trap > static_cast<mlsize_t>(stack->high - end)) {
    Value* trap = stack->high - stack->trap;
    b.traps.push_back(b.words.size() + static_cast<std::size_t>(trap - stack->sp));
    stack->trap = static_cast<mlsize_t>(Long_val(trap[1]));
  }
  b.words.insert(b.words.end(), stack->sp, end);
  stack->sp = end;
}

bool write_unwound(Stack* stack, Value* sp, bool may_move) {
  tier_counters.unwindings++;
  UnwindBuffer& b = buffer();
  stack->sp = sp;
  if (!make_room_for_frames(stack, b.words.size(), may_move)) return false;
  sp = stack->sp;
  link_traps(stack, sp);
  stack->sp = sp - b.words.size();
  std::copy(b.words.begin(), b.words.end(), stack->sp);
  heap_stack_runs(stack);
  dom().exn_bucket = b.exn;
  make_boxes(stack);
  reset_unwinding();
  return true;
}

}  // namespace bactrian
