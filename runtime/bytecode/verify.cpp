// SPDX-License-Identifier: Apache-2.0
// See verify.h for the rules.
#include "runtime/bytecode/verify.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/bytecode/decode.h"
#include "runtime/bytecode/pieces.h"

namespace bactrian {

namespace {

constexpr std::int32_t kMaxCount = 1 << 24;
constexpr std::uint32_t kNoFrame = 0;

// What holds before an instruction. `frame` is the innermost return or trap frame: one more than
// the word of the PUSH_RETADDR or PUSHTRAP that made it, or kNoFrame. The frames below it are found
// from that instruction's own state.
struct State {
  std::int32_t depth = -1;  // -1: not reached yet.
  std::uint32_t frame = kNoFrame;
};

// Eight words' marks at once: most words have none that is asked for.
std::uint64_t eight_marks(const std::vector<std::uint8_t>& marks, std::uint32_t at) {
  std::uint64_t eight;
  std::memcpy(&eight, &marks[at], sizeof eight);
  return eight;
}
constexpr std::uint64_t in_all_eight(std::uint8_t mark) { return mark * 0x0101010101010101u; }
std::uint32_t first_of_eight(std::uint64_t found) {
  return static_cast<std::uint32_t>(std::countr_zero(found)) / 8;
}

// The states of some words: those where paths meet or begin, and those that make frames. All others
// are reached from the word before only. A bit for each word, and how many bits are set before each
// group of 64, lead to a word's state.
class StateTable {
 public:
  void init(std::uint32_t word_count) { groups_.assign(word_count / 64 + 1, Group{}); }
  void keep(std::uint32_t at) { groups_[at / 64].bits |= std::uint64_t{1} << (at % 64); }
  // After the last keep.
  void make_states() {
    std::uint32_t kept = 0;
    for (Group& group : groups_) {
      group.kept_before = kept;
      kept += static_cast<std::uint32_t>(std::popcount(group.bits));
    }
    states_.assign(kept, State{});
  }
  bool keeps(std::uint32_t at) const { return (groups_[at / 64].bits >> (at % 64) & 1) != 0; }
  State& operator[](std::uint32_t at) {
    const Group& group = groups_[at / 64];
    std::uint64_t before = group.bits & ((std::uint64_t{1} << (at % 64)) - 1);
    return states_[group.kept_before + static_cast<std::uint32_t>(std::popcount(before))];
  }
  const State& operator[](std::uint32_t at) const { return const_cast<StateTable&>(*this)[at]; }

 private:
  struct Group {
    std::uint64_t bits = 0;
    std::uint32_t kept_before = 0;
  };
  std::vector<Group> groups_;
  std::vector<State> states_;
};

class Verifier {
 public:
  Verifier(const CodeToVerify& code, std::vector<std::uint8_t>& marks, ImageError& error)
      : code_(code),
        words_(code.words.data()),
        count_(static_cast<std::uint32_t>(code.words.size())),
        marks_(marks),
        error_(error) {}

  bool run() {
    if (code_.words.size() > (std::size_t{1} << 30) / sizeof(opcode_t))
      return fail(0, "code of more than 1 GB");
    if (count_ == 0) return fail(0, "no code");
    marks_.assign(count_ + kMarkPadding, 0);
    states_.init(count_);
    states_.keep(0);
    return scan_words() && check_targets() && follow_all_paths();
  }

 private:
  // ---- First pass: rules 1 to 3 ----
  bool scan_words();
  std::uint32_t scan_instruction(std::uint32_t at);
  bool check_opcode(std::uint32_t at);
  bool has_no_operands(std::uint32_t at) const {
    return opcode_info[static_cast<std::size_t>(words_[at])].operand_count == 0;
  }
  bool check_operands(std::uint32_t at, const Instruction& in);
  bool check_operand(std::uint32_t at, OperandKind kind, std::int32_t value);
  bool check_block_tag(std::uint32_t at, const Instruction& in);
  bool mark_target(std::uint32_t at, const opcode_t* from, std::int32_t distance, CodeMark mark);
  bool mark_targets(std::uint32_t at, const Instruction& in);
  bool check_targets();

