// SPDX-License-Identifier: Apache-2.0
// See bytecode.h. Three passes: follow all paths (depths, frames, where blocks begin), cut into
// blocks, liveness from the ends.
#include "translator/frontend/bytecode.h"

#include <algorithm>

#include "runtime/bytecode/fragments.h"
#include "runtime/prims/prim.h"
#include "runtime/value/value.h"

namespace bactrian {

Instruction decode_original(const opcode_t* pc) {
  opcode_t original[8];
  opcode_t op = tier_interface->untiered_opcode(pc);
  if (op == *pc) return decode(pc);
  // What is replaced by counting or installing has at most three operands and no table, or is
  // decoded from the original opcode with the operands in place.
  const OpcodeInfo& info = opcode_info[static_cast<std::size_t>(op)];
  original[0] = op;
  for (std::uint32_t i = 0; i < info.operand_count; i++) original[i + 1] = pc[i + 1];
  if (info.a == OperandKind::kSwitchSizes || info.a == OperandKind::kFunctionCount) {
    std::uint32_t table = info.a == OperandKind::kSwitchSizes ? switch_table_size(pc[1])
                                                              : static_cast<std::uint32_t>(pc[1]);
    Instruction in{&info, static_cast<Opcode>(op), pc[1], 0, pc + 1, table, 0};
    if (info.b != OperandKind::kNone) in.b = pc[2];
    in.size = 1u + info.operand_count + table;
    return in;
  }
  Instruction in = decode(original);
  in.operands = pc + 1;
  return in;
}

namespace {

bool calls_observer(const Instruction& in) {
  const Primitive* prim = tier_interface->prim_at(in.b);
  return prim != nullptr && (prim->flags & kObserve) != 0;
}

// A side module has replaced float arithmetic, because a float may be an integer there.
bool floats_may_be_integers() {
  return (tier_interface->find_primitive("caml_add_float")->flags & kReplaced) != 0;
}

}  // namespace

bool is_left_to_interpreter(const Instruction& in) {
  switch (in.info->action) {
    case PERFORM:
    case RESUME:
    case RESUMETERM:
    case REPERFORMTERM:
    case RESUME_50:
    case RESUMETERM_50:
    case STOP:
    case EVENT:
    case BREAK:
    case RESTART:
    case GRAB: return true;
    case APPLY:
    case APPTERM: return in.a > kMaxParameters;
    case C_CALLN: return calls_observer(in);
    case CLOSUREREC: return 3 * in.a - 1 + in.b > static_cast<std::int32_t>(Max_young_wosize);
    case CLOSURE: return in.a + 2 > static_cast<std::int32_t>(Max_young_wosize);
    case SETFLOATFIELD: return floats_may_be_integers();
    case MAKEFLOATBLOCK:
      if (floats_may_be_integers()) return true;
      [[fallthrough]];
    case MAKEBLOCK: return in.a > static_cast<std::int32_t>(Max_young_wosize);
    default: return in.info->flow == Flow::kStop || in.info->flow == Flow::kDebugger;
  }
}

bool is_effect_call(const Instruction& in) {
  return in.info->action == PERFORM || in.info->action == RESUME;
}

bool is_effect(const Instruction& in) {
  return is_effect_call(in) || in.info->action == RESUMETERM || in.info->action == REPERFORMTERM;
}

std::uint32_t label_target(const Bytecode& code, const Instruction& in, std::int32_t label) {
  return static_cast<std::uint32_t>(in.last_operand() - code.base + label);
}

namespace {

std::int32_t pop_count(const Instruction& in) {
  switch (in.info->pops) {
    case kA: return in.a;
    case kB: return in.b;
    case kAless1: return std::max(in.a - 1, 0);
    case kBless1: return std::max(in.b - 1, 0);
    case kAplus3: return in.a + 3;
    default: return in.info->pops;
  }
}

std::int32_t switch_label(const Instruction& in, std::uint32_t i) { return in.table()[i]; }

class Reader {
 public:
  // follow_limit: words to look at; max_words: what may be left when only a loop is translated.
  Reader(Bytecode& code, std::uint32_t follow_limit, std::uint32_t max_words)
      : code_(code), follow_limit_(follow_limit), max_words_(max_words) {}

