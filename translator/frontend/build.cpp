// SPDX-License-Identifier: Apache-2.0
// Bytecode → IR. Blocks in reverse postorder, each with the values of its variables at its start:
// those of its one predecessor, or a phi for each variable that lives. Phis that merge one value
// only are removed at the end. In a try, a call that may raise ends its block (Invoke), so that the
// handler's phis see the variables as they are there.
// Over 800 lines: a case for each opcode, which share the variables and the block at hand.
#include "translator/frontend/build.h"

#include <algorithm>
#include <cstring>

#include "runtime/prims/prim.h"

namespace bactrian {

using namespace ir;

namespace {

enum class Inline : std::uint8_t { kCall, kSimple, kFast, kWide, kIdentity, kFirstField };
struct InlinePrim {
  const char* name;
  Inline how;
  Op op;
  Op check;
  Repr result = Repr::kVoid;  // Of kWide.
  Repr from = Repr::kVoid;
};
constexpr InlinePrim inline_prims[] = {
#define SIMPLE(prim, op) {#prim, Inline::kSimple, Op::k##op, Op::kConst},
#define FAST(prim, check, op) {#prim, Inline::kFast, Op::k##op, Op::k##check},
#define SPECIAL(prim, how) {#prim, Inline::k##how, Op::kConst, Op::kConst},
#define WIDE(prim, op, result, from) \
  {#prim, Inline::kWide, Op::k##op, Op::kConst, Repr::result, Repr::from},
#include "translator/frontend/inline_prims.def"
#undef SIMPLE
#undef FAST
#undef SPECIAL
#undef WIDE
};

const InlinePrim* find_inline(const char* name) {
  for (const InlinePrim& p : inline_prims)
    if (std::strcmp(p.name, name) == 0) return &p;
  return nullptr;
}

// The values of the variables at one point.
struct Variables {
  ValueId accu = kNone;
  std::vector<ValueId> slots;
};

// A bytecode block's first IR block, and its variables there.
struct Start {
  BlockId block = kNone;
  Variables vars;
  std::vector<std::uint32_t> phi_variables;  // Of its phis, in order.
  bool done = false;
};

class Builder {
 public:
  Builder(const Bytecode& code, Function& f) : code_(code), f_(f) {}

  Refusal build(CodeOffset pc, bool is_segment) {
    f_.id = code_.id;
    f_.arity = code_.arity;
    f_.max_depth = code_.max_depth;
    f_.pc = pc;
    f_.is_continuation = pc != CodeOffset{};
    f_.is_segment = is_segment;
    starts_.resize(code_.blocks.size());
    block_ = new_block();
    env_ = add(Op::kEnv);
    undefined_ = unit();
    if (is_segment) {
      if (!enter_segment(pc)) return Refusal::kInTry;
    } else if (f_.is_continuation) {
      if (!enter_loop(pc)) return Refusal::kNotALoop;
    } else {
      enter_function();
    }
    // Where a block ends early (an exit, a segment's call), one that the order has behind it may be
    // reached later, and from another.
    for (bool found = true; found;) {
      found = false;
      for (std::uint32_t b : code_.rpo) {
        if (starts_[b].block == kNone || starts_[b].done) continue;
        build_block(b);
        found = true;
      }
    }
    remove_trivial_phis();
    drop_check_of_leaf();
    return Refusal::kNone;
  }

 private:
  // ---- Nodes and blocks ----

  BlockId new_block() {
    f_.blocks.emplace_back();
    return static_cast<BlockId>(f_.blocks.size() - 1);
  }

  ValueId add_to(BlockId block, Op op, const ValueId* args, std::size_t count, std::int64_t imm) {
    Node n{};
    n.op = op;
    n.repr = op_info(op).result;
    n.block = block;
    n.imm = imm;
    n.first_arg = static_cast<std::uint32_t>(f_.args.size());
    n.arg_count = static_cast<std::uint32_t>(count);
    f_.args.insert(f_.args.end(), args, args + count);
    f_.nodes.push_back(n);
    phi_args_.emplace_back();
    auto id = static_cast<ValueId>(f_.nodes.size() - 1);
    f_.blocks[block].nodes.push_back(id);
    return id;
  }
  ValueId add(Op op, std::initializer_list<ValueId> args = {}, std::int64_t imm = 0) {
    return add_to(block_, op, args.begin(), args.size(), imm);
  }
  ValueId add(Op op, const std::vector<ValueId>& args, std::int64_t imm = 0) {
    return add_to(block_, op, args.data(), args.size(), imm);
  }
  ValueId constant(std::int64_t word) { return add(Op::kConst, {}, word); }
  ValueId unit() { return constant(bits(Val_unit)); }

  void link(BlockId from, BlockId to) {
    f_.blocks[from].succs.push_back(to);
    f_.blocks[to].preds.push_back(from);
  }

  // ---- Edges to bytecode blocks ----

  ValueId& variable(Variables& v, std::uint32_t variable) {
    return variable == kAccuVariable ? v.accu : v.slots[variable - 2];
  }

  void open(std::uint32_t b) {
    Start& start = starts_[b];
    const BytecodeBlock& bc = code_.blocks[b];
    start.block = new_block();
    start.vars.slots.assign(static_cast<std::size_t>(bc.state.depth), kNone);
    if (bc.pred_count <= 1) return;
    auto add_phi = [&](std::uint32_t var) {
      ValueId phi = add_to(start.block, Op::kPhi, nullptr, 0, 0);
      variable(start.vars, var) = phi;
      start.phi_variables.push_back(var);
    };
    if (bc.live_in.has(kAccuVariable)) add_phi(kAccuVariable);
    for (std::int32_t i = 0; i < bc.state.depth; i++)
      if (bc.live_in.has(slot_variable(i))) add_phi(slot_variable(i));
  }

  // From the current block, whose terminator is already there, or will be, to bytecode block b.
  void edge_to(std::uint32_t b, const Variables& vars, BlockId from) {
    Start& start = starts_[b];
    const BytecodeBlock& bc = code_.blocks[b];
    bool first = start.block == kNone;
    if (first) open(b);
    Start& opened = starts_[b];
    link(from, opened.block);
    if (bc.pred_count <= 1) {
      opened.vars = vars;
      opened.vars.slots.resize(static_cast<std::size_t>(bc.state.depth), kNone);
      return;
    }
    Variables copy = vars;
    for (std::uint32_t i = 0; i < opened.phi_variables.size(); i++) {
      ValueId value = variable(copy, opened.phi_variables[i]);
      ValueId phi = f_.blocks[opened.block].nodes[i];
      if (value == kNone) value = undefined_;
      phi_args_[phi].push_back(value);
    }
  }

  // To the handler of the innermost trap; its accumulator is the exception.
  void edge_to_handler(std::uint32_t frame, const Variables& vars) {
    std::uint32_t trap = code_.innermost_trap(frame);
    std::uint32_t b = code_.block_at.at(code_.frames[trap].target);
    BlockId landing = handler_landing(b);
    // The landing block takes the exception; the variables' phis are its own.
    Start& start = landings_[b];
    Variables copy = vars;
    copy.slots.resize(static_cast<std::size_t>(code_.blocks[b].state.depth), kNone);
    link(block_, landing);
    for (std::uint32_t i = 0; i < start.phi_variables.size(); i++) {
      ValueId value = variable(copy, start.phi_variables[i]);
      ValueId phi = f_.blocks[landing].nodes[i];
      if (value == kNone) value = undefined_;
      phi_args_[phi].push_back(value);
    }
  }

  // Blocks where exceptions arrive: phis of the handler's variables, then Exn, then a jump.
  BlockId handler_landing(std::uint32_t b) {
    if (landings_.size() < code_.blocks.size()) landings_.resize(code_.blocks.size());
    Start& start = landings_[b];
    if (start.block != kNone) return start.block;
    const BytecodeBlock& bc = code_.blocks[b];
    start.block = new_block();
    start.vars.slots.assign(static_cast<std::size_t>(bc.state.depth), kNone);
    for (std::int32_t i = 0; i < bc.state.depth; i++) {
      if (!bc.live_in.has(slot_variable(i))) continue;
      ValueId phi = add_to(start.block, Op::kPhi, nullptr, 0, 0);
      start.vars.slots[static_cast<std::size_t>(i)] = phi;
      start.phi_variables.push_back(slot_variable(i));
    }
    start.vars.accu = add_to(start.block, Op::kExn, nullptr, 0, 0);
    add_to(start.block, Op::kJump, nullptr, 0, 0);
    Variables vars = start.vars;
    BlockId landing = start.block;
    edge_to(b, vars, landing);
    return landing;
  }

  // ---- Entries ----

  void enter_function() {
    Variables vars;
    vars.accu = env_;
    for (std::int32_t i = code_.arity - 1; i >= 0; i--) {
      ValueId p = add(Op::kParam, {}, i);
      vars.slots.push_back(p);
    }
    ValueId check = add(Op::kCheckStack);
    f_.node(check).state = entry_state(vars);
    add(Op::kJump);
    edge_to(0, vars, block_);
  }

  // The frame's variables that live at the start of block b, loaded.
  Variables load_frame(std::uint32_t b) {
    const BytecodeBlock& bc = code_.blocks[b];
    f_.frame_wosize = bc.state.depth;
    Variables vars;
    vars.slots.assign(static_cast<std::size_t>(bc.state.depth), kNone);
    for (std::int32_t i = 0; i < bc.state.depth; i++)
      if (bc.live_in.has(slot_variable(i)))
        vars.slots[static_cast<std::size_t>(i)] = add(Op::kFrameSlot, {}, bc.state.depth - 1 - i);
    return vars;
  }

  std::uint32_t block_at(CodeOffset pc) const {
    return code_.block_at.at(static_cast<std::uint32_t>(code_at(pc) - code_.base));
  }

  // Block 0 loads, so that nothing leaves before the frame is given up.
  bool enter_segment(CodeOffset pc) {
    std::uint32_t b = block_at(pc);
    const BytecodeBlock& bc = code_.blocks[b];
    if (code_.innermost_trap(bc.state.frame) != kNoIndex) return false;
    Variables vars = load_frame(b);
    if (bc.live_in.has(kAccuVariable)) vars.accu = add(Op::kParam, {}, 0);
    if (bc.start == 0 && code_.arity > 0) {
      add(Op::kJump);
      BlockId loading = block_;
      block_ = new_block();
      link(loading, block_);
      ValueId check = add(Op::kCheckStack);
      f_.node(check).state = entry_state(vars);
    }
    add(Op::kJump);
    edge_to(b, vars, block_);
    return true;
  }

  bool enter_loop(CodeOffset loop) {
    std::uint32_t b = block_at(loop);
    const BytecodeBlock& bc = code_.blocks[b];
    if (bc.instructions[0].in.info->action != CHECK_SIGNALS) return false;
    if (bc.live_in.has(kAccuVariable) && !bc.is_cut) return false;
    for (std::uint32_t fr = bc.state.frame; fr != kNoIndex; fr = code_.frames[fr].outer)
      f_.trap_count += code_.frames[fr].is_trap;
    Variables vars = load_frame(b);
    add(Op::kJump);
    edge_to(b, vars, block_);
    return true;
  }

  // ---- Frame states ----

  FrameState::Slot value_slot(ValueId v) { return {FrameState::Slot::Kind::kValue, v}; }

  std::uint32_t add_state(FrameState&& s) {
    f_.states.push_back(std::move(s));
    return static_cast<std::uint32_t>(f_.states.size() - 1);
  }

  // The function called anew, with these arguments.
  std::uint32_t entry_state(const Variables& vars) {
    FrameState s;
    const FunctionInfo& info =
        (*tier_interface->function_table)[static_cast<std::uint32_t>(code_.id)];
    s.pc = info.entry;
    s.here = true;
    s.extra_args = code_.arity - 1;
    s.env = env_;
    s.accu = env_;
    for (std::int32_t i = code_.arity - 1; i >= 0; i--)
      s.slots.push_back(value_slot(vars.slots[static_cast<std::size_t>(i)]));
    return add_state(std::move(s));
  }

  void add_slots(FrameState& s, const Variables& vars, StackState at, const LiveSet& live) {
    std::uint32_t frame = at.frame;
    for (std::int32_t i = at.depth - 1; i >= 0; i--) {
      if (frame != kNoIndex) {
        const StackFrame& fr = code_.frames[frame];
        if (i == fr.base + fr.size() - 1) {
          auto kind =
              fr.is_trap ? FrameState::Slot::Kind::kTrap : FrameState::Slot::Kind::kReturnFrame;
          s.slots.push_back({kind, static_cast<std::uint32_t>(code_.offset(fr.target))});
          i = fr.base;
          frame = fr.outer;
          continue;
        }
      }
      bool lives = live.has(slot_variable(i));
      s.slots.push_back(value_slot(lives ? vars.slots[static_cast<std::size_t>(i)] : kNone));
    }
  }

  // The interpreter executes the instruction at `word` (again).
  std::uint32_t state_here(std::uint32_t word, const Variables& vars, StackState at,
                           const LiveSet& live) {
    FrameState s;
    s.pc = code_.offset(word);
    s.here = true;
    s.env = live.has(kEnvVariable) ? env_ : kNone;
    s.accu = live.has(kAccuVariable) ? vars.accu : kNone;
    add_slots(s, vars, at, live);
    return add_state(std::move(s));
  }
  std::uint32_t state_before(const BytecodeInstruction& bi) {
    return state_here(bi.word, before_, bi.before, bi.live_before);
  }

  // A call returns to `word`.
  std::uint32_t state_of_call(std::uint32_t word, const Variables& vars, StackState at,
                              const LiveSet& live) {
    FrameState s;
    s.pc = code_.offset(word);
    s.env = live.has(kEnvVariable) ? env_ : kNone;
    add_slots(s, vars, at, live);
    return add_state(std::move(s));
  }

  // ---- Instructions ----

  void build_block(std::uint32_t b) {
    Start& start = starts_[b];
    start.done = true;
    block_ = start.block;
    vars_ = start.vars;
    const BytecodeBlock& bc = code_.blocks[b];
    if (bc.is_cut) {
      before_ = vars_;
      end_with_exit(bc.instructions[0]);
      return;
    }
    for (std::size_t i = 0; i < bc.instructions.size(); i++) {
      const BytecodeInstruction& bi = bc.instructions[i];
      before_ = vars_;
      if (f_.is_segment && is_effect(bi.in) && !in_try(bi)) {
        effect(bi);
        return;
      }
      if (is_left_to_interpreter(bi.in)) {
        end_with_exit(bi);
        return;
      }
      if (bi.in.info->push) push(vars_.accu);
      if (!act(bc, bi)) return;
    }
    end_with_jump(bc.succs[0]);
  }

  void end_with_jump(std::uint32_t target) {
    add(Op::kJump);
    edge_to(target, vars_, block_);
  }

  void end_with_exit(const BytecodeInstruction& bi) {
    ValueId exit = add(Op::kExit);
    f_.node(exit).state = state_before(bi);
  }

  void push(ValueId v) { vars_.slots.push_back(v); }
  ValueId pop() {
    ValueId v = vars_.slots.back();
    vars_.slots.pop_back();
    return v;
  }
  ValueId& slot(std::int32_t from_top) {
    return vars_.slots[vars_.slots.size() - 1 - static_cast<std::size_t>(from_top)];
  }
  void drop(std::int32_t count) {
    vars_.slots.resize(vars_.slots.size() - static_cast<std::size_t>(count));
  }

  // accu, then the slots from the top, which are popped.
  std::vector<ValueId> accu_and(std::int32_t count) {
    std::vector<ValueId> args{vars_.accu};
    for (std::int32_t i = 0; i < count; i++) args.push_back(pop());
    return args;
  }

  void binary(Op op) {
    ValueId second = pop();
    vars_.accu = add(op, {vars_.accu, second});
  }

  ValueId condition() { return vars_.accu; }

  // False: the block has ended.
  bool act(const BytecodeBlock& bc, const BytecodeInstruction& bi) {
    const Instruction& in = bi.in;
    switch (in.info->action) {
      case ACC: vars_.accu = slot(in.a); return true;
      case PUSH: push(vars_.accu); return true;
      case POP: drop(in.a); return true;
      case ASSIGN:
        slot(in.a) = vars_.accu;
        vars_.accu = unit();
        return true;
      case ENVACC: vars_.accu = add(Op::kField, {env_}, in.a); return true;
      case PUSH_RETADDR:
        for (int i = 0; i < 3; i++) push(kNone);
        return true;
      case APPLY:
      case APPLY1:
      case APPLY2:
      case APPLY3: return call(bi);
      case APPTERM: tail_call(bi); return false;
      case RETURN: add(Op::kReturn, {vars_.accu}); return false;
      case CLOSURE: {
        std::vector<ValueId> variables;
        if (in.a > 0) variables = accu_and(in.a - 1);
        vars_.accu = add(Op::kMakeClosure, variables, in.b);
        return true;
      }
      case CLOSUREREC: {
        std::vector<ValueId> variables;
        if (in.b > 0) variables = accu_and(in.b - 1);
        ValueId first = add(Op::kMakeClosures, variables, in.a);
        f_.node(first).aux = static_cast<std::uint32_t>(
            code_.offset(static_cast<std::uint32_t>(in.table() - code_.base)));
        push(first);
        for (std::int32_t i = 1; i < in.a; i++) push(add(Op::kInfixClosure, {first}, 3 * i));
        vars_.accu = first;
        return true;
      }
      case OFFSETCLOSURE:
        vars_.accu = in.a == 0 ? env_ : add(Op::kOffsetClosure, {env_}, in.a);
        return true;
      case GETGLOBAL: vars_.accu = add(Op::kGlobal, {}, in.a); return true;
      case GETGLOBALFIELD:
        vars_.accu = add(Op::kField, {add(Op::kGlobal, {}, in.a)}, in.b);
        return true;
      case SETGLOBAL:
        add(Op::kSetGlobal, {vars_.accu}, in.a);
        vars_.accu = unit();
        return true;
      case ATOM: vars_.accu = add(Op::kAtom, {}, in.a); return true;
      case MAKEBLOCK: vars_.accu = add(Op::kMakeBlock, accu_and(in.a - 1), in.b); return true;
      case MAKEFLOATBLOCK: vars_.accu = add(Op::kMakeFloatBlock, accu_and(in.a - 1)); return true;
      case GETFIELD: vars_.accu = add(Op::kField, {vars_.accu}, in.a); return true;
      case GETFLOATFIELD: vars_.accu = add(Op::kFloatField, {vars_.accu}, in.a); return true;
      case SETFIELD: return store(Op::kSetField, in, 1);
      case SETFLOATFIELD: return store(Op::kSetFloatField, in, 1);
      case VECTLENGTH: vars_.accu = add(Op::kVectLength, {vars_.accu}); return true;
      case GETVECTITEM: binary(Op::kVectItem); return true;
      case SETVECTITEM: return store(Op::kSetVectItem, in, 2);
      case GETSTRINGCHAR:
      case GETBYTESCHAR: binary(Op::kByteItem); return true;
      case SETBYTESCHAR: return store(Op::kSetByteItem, in, 2);
      case BRANCH: end_with_jump(bc.succs[0]); return false;
      case BRANCHIF: branch(bc, condition(), 0, 1); return false;
      case BRANCHIFNOT: branch(bc, condition(), 1, 0); return false;
      case BEQ: return compare_branch(bc, in, Op::kEq);
      case BNEQ: return compare_branch(bc, in, Op::kNe);
      case BLTINT: return compare_branch(bc, in, Op::kLt);
      case BLEINT: return compare_branch(bc, in, Op::kLe);
      case BGTINT: return compare_branch(bc, in, Op::kGt);
      case BGEINT: return compare_branch(bc, in, Op::kGe);
      case BULTINT: return compare_branch(bc, in, Op::kUlt);
      case BUGEINT: return compare_branch(bc, in, Op::kUge);
      case SWITCH: switch_on(bc, in); return false;
      case BOOLNOT: vars_.accu = add(Op::kNot, {vars_.accu}); return true;
      case PUSHTRAP:
        for (int i = 0; i < 4; i++) push(kNone);
        return true;
      case POPTRAP:
        f_.node(add(Op::kCheckAttention)).state = state_before(bi);
        drop(4);
        return true;
      case RAISE:
      case RERAISE:
      case RAISE_NOTRACE: raise(bi); return false;
      case CHECK_SIGNALS: f_.node(add(Op::kPoll)).state = state_before(bi); return true;
      case C_CALLN: return call_prim(bc, bi);
      case CONSTINT: vars_.accu = constant(bits(Val_long(in.a))); return true;
      case NEGINT: vars_.accu = add(Op::kNegInt, {vars_.accu}); return true;
      case ADDINT: binary(Op::kAddInt); return true;
      case SUBINT: binary(Op::kSubInt); return true;
      case MULINT: binary(Op::kMulInt); return true;
      case DIVINT: return divide(bi, Op::kDivInt);
      case MODINT: return divide(bi, Op::kModInt);
      case ANDINT: binary(Op::kAndInt); return true;
      case ORINT: binary(Op::kOrInt); return true;
      case XORINT: binary(Op::kXorInt); return true;
      case LSLINT: binary(Op::kLslInt); return true;
      case LSRINT: binary(Op::kLsrInt); return true;
      case ASRINT: binary(Op::kAsrInt); return true;
      case EQ: binary(Op::kEq); return true;
      case NEQ: binary(Op::kNe); return true;
      case LTINT: binary(Op::kLt); return true;
      case LEINT: binary(Op::kLe); return true;
      case GTINT: binary(Op::kGt); return true;
      case GEINT: binary(Op::kGe); return true;
      case ULTINT: binary(Op::kUlt); return true;
      case UGEINT: binary(Op::kUge); return true;
      case OFFSETINT: vars_.accu = add(Op::kOffsetInt, {vars_.accu}, in.a); return true;
      case OFFSETREF:
        add(Op::kOffsetRef, {vars_.accu}, in.a);
        vars_.accu = unit();
        return true;
      case ISINT: vars_.accu = add(Op::kIsInt, {vars_.accu}); return true;
      case GETMETHOD: vars_.accu = add(Op::kMethod, {vars_.accu, slot(0)}); return true;
      case GETPUBMET: {
        ValueId object = vars_.accu;
        push(object);
        vars_.accu = add(Op::kPublicMethod, {object, constant(bits(Val_long(in.a)))},
                         static_cast<std::int64_t>(offset_of_code(in.operands + 1)));
        return true;
      }
      case GETDYNMET: vars_.accu = public_method(slot(0), vars_.accu); return true;
      default: end_with_exit(bi); return false;
    }
  }

  bool store(Op op, const Instruction& in, std::int32_t popped) {
    add(op, accu_and(popped), in.a);
    vars_.accu = unit();
    return true;
  }

  ValueId public_method(ValueId object, ValueId tag) {
    ValueId call = add(Op::kCallPrim, {object, tag}, kPublicMethodPrim);
    f_.node(call).aux = kRead;
    return call;
  }

  bool divide(const BytecodeInstruction& bi, Op op) {
    ValueId divisor = slot(0);
    ValueId check = add(Op::kCheckNotZero, {divisor});
    f_.node(check).state = state_before(bi);
    binary(op);
    return true;
  }

  // ---- Control ----

  void branch(const BytecodeBlock& bc, ValueId condition, std::size_t if_true,
              std::size_t if_false) {
    add(Op::kBranch, {condition});
    BlockId from = block_;
    // An edge from a block with several successors to one with several predecessors gets a block of
    // its own, where its phi moves go.
    for (std::size_t side : {if_true, if_false}) split_edge(from, bc.succs[side]);
  }

  void split_edge(BlockId from, std::uint32_t target) {
    if (code_.blocks[target].pred_count <= 1) {
      edge_to(target, vars_, from);
      return;
    }
    BlockId middle = new_block();
    link(from, middle);
    add_to(middle, Op::kJump, nullptr, 0, 0);
    edge_to(target, vars_, middle);
  }

  bool compare_branch(const BytecodeBlock& bc, const Instruction& in, Op op) {
    ValueId c = constant(bits(Val_long(in.a)));
    branch(bc, add(op, {c, vars_.accu}), 0, 1);
    return false;
  }

  void switch_on(const BytecodeBlock& bc, const Instruction& in) {
    add(Op::kSwitch, {vars_.accu}, in.a);
    BlockId from = block_;
    // One successor for each label; equal labels share one block.
    std::vector<std::pair<std::uint32_t, BlockId>> seen;
    for (std::uint32_t target : bc.succs) {
      auto at = std::find_if(seen.begin(), seen.end(), [&](auto& s) { return s.first == target; });
      if (at != seen.end()) {
        f_.blocks[from].succs.push_back(at->second);
        continue;
      }
      BlockId middle = new_block();
      f_.blocks[from].succs.push_back(middle);
      f_.blocks[middle].preds.push_back(from);
      seen.push_back({target, middle});
    }
    for (auto& [target, middle] : seen) {
      add_to(middle, Op::kJump, nullptr, 0, 0);
      edge_to(target, vars_, middle);
    }
  }

  bool in_try(const BytecodeInstruction& bi) const {
    return code_.innermost_trap(bi.before.frame) != kNoIndex;
  }

  // After a call that may raise, in a try: a new block goes on.
  void end_with_invoke(const BytecodeInstruction& bi, const Variables& at_raise) {
    add(Op::kInvoke);
    BlockId next = new_block();
    link(block_, next);
    edge_to_handler(bi.before.frame, at_raise);
    block_ = next;
  }

  void raise(const BytecodeInstruction& bi) {
    if (bi.in.info->action != RAISE_NOTRACE) {
      ValueId check = add(Op::kCheckNoTrace);
      f_.node(check).state = state_before(bi);
    }
    add(Op::kRaise, {vars_.accu});
    if (in_try(bi)) edge_to_handler(bi.before.frame, vars_);
  }

  // ---- Calls ----

  bool call(const BytecodeInstruction& bi) {
    const Instruction& in = bi.in;
    bool pushed_frame = in.info->action == APPLY;
    std::int32_t count = in.a;
    if (in.info->action == APPLY1) count = 1;
    if (in.info->action == APPLY2) count = 2;
    if (in.info->action == APPLY3) count = 3;
    std::vector<ValueId> args = accu_and(count);
    StackState after{bi.before.depth - count, bi.before.frame};
    if (bi.in.info->push) after.depth++;
    std::uint32_t return_word = bi.word + in.size;
    if (pushed_frame) {
      const StackFrame& frame = code_.frames[bi.before.frame];
      return_word = frame.target;
      after = {frame.base, frame.outer};
      drop(3);
    }
    if (f_.is_segment) {
      if (in_try(bi))
        end_with_exit(bi);
      else
        go_out(Op::kCallOut, bi, args, return_word, after);
      return false;
    }
    ValueId result = add(Op::kCall, args);
    LiveSet live = bi.live_after;
    f_.node(result).state = state_of_call(return_word, vars_, after, live);
    vars_.accu = kNone;
    if (in_try(bi)) end_with_invoke(bi, vars_);
    vars_.accu = result;
    return true;
  }

  // A segment ends in a call or an effect, which returns to `return_word`.
  void go_out(Op op, const BytecodeInstruction& bi, std::vector<ValueId> args,
              std::uint32_t return_word, StackState after) {
    auto arg_count = static_cast<std::int64_t>(args.size()) - 1;
    FrameState frame;
    add_slots(frame, vars_, after, bi.live_after);
    ValueId env = bi.live_after.has(kEnvVariable) ? env_ : undefined_;
    args.push_back(env);
    for (auto& slot : frame.slots) {
      if (slot.kind == FrameState::Slot::Kind::kValue) {
        args.push_back(slot.value == kNone ? undefined_ : slot.value);
        continue;
      }
      args.push_back(constant(bits(Val_pc(code_at(CodeOffset{slot.value})))));
      args.push_back(env);
      args.push_back(constant(bits(Val_long(0))));
    }
    ValueId out = add(op, args, arg_count);
    f_.node(out).aux = static_cast<std::uint32_t>(code_.offset(return_word));
    f_.node(out).state = state_before(bi);
  }

  void effect(const BytecodeInstruction& bi) {
    std::uint32_t next = bi.word + bi.in.size;
    StackState after = bi.before;
    switch (bi.in.info->action) {
      case PERFORM: go_out(Op::kPerform, bi, {vars_.accu}, next, after); return;
      case RESUME: {
        after.depth -= 3;
        std::vector<ValueId> args = accu_and(3);
        go_out(Op::kResume, bi, args, next, after);
        break;
      }
      case RESUMETERM: f_.node(add(Op::kResume, accu_and(3))).state = state_before(bi); break;
      default: f_.node(add(Op::kReperform, accu_and(2))).state = state_before(bi); return;
    }
    if (taken_state_ == kNone) return;
    Node& resume = f_.node(f_.blocks[block_].nodes.back());
    resume.flag = true;
    resume.state = taken_state_;
    taken_state_ = kNone;
  }

  void tail_call(const BytecodeInstruction& bi) {
    const Instruction& in = bi.in;
    std::vector<ValueId> args = accu_and(in.a);
    bool to_itself =
        !f_.is_continuation && code_.tail_calls_itself && args[0] == env_ && in.a == code_.arity;
    if (to_itself) {
      Variables next;
      next.accu = env_;
      for (std::size_t i = args.size() - 1; i > 0; i--) next.slots.push_back(args[i]);
      ValueId poll = add(Op::kPoll);
      f_.node(poll).state = entry_state(next);
      add(Op::kJump);
      edge_to(0, next, block_);
      return;
    }
    ValueId call = add(Op::kTailCall, args);
    f_.node(call).state = state_before(bi);
  }

  // Effect.Deep.continue: a continuation's fibers are taken, and resumed by the next instruction.
  bool is_taken_and_resumed(const BytecodeBlock& bc, const BytecodeInstruction& bi,
                            const Primitive& prim) {
    if (std::strcmp(prim.name, "caml_continuation_use_noexc") != 0 || in_try(bi)) return false;
    if (&bi == &bc.instructions.back()) return false;
    std::int32_t next = (&bi)[1].in.info->action;
    return next == RESUME || next == RESUMETERM;
  }

  bool call_prim(const BytecodeBlock& bc, const BytecodeInstruction& bi) {
    const Instruction& in = bi.in;
    const Primitive* prim = tier_interface->prim_at(in.b);
    if (prim == nullptr || (prim->arity == kArityN ? in.a <= 5 : prim->arity != in.a)) {
      end_with_exit(bi);
      return false;
    }
    std::vector<ValueId> args = accu_and(in.a - 1);
    StackState after{bi.before.depth + (in.info->push ? 1 : 0) - (in.a - 1), bi.before.frame};
    if (f_.is_segment && is_taken_and_resumed(bc, bi, *prim)) {
      // Together they are one step.
      taken_state_ = state_before(bi);
      vars_.accu = args[0];
      return true;
    }
    const InlinePrim* inlined = (prim->flags & kReplaced) != 0 ? nullptr : find_inline(prim->name);
    if (inlined == nullptr) {
      vars_.accu = add_prim_call(bi, args, in.b, prim->flags, after);
      check_attention(bi, prim->flags, after);
      return true;
    }
    switch (inlined->how) {
      case Inline::kIdentity: vars_.accu = args[0]; return true;
      case Inline::kFirstField: vars_.accu = add(Op::kField, {args[0]}, 0); return true;
      case Inline::kSimple: vars_.accu = simple(inlined->op, args); return true;
      case Inline::kWide:
        vars_.accu = add(inlined->op, args, static_cast<std::int64_t>(inlined->from));
        f_.node(vars_.accu).repr = inlined->result;
        return true;
      default: vars_.accu = fast_or_call(bi, *inlined, args, prim->flags, after); return true;
    }
  }

  ValueId simple(Op op, const std::vector<ValueId>& args) {
    ValueId v = add(op, args);
    return op_info(op).result == Repr::kVoid ? unit() : v;
  }

  ValueId add_prim_call(const BytecodeInstruction& bi, const std::vector<ValueId>& args,
                        std::int32_t index, std::uint8_t flags, StackState after) {
    ValueId call = add(Op::kCallPrim, args, index);
    f_.node(call).aux = flags;
    if ((flags & kSuspend) != 0) f_.node(call).state = state_before(bi);
    if ((flags & kRaise) != 0 || (flags & kSuspend) != 0 || (flags & kCallback) != 0) {
      vars_.accu = kNone;
      f_.node(call).after_state = state_here(bi.word + bi.in.size, vars_, after, bi.live_after);
      f_.states[f_.node(call).after_state].accu = kNone;
      if (in_try(bi)) end_with_invoke(bi, vars_);
    }
    return call;
  }

  // Signal handlers and finalisers run after the primitives that may ask for them.
  void check_attention(const BytecodeInstruction& bi, std::uint8_t flags, StackState after) {
    bool may_ask = (flags & (kSuspend | kCallback)) != 0 || (flags & kAll) == kAll;
    if (!may_ask) return;
    ValueId check = add(Op::kCheckAttention);
    std::uint32_t state = state_here(bi.word + bi.in.size, vars_, after, bi.live_after);
    f_.states[state].accu = vars_.accu;
    f_.node(check).state = state;
  }

  ValueId fast_or_call(const BytecodeInstruction& bi, const InlinePrim& prim,
                       const std::vector<ValueId>& args, std::uint8_t flags, StackState after) {
    std::size_t checked = std::strlen(op_info(prim.check).args);
    std::vector<ValueId> check_args(args.begin(),
                                    args.begin() + static_cast<std::ptrdiff_t>(checked));
    ValueId ok = add(prim.check, check_args);
    add(Op::kBranch, {ok});
    BlockId from = block_;
    BlockId fast = new_block(), slow = new_block(), merge = new_block();
    f_.blocks[slow].cold = true;
    link(from, fast);
    link(from, slow);
    block_ = fast;
    ValueId fast_value = simple(prim.op, args);
    if (op_info(prim.op).result == Repr::kBool) fast_value = add(Op::kIntOfBool, {fast_value});
    add(Op::kJump);
    link(fast, merge);
    block_ = slow;
    Variables saved = vars_;
    ValueId slow_value = add_prim_call(bi, args, bi.in.b, flags, after);
    if (op_info(prim.op).result == Repr::kFloat) slow_value = add(Op::kUnbox, {slow_value});
    vars_ = saved;
    add(Op::kJump);
    link(block_, merge);
    block_ = merge;
    ValueId phi = add(Op::kPhi);
    phi_args_[phi] = {fast_value, slow_value};
    return phi;
  }

  // A function that calls none uses no stack that its caller has not seen to.
  void drop_check_of_leaf() {
    if (f_.is_segment) return;
    for (const Node& n : f_.nodes)
      if (n.op == Op::kCall || (n.op == Op::kCallPrim && (n.aux & kCallback) != 0)) return;
    std::erase_if(f_.blocks[0].nodes, [&](ValueId v) { return f_.node(v).op == Op::kCheckStack; });
  }

  // ---- Phis ----

  // A phi of one value and itself is that value.
  void remove_trivial_phis() {
    std::vector<ValueId> replaced(f_.nodes.size());
    for (ValueId v = 0; v < f_.nodes.size(); v++) replaced[v] = v;
    auto find = [&](ValueId v) {
      while (v != kNone && replaced[v] != v) v = replaced[v];
      return v;
    };
    for (bool changed = true; changed;) {
      changed = false;
      for (ValueId v = 0; v < f_.nodes.size(); v++) {
        if (f_.node(v).op != Op::kPhi || replaced[v] != v) continue;
        ValueId same = kNone;
        bool trivial = true;
        for (ValueId a : phi_args_[v]) {
          a = find(a);
          if (a == v || a == same) continue;
          if (same != kNone) {
            trivial = false;
            break;
          }
          same = a;
        }
        if (!trivial || same == kNone) continue;
        replaced[v] = same;
        changed = true;
      }
    }
    for (ValueId& a : f_.args) a = find(a);
    for (FrameState& s : f_.states) {
      s.env = find(s.env);
      s.accu = find(s.accu);
      for (auto& slot : s.slots)
        if (slot.kind == FrameState::Slot::Kind::kValue) slot.value = find(slot.value);
    }
    for (ValueId v = 0; v < f_.nodes.size(); v++) {
      if (f_.node(v).op != Op::kPhi || replaced[v] != v) continue;
      Node& n = f_.node(v);
      n.first_arg = static_cast<std::uint32_t>(f_.args.size());
      n.arg_count = static_cast<std::uint32_t>(phi_args_[v].size());
      for (ValueId a : phi_args_[v]) f_.args.push_back(find(a));
    }
    for (Block& b : f_.blocks) std::erase_if(b.nodes, [&](ValueId v) { return replaced[v] != v; });
  }

  const Bytecode& code_;
  Function& f_;
  BlockId block_ = 0;
  ValueId env_ = kNone;
  Variables vars_;
  std::uint32_t taken_state_ = kNone;  // Of the instruction that took what is resumed next.
  Variables before_;                   // The instruction: where the interpreter would do it.
  std::vector<Start> starts_;
  std::vector<Start> landings_;
  std::vector<std::vector<ValueId>> phi_args_;
  ValueId undefined_ = kNone;  // Of a variable that has no value on a path: any will do.
};

}  // namespace

Refusal build_ir(const Bytecode& code, CodeOffset pc, bool is_segment, Function& out) {
  return Builder(code, out).build(pc, is_segment);
}

}  // namespace bactrian