  // ---- Second pass: rules 4 to 8 ----
  bool follow_all_paths();
  bool follow_from(std::uint32_t entry, std::int32_t depth);
  bool follow(std::uint32_t at);
  bool reach(std::uint32_t from, std::uint32_t target, State state);
  bool step(std::uint32_t at, State& state, bool* falls_through);
  bool pop(std::uint32_t at, State& state, std::int64_t pops);
  bool leave(std::uint32_t at, const State& state, std::int64_t frame_size);
  bool check_slot(std::uint32_t at, const State& state, const Instruction& in);
  bool check_ensure_stack(std::uint32_t at, const State& state, const Instruction& in);
  bool reach_labels(std::uint32_t at, const Instruction& in, const State& state);

  bool is_trap(std::uint32_t frame) const { return words_[frame - 1] == PUSHTRAP; }
  std::int32_t frame_bottom(std::uint32_t frame) const { return states_[frame - 1].depth; }
  std::int32_t frame_top(std::uint32_t frame) const {
    return frame == kNoFrame ? 0 : frame_bottom(frame) + (is_trap(frame) ? 4 : 3);
  }
  std::uint32_t outer_frame(std::uint32_t frame) const { return states_[frame - 1].frame; }

  std::uint32_t index_of(const opcode_t* word) const {
    return static_cast<std::uint32_t>(word - words_);
  }
  bool fail(std::uint32_t at, const char* problem);