  Refusal read(CodeOffset pc) {
    reach(0, {code_.arity, kNoIndex}, true);
    while (!work_.empty()) {
      std::uint32_t word = work_.back();
      work_.pop_back();
      follow(word);
      if (states_.size() > follow_limit_) return Refusal::kTooLarge;
    }
    std::uint32_t start = 0;
    if (pc != CodeOffset{}) {
      start = static_cast<std::uint32_t>(code_at(pc) - code_.base);
      auto at = states_.find(start);
      if (at == states_.end()) return Refusal::kUnreachable;
      leaders_.insert({start, true});
    }
    make_blocks();
    std::uint32_t start_block = code_.block_at[start];
    if (pc != CodeOffset{} && code_.arity == 0) cut(start_block);
    order(start_block);
    count_words();
    if (code_.word_count > max_words_) return Refusal::kTooLarge;
    count_preds(start_block, pc != CodeOffset{});
    compute_liveness();
    return Refusal::kNone;
  }

 private:
  void reach(std::uint32_t word, StackState state, bool is_leader) {
    if (is_leader) leaders_.insert({word, true});
    if (!states_.insert({word, state}).second) return;
    code_.max_depth = std::max(code_.max_depth, state.depth);
    work_.push_back(word);
  }

  std::uint32_t new_frame(std::uint32_t word, bool is_trap, StackState state,
                          std::uint32_t target) {
    auto index = static_cast<std::uint32_t>(code_.frames.size());
    code_.frames.push_back({is_trap, state.depth, target, state.frame});
    code_.frame_made_at[word] = index;
    return index;
  }

  // One instruction: its successors' states.
  void follow(std::uint32_t word) {
    Instruction in = decode_original(code_.base + word);
    StackState s = states_.at(word);
    std::uint32_t next = word + in.size;
    if (is_left_to_interpreter(in) && !is_effect_call(in)) return;
    if (in.info->push) s.depth++;
    switch (in.info->action) {
      case PUSH_RETADDR: {
        std::uint32_t frame = new_frame(word, false, s, label_target(code_, in, in.a));
        reach(next, {s.depth + 3, frame}, false);
        return;
      }
      case PUSHTRAP: {
        std::uint32_t handler = label_target(code_, in, in.a);
        reach(handler, s, true);
        std::uint32_t frame = new_frame(word, true, s, handler);
        reach(next, {s.depth + 4, frame}, true);
        return;
      }
      case POPTRAP: reach(next, {s.depth - 4, code_.frames[s.frame].outer}, true); return;
      case APPLY: {
        const StackFrame frame = code_.frames[s.frame];
        reach(frame.target, {frame.base, frame.outer}, frame.target != next);
        return;
      }
      case APPTERM: return;
      case CLOSUREREC:
        s.depth += in.a - pop_count(in);
        reach(next, s, false);
        return;
      case CHECK_SIGNALS: leaders_.insert({word, true}); break;
      default: break;
    }
    s.depth += in.info->pushes - pop_count(in);
    code_.max_depth = std::max(code_.max_depth, s.depth);
    follow_flow(in, next, s);
  }

  void follow_flow(const Instruction& in, std::uint32_t next, StackState s) {
    switch (in.info->flow) {
      case Flow::kNext:
      case Flow::kCall: reach(next, s, false); return;
      case Flow::kJump: reach(label_target(code_, in, in.a), s, true); return;
      case Flow::kBranch: {
        bool label_is_b = in.info->b == OperandKind::kLabel;
        reach(label_target(code_, in, label_is_b ? in.b : in.a), s, true);
        reach(next, s, true);
        return;
      }
      case Flow::kTable:
        for (std::uint32_t i = 0; i < in.table_size; i++) reach(table_target(in, i), s, true);
        return;
      default: return;
    }
  }

  std::uint32_t table_target(const Instruction& in, std::uint32_t i) {
    return static_cast<std::uint32_t>(in.table() - code_.base + switch_label(in, i));
  }