  const CodeToVerify& code_;
  const opcode_t* words_;
  std::uint32_t count_;
  std::vector<std::uint8_t>& marks_;
  ImageError& error_;
  StateTable states_;
  std::vector<std::uint32_t> pending_;  // Reached, not followed yet.
  std::int32_t depth_limit_ = 0;        // Of the function that is being followed.
  bool in_program_ = false;             // Not in a function.
};

bool Verifier::fail(std::uint32_t at, const char* problem) {
  const char* name = at < count_ ? opcode_name(static_cast<Opcode>(words_[at])) : "end";
  return error_.set(std::uint64_t{at} * sizeof(opcode_t),
                    "damaged bytecode: %s (%s at offset %llu of section CODE)", problem, name,
                    static_cast<unsigned long long>(at) * sizeof(opcode_t));
}

// ---- First pass ---------------------------------------------------------------------------------

bool Verifier::check_opcode(std::uint32_t at) {
  opcode_t op = words_[at];
  if (op < 0 || op >= kFileOpcodeCount) return fail(at, "not an opcode");
  const OpcodeInfo& info = opcode_info[static_cast<std::size_t>(op)];
  if (info.since * 10 > code_.version) return fail(at, "an opcode of a later OCaml");
  if (info.flow == Flow::kDebugger) return fail(at, "a debugger's opcode");
  if (count_ - at - 1 < info.operand_count) return fail(at, "operands behind the end");
  return true;
}

bool Verifier::scan_words() {
  return loop_in_pieces(count_, [this](std::uint32_t at) {
           std::uint32_t size = scan_instruction(at);
           return size == 0 ? kLeave : at + size;
         }) != kLeave;
}

// Returns its size; 0 when it is refused.
std::uint32_t Verifier::scan_instruction(std::uint32_t at) {
  if (!check_opcode(at)) return 0;
  marks_[at] |= kMarkInstruction;
  if (has_no_operands(at) && words_[at] != RESTART) return 1;
  Instruction in = decode(words_ + at);
  if (!check_operands(at, in)) return 0;
  if (in.table_size > count_ - at - 1 - in.info->operand_count)
    return fail(at, "table behind the end");
  if (!mark_targets(at, in)) return 0;
  if (in.info->flow == Flow::kReturnPoint || in.info->flow == Flow::kTrap) states_.keep(at);
  if (in.op == GRAB) {
    if (at == 0 || (marks_[at - 1] & kMarkRestart) == 0)
      return fail(at, "GRAB without a RESTART before it");
    states_.keep(at + in.size);  // The body.
  }
  if (in.op == RESTART) {
    marks_[at] |= kMarkRestart;
    if (at + 1 == count_ || words_[at + 1] != GRAB) return fail(at, "no GRAB behind a RESTART");
    // Even if no closure names it: ocamlc drops dead instructions, CLOSURE too, but not the
    // functions.
    marks_[at + 1] |= kMarkFunction;
  }
  return in.size;
}

bool Verifier::check_operand(std::uint32_t at, OperandKind kind, std::int32_t value) {
  using enum OperandKind;
  switch (kind) {
    case kCount:
    case kSlot:
    case kField: return (value >= 0 && value <= kMaxCount) || fail(at, "operand out of range");
    case kSize:
    case kFunctionCount:
      return (value >= 1 && value <= kMaxCount) || fail(at, "operand out of range");
    case kTag: return (value >= 0 && value <= 255) || fail(at, "no such tag");
    case kGlobal:
      return (value >= 0 && static_cast<std::uint32_t>(value) < code_.global_count) ||
             fail(at, "no such global");
    case kPrim: return (value >= 0 && value < code_.prim_count) || fail(at, "no such primitive");
    default: return true;
  }
}

// Tags that a block of values cannot have: the collector would misread it.
bool Verifier::check_block_tag(std::uint32_t at, const Instruction& in) {
  constexpr std::int32_t kNoScan = 251, kClosure = 247, kInfix = 249;
  return (in.b < kNoScan && in.b != kClosure && in.b != kInfix) || fail(at, "no such tag");
}

bool Verifier::check_operands(std::uint32_t at, const Instruction& in) {
  if (!check_operand(at, in.info->a, in.a) || !check_operand(at, in.info->b, in.b)) return false;
  switch (in.info->action) {
    case MAKEBLOCK: return check_block_tag(at, in);
    case APPLY:
    case GRAB: return (in.a >= 1 && in.a < 0xFFFF) || fail(at, "operand out of range");
    case APPTERM: return (in.a >= 1 && in.a <= in.b) || fail(at, "operand out of range");
    case OFFSETCLOSURE: return in.a % 3 == 0 || fail(at, "no closure has such a distance");
    default: return true;
  }
}

bool Verifier::mark_target(std::uint32_t at, const opcode_t* from, std::int32_t distance,
                           CodeMark mark) {
  std::int64_t target = std::int64_t{index_of(from)} + distance;
  if (target < 0 || target >= count_) return fail(at, "target outside the code");
  marks_[static_cast<std::size_t>(target)] |= mark;
  states_.keep(static_cast<std::uint32_t>(target));
  return true;
}

bool Verifier::mark_targets(std::uint32_t at, const Instruction& in) {
  CodeMark mark = kMarkLabel;
  if (in.info->a == OperandKind::kFunctionCount || in.info->b == OperandKind::kFunction)
    mark = kMarkFunction;
  if (in.table_size > 0) {
    const opcode_t* table = in.table();
    for (std::uint32_t i = 0; i < in.table_size; i++)
      if (!mark_target(at, table, table[i], mark)) return false;
    return true;
  }
  bool has_target = mark == kMarkFunction || in.info->a == OperandKind::kLabel ||
                    in.info->b == OperandKind::kLabel;
  return !has_target || mark_target(at, in.last_operand(), *in.last_operand(), mark);
}

bool Verifier::check_targets() {
  for (std::uint32_t at = 0; at < count_; at += 8) {
    std::uint64_t marks = eight_marks(marks_, at);
    std::uint64_t target = marks / kMarkLabel | marks / kMarkFunction;
    std::uint64_t wrong = (target & ~marks) | (marks / kMarkFunction & marks / kMarkRestart);
    wrong &= in_all_eight(kMarkInstruction);
    if (wrong == 0) continue;
    at += first_of_eight(wrong);
    return fail(at, (marks_[at] & kMarkInstruction) == 0 ? "target inside an instruction"
                                                         : "function starts with RESTART");
  }
  return true;
}

// ---- Second pass --------------------------------------------------------------------------------

bool Verifier::follow_all_paths() {
  states_.make_states();
  in_program_ = code_.is_program;
  if (!follow_from(0, code_.is_program ? 0 : 1)) return false;
  in_program_ = false;
  for (std::uint32_t at = 0; (at = next_mark(marks_, at, kMarkFunction)) < count_; at++) {
    std::int32_t parameters = 1;
    std::uint32_t body = at;
    if (words_[at] == GRAB) {
      parameters += words_[at + 1];
      body += 2;
      if (body >= count_) return fail(at, "control runs off the end");
    }
    if (!follow_from(body, parameters)) return false;
  }
  return true;
}

bool Verifier::follow_from(std::uint32_t entry, std::int32_t depth) {
  depth_limit_ = depth + max_unchecked_depth(code_.version);
  if (!reach(entry, entry, {depth, kNoFrame})) return false;
  while (!pending_.empty()) {
    std::uint32_t at = pending_.back();
    pending_.pop_back();
    if (!follow(at)) return false;
  }
  return true;
}

// Follows a path until it ends or meets another.
bool Verifier::follow(std::uint32_t at) {
  State state = states_[at];
  for (;;) {
    bool falls_through = true;
    if (!step(at, state, &falls_through)) return false;
    if (!falls_through) return true;
    std::uint32_t next = at + instruction_size(words_ + at);
    if (next >= count_) return fail(at, "control runs off the end");
    if (words_[next] == RESTART || words_[next] == GRAB)
      return fail(next, "reached otherwise than by a call");
    at = next;
    if (!states_.keeps(at)) continue;
    if (states_[at].depth >= 0) return reach(at, at, state);
    states_[at] = state;
  }
}

bool Verifier::reach(std::uint32_t from, std::uint32_t target, State state) {
  if (words_[target] == RESTART || words_[target] == GRAB)
    return fail(target, "reached otherwise than by a call");
  State& known = states_[target];
  if (known.depth < 0) {
    known = state;
    pending_.push_back(target);
    return true;
  }
  if (known.depth != state.depth) return fail(from, "stack depths differ where paths meet");
  return known.frame == state.frame || fail(from, "frames differ where paths meet");
}

bool Verifier::pop(std::uint32_t at, State& state, std::int64_t pops) {
  if (state.depth - pops < frame_top(state.frame)) return fail(at, "stack underflow");
  state.depth -= static_cast<std::int32_t>(pops);
  return true;
}

bool Verifier::leave(std::uint32_t at, const State& state, std::int64_t frame_size) {
  if (in_program_) return fail(at, "the program's body returns");
  if (state.frame != kNoFrame) return fail(at, "function left with a frame on its stack");
  return state.depth == frame_size || fail(at, "function left with another stack depth");
}

bool Verifier::check_slot(std::uint32_t at, const State& state, const Instruction& in) {
  if (in.a >= state.depth) return fail(at, "no such stack slot");
  if (in.op != ASSIGN) return true;
  std::int32_t height = state.depth - 1 - in.a;
  for (std::uint32_t f = state.frame; f != kNoFrame && height < frame_top(f); f = outer_frame(f))
    if (height >= frame_bottom(f)) return fail(at, "assignment to a frame's slot");
  return true;
}

// CONSTINT n; C_CALL1 caml_ensure_stack_capacity: what follows may use n words.
bool Verifier::check_ensure_stack(std::uint32_t at, const State& state, const Instruction& in) {
  if (in.b != code_.ensure_stack_prim || in.a != 1 || at < 2) return true;
  if (words_[at - 2] != CONSTINT || (marks_[at - 2] & kMarkInstruction) == 0 ||
      (marks_[at] & kMarkLabel) != 0)
    return true;
  std::int32_t room = words_[at - 1];
  if (room > 0 && room <= kMaxCount) depth_limit_ = std::max(depth_limit_, state.depth + room);
  return true;
}

bool Verifier::reach_labels(std::uint32_t at, const Instruction& in, const State& state) {
  if (in.info->flow == Flow::kTable) {
    for (std::uint32_t i = 0; i < in.table_size; i++) {
      const opcode_t* table = in.table();
      if (!reach(at, index_of(table + table[i]), state)) return false;
    }
    return true;
  }
  const opcode_t* label = in.last_operand();
  return reach(at, index_of(label + *label), state);
}

std::int64_t pop_count(const Instruction& in) {
  switch (in.info->pops) {
    case kA: return in.a;
    case kB: return in.b;
    case kAless1: return std::max(in.a - 1, 0);
    case kBless1: return std::max(in.b - 1, 0);
    case kAplus3: return in.a;
    default: return in.info->pops;
  }
}

// The instruction's effect on the state, and the places that it may jump to.
bool Verifier::step(std::uint32_t at, State& state, bool* falls_through) {
  Instruction in = decode(words_ + at);
  if (in.info->push) state.depth++;
  if (in.info->a == OperandKind::kSlot && !check_slot(at, state, in)) return false;
  std::int64_t pops = pop_count(in);
  if (in.op == RESUME && code_.version < 502) pops = opcode_info[RESUME_50].pops;
  switch (in.info->flow) {
    case Flow::kNext:
      if (in.op == POPTRAP) {
        std::uint32_t frame = state.frame;
        if (frame == kNoFrame || !is_trap(frame) || state.depth != frame_top(frame))
          return fail(at, "no trap frame on the top of the stack");
        state = states_[frame - 1];
        return true;
      }
      if (in.info->action == C_CALLN && !check_ensure_stack(at, state, in)) return false;
      break;
    case Flow::kJump:
    case Flow::kTable: *falls_through = false; return reach_labels(at, in, state);
    case Flow::kBranch:
    case Flow::kReturnPoint:
    case Flow::kTrap:
      if (!reach_labels(at, in, state)) return false;
      break;
    case Flow::kCall:
      if (in.op != APPLY) break;
      // Returns to where the return frame says, not to what follows.
      *falls_through = false;
      if (state.frame == kNoFrame || is_trap(state.frame) ||
          state.depth - pops != frame_top(state.frame))
        return fail(at, "no return frame below the arguments");
      return true;
    case Flow::kTailCall:
    case Flow::kReturn: *falls_through = false; return leave(at, state, pops);
    case Flow::kRaises: *falls_through = false; return true;
    case Flow::kStop: *falls_through = false; return in_program_ || fail(at, "STOP in a function");
    case Flow::kDebugger: return false;
  }
  if (!pop(at, state, pops)) return false;
  state.depth += in.info->pushes;
  if (in.op == CLOSUREREC) state.depth += in.a;
  if (in.info->flow == Flow::kReturnPoint || in.info->flow == Flow::kTrap) state.frame = at + 1;
  return state.depth <= depth_limit_ || fail(at, "stack deeper than a function may use unasked");
}

}  // namespace

std::uint32_t next_mark(const std::vector<std::uint8_t>& marks, std::uint32_t at,
                        std::uint8_t wanted) {
  for (; at + kMarkPadding < marks.size(); at += 8)
    if (std::uint64_t found = eight_marks(marks, at) & in_all_eight(wanted); found != 0)
      return at + first_of_eight(found);
  return at;
}

bool verify_code(const CodeToVerify& code, std::vector<std::uint8_t>& marks, ImageError& error) {
  return Verifier(code, marks, error).run();
}

}  // namespace bactrian