  void make_blocks() {
    std::vector<std::uint32_t> starts;
    for (auto& [word, yes] : leaders_)
      if (states_.count(word) != 0) starts.push_back(word);
    std::sort(starts.begin(), starts.end());
    for (std::uint32_t start : starts) {
      code_.block_at[start] = static_cast<std::uint32_t>(code_.blocks.size());
      BytecodeBlock block;
      block.start = start;
      block.state = states_.at(start);
      code_.blocks.push_back(block);
    }
    for (auto& block : code_.blocks) fill_block(block);
    for (auto& block : code_.blocks) {
      std::uint32_t trap = code_.innermost_trap(block.state.frame);
      if (trap != kNoIndex) block.handler = code_.block_at.at(code_.frames[trap].target);
    }
  }

  void fill_block(BytecodeBlock& block) {
    std::uint32_t word = block.start;
    for (;;) {
      BytecodeInstruction bi{word, decode_original(code_.base + word), states_.at(word), {}, {}};
      block.instructions.push_back(bi);
      const Instruction& in = bi.in;
      std::uint32_t next = word + in.size;
      if (is_left_to_interpreter(in) && !is_effect_call(in)) return;
      switch (in.info->flow) {
        case Flow::kJump: add_succ(block, label_target(code_, in, in.a)); return;
        case Flow::kBranch: {
          bool label_is_b = in.info->b == OperandKind::kLabel;
          add_succ(block, label_target(code_, in, label_is_b ? in.b : in.a));
          add_succ(block, next);
          return;
        }
        case Flow::kTable:
          for (std::uint32_t i = 0; i < in.table_size; i++) add_succ(block, table_target(in, i));
          return;
        case Flow::kTailCall: note_self_call(block); return;
        case Flow::kReturn:
        case Flow::kRaises:
        case Flow::kStop:
        case Flow::kDebugger: return;
        default: break;
      }
      if (in.info->action == APPLY) next = code_.frames[bi.before.frame].target;
      if (leaders_.count(next) != 0) {
        add_succ(block, next);
        return;
      }
      word = next;
    }
  }

  void add_succ(BytecodeBlock& block, std::uint32_t word) {
    block.succs.push_back(code_.block_at.at(word));
  }

  // A tail call of the function by itself: the closure was fetched just before.
  void note_self_call(const BytecodeBlock& block) {
    std::size_t n = block.instructions.size();
    const Instruction& call = block.instructions[n - 1].in;
    if (n < 2 || call.a != code_.arity || code_.arity == 0) return;
    const Instruction& fetch = block.instructions[n - 2].in;
    if (fetch.info->action == OFFSETCLOSURE && fetch.a == 0) code_.tail_calls_itself = true;
  }

  // Leaves to the interpreter what does not lead back to the loop.
  void cut(std::uint32_t start) {
    std::vector<std::vector<std::uint32_t>> preds(code_.blocks.size());
    for (std::uint32_t b = 0; b < code_.blocks.size(); b++) {
      for (std::uint32_t s : code_.blocks[b].succs) preds[s].push_back(b);
      if (code_.blocks[b].handler != kNoIndex) preds[code_.blocks[b].handler].push_back(b);
    }
    std::vector<bool> leads(code_.blocks.size());
    std::vector<std::uint32_t> work{start};
    while (!work.empty()) {
      std::uint32_t b = work.back();
      work.pop_back();
      if (leads[b]) continue;
      leads[b] = true;
      for (std::uint32_t p : preds[b]) work.push_back(p);
    }
    for (std::uint32_t b = 0; b < code_.blocks.size(); b++) {
      if (leads[b]) continue;
      code_.blocks[b].is_cut = true;
    }
  }

  template <class Visit>
  void for_each_succ(const BytecodeBlock& block, Visit visit) {
    if (block.is_cut) return;
    for (std::uint32_t s : block.succs) visit(s);
    if (block.handler != kNoIndex) visit(block.handler);
  }

  void order(std::uint32_t start) {
    std::vector<bool> seen(code_.blocks.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> path{{start, 0}};
    seen[start] = true;
    while (!path.empty()) {
      auto [b, next] = path.back();
      std::vector<std::uint32_t> succs;
      for_each_succ(code_.blocks[b], [&](std::uint32_t s) { succs.push_back(s); });
      if (next == succs.size()) {
        code_.rpo.push_back(b);
        path.pop_back();
        continue;
      }
      path.back().second++;
      std::uint32_t s = succs[next];
      if (seen[s]) continue;
      seen[s] = true;
      path.push_back({s, 0});
    }
    std::reverse(code_.rpo.begin(), code_.rpo.end());
  }

  void count_words() {
    for (std::uint32_t b : code_.rpo)
      if (!code_.blocks[b].is_cut)
        for (const BytecodeInstruction& bi : code_.blocks[b].instructions)
          code_.word_count += bi.in.size;
  }

  void count_preds(std::uint32_t start, bool is_continuation) {
    code_.blocks[start].pred_count += is_continuation ? 2 : 1;
    if (code_.tail_calls_itself) code_.blocks[0].pred_count += 1;
    for (std::uint32_t b : code_.rpo) {
      const BytecodeBlock& block = code_.blocks[b];
      if (block.is_cut) continue;
      for (std::uint32_t s : block.succs) code_.blocks[s].pred_count++;
      if (block.handler != kNoIndex) code_.blocks[block.handler].pred_count += 2;
    }
  }

  // ---- Liveness ----

  void compute_liveness() {
    for (bool changed = true; changed;) {
      changed = false;
      for (auto it = code_.rpo.rbegin(); it != code_.rpo.rend(); ++it) {
        BytecodeBlock& block = code_.blocks[*it];
        LiveSet live = live_through(block, false);
        LiveSet before = block.live_in;
        block.live_in.add_all(live);
        changed |= before.words != block.live_in.words;
      }
    }
    for (std::uint32_t b : code_.rpo) (void)live_through(code_.blocks[b], true);
  }

  LiveSet live_through(BytecodeBlock& block, bool record) {
    LiveSet live;
    if (!block.is_cut) {
      for (std::uint32_t s : block.succs) live.add_all(code_.blocks[s].live_in);
    } else {
      BytecodeInstruction& first = block.instructions[0];
      add_everything(first, live);
      if (record) first.live_before = live;
      return live;
    }
    for (std::size_t i = block.instructions.size(); i-- > 0;) {
      BytecodeInstruction& bi = block.instructions[i];
      if (record) bi.live_after = live;
      step_back(bi, live);
      if (record) bi.live_before = live;
    }
    return live;
  }

  void add_everything(const BytecodeInstruction& bi, LiveSet& live) {
    live.add(kAccuVariable);
    live.add(kEnvVariable);
    for (std::int32_t i = 0; i < bi.before.depth; i++) live.add(slot_variable(i));
  }

  void add_top(std::int32_t depth, std::int32_t count, LiveSet& live) {
    for (std::int32_t i = depth - count; i < depth; i++) live.add(slot_variable(i));
  }

  void step_back(const BytecodeInstruction& bi, LiveSet& live) {
    std::int32_t depth = bi.before.depth;
    if (is_left_to_interpreter(bi.in) && !is_effect(bi.in)) {
      add_everything(bi, live);
      return;
    }
    if (bi.in.info->push) depth++;
    act_back(bi.in, depth, live);
    if (bi.in.info->push) {
      std::uint32_t pushed = slot_variable(depth - 1);
      if (live.has(pushed)) live.add(kAccuVariable);
      live.remove(pushed);
    }
    // Any instruction may leave for the interpreter, which may raise there.
    std::uint32_t trap = code_.innermost_trap(bi.before.frame);
    if (trap == kNoIndex) return;
    LiveSet handler = code_.blocks[code_.block_at.at(code_.frames[trap].target)].live_in;
    handler.remove(kAccuVariable);
    live.add_all(handler);
  }

  void act_back(const Instruction& in, std::int32_t depth, LiveSet& live) {
    switch (in.info->action) {
      case BRANCH:
      case POP:
      case PUSH_RETADDR:
      case PUSHTRAP:
      case POPTRAP:
      case CHECK_SIGNALS: return;
      case PUSH:
        if (live.has(slot_variable(depth))) live.add(kAccuVariable);
        live.remove(slot_variable(depth));
        return;
      case ACC:
        if (live.has(kAccuVariable)) live.add(slot_variable(depth - 1 - in.a));
        live.remove(kAccuVariable);
        // A slot that is the pushed accumulator reads it: seen when the push is undone.
        return;
      case ASSIGN: {
        std::uint32_t slot = slot_variable(depth - 1 - in.a);
        live.remove(kAccuVariable);
        if (live.has(slot)) live.add(kAccuVariable);
        live.remove(slot);
        return;
      }
      case ENVACC:
      case OFFSETCLOSURE:
        if (live.has(kAccuVariable)) live.add(kEnvVariable);
        live.remove(kAccuVariable);
        return;
      case GETGLOBAL:
      case GETGLOBALFIELD:
      case ATOM:
      case CONSTINT: live.remove(kAccuVariable); return;
      case APPTERM:
      case RETURN:
      case RAISE:
      case RERAISE:
      case RAISE_NOTRACE:
        live = {};
        live.add(kAccuVariable);
        if (in.info->action == APPTERM) add_top(depth, in.a, live);
        // In the interpreter these may need a backtrace, and the frame's env.
        return;
      case RESUMETERM:
      case REPERFORMTERM:
        live = {};
        live.add(kAccuVariable);
        add_top(depth, in.info->action == RESUMETERM ? 3 : 2, live);
        return;
      case CLOSURE:
        live.remove(kAccuVariable);
        if (in.a > 0) live.add(kAccuVariable);
        add_top(depth, std::max(in.a - 1, 0), live);
        return;
      case CLOSUREREC: {
        std::int32_t popped = std::max(in.b - 1, 0);
        for (std::int32_t i = 0; i < in.a; i++) live.remove(slot_variable(depth - popped + i));
        live.remove(kAccuVariable);
        if (in.b > 0) live.add(kAccuVariable);
        add_top(depth, popped, live);
        return;
      }
      case GETPUBMET:
        live.remove(slot_variable(depth));
        live.add(kAccuVariable);
        return;
      case APPLY:
        live.add(kAccuVariable);
        add_top(depth, in.a, live);
        return;
      case BRANCHIF:
      case BRANCHIFNOT:
      case SWITCH:
      case BEQ:
      case BNEQ:
      case BLTINT:
      case BLEINT:
      case BGTINT:
      case BGEINT:
      case BULTINT:
      case BUGEINT: live.add(kAccuVariable); return;
      default:
        live.add(kAccuVariable);
        add_top(depth, pop_count(in), live);
        return;
    }
  }

  Bytecode& code_;
  std::uint32_t follow_limit_, max_words_;
  std::unordered_map<std::uint32_t, StackState> states_;
  std::unordered_map<std::uint32_t, bool> leaders_;
  std::vector<std::uint32_t> work_;
};

constexpr std::uint32_t kMaxStartWords = 1u << 20;

bool is_program_start(const FunctionInfo& info) {
  return info.fragment->is_program && info.fragment->start == info.entry;
}

}  // namespace

Refusal read_bytecode(FunctionId id, CodeOffset pc, std::uint32_t max_words, Bytecode& out) {
  const FunctionInfo& info = (*tier_interface->function_table)[static_cast<std::uint32_t>(id)];
  const opcode_t* entry = code_at(info.entry);
  out.id = id;
  out.arity = info.arity;
  if (is_program_start(info)) out.arity = 0;
  if (out.arity > kMaxParameters) return Refusal::kTooManyParameters;
  out.base = out.arity > 1 ? entry + 2 : entry;
  // A program's start runs through all its modules: of it, only loops are translated.
  bool loop_of_start = out.arity == 0 && pc != CodeOffset{};
  return Reader(out, loop_of_start ? kMaxStartWords : max_words, max_words).read(pc);
}

}  // namespace bactrian
