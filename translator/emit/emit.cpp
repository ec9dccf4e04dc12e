// SPDX-License-Identifier: Apache-2.0
// IR → wasm. One class, because all of it shares the state of one function's emission: over 800
// lines, a case for each operation.
//
// - Control: the dominator tree is walked as Ramsey describes in "Beyond Relooper" (ICFP 2022): a
// block that
//   several forward edges reach is behind a wasm block whose end they branch to, a loop header
//   opens a loop.
// - Values: a node that is used once, in its block, is written where it is used, if nothing in
// between
//   disturbs it (`inlined_`). All others have a wasm local.
// - The collector: before a call, live tagged values that may be pointers are stored in spill
// slots,
//   densely below sp: slot j at sp - 8 * (j + 1). `slots_` knows what each holds, so that a value
//   is stored once. After the call its local is out of date (`dirty_`) until it is loaded anew, at
//   its next use or the block's end.
// - Leaving: `emit_unwind` writes a frame descriptor, and stores into the scratch area what is in
// no slot.
#include "translator/emit/emit.h"

#include <algorithm>
#include <cstring>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/opcodes.h"
#include "runtime/heap/state.h"
#include "runtime/interp/interp.h"
#include "runtime/prims/prim.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/segments.h"
#include "translator/emit/liveness.h"
#include "translator/emit/locals.h"
#include "translator/emit/runtime_data.h"
#include "translator/inspect/inspect.h"
#include "translator/segments/fibers.h"

namespace bactrian {

using namespace ir;
using namespace wasm;

namespace {

constexpr ValueId kUnitSlot = kNone - 1;  // A slot that holds Val_unit.
constexpr std::uint32_t kReturnFrameWords = kReturnFrameWosize;

// Operations that write an argument more than once: it must be in a local.
bool repeats_arguments(Op op) {
  switch (op) {
    case Op::kCompareInt:
    case Op::kCompareWide:
    case Op::kStringLength:
    case Op::kInByteBounds:
    case Op::kPublicMethod:
    case Op::kSetField:
    case Op::kSetVectItem:
    case Op::kSetGlobal:
    case Op::kSwitch:
    case Op::kMakeClosures:
    case Op::kCall:
    case Op::kTailCall:
    case Op::kCallOut:
    case Op::kPerform:
    case Op::kResume:
    case Op::kReperform:
    case Op::kInAddrBounds:
    case Op::kGuardFloat: return true;
    default: return false;
  }
}

class Emitter {
 public:
  Emitter(const Function& f, const EmitContext& context)
      : f_(f), context_(context), order_(compute_order(f)) {}

  Refusal emit(ModuleFunction& out, std::int32_t& native_wosize) {
    if (!order_.reducible) return Refusal::kIrreducible;
    number_nodes();
    find_integers();
    choose_inlined();
    liveness_.compute();
    choose_locals();
    if (context_.options->verify) check_locals(f_, order_, liveness_, local_of_);
    choose_labels();
    choose_counted_calls();
    native_wosize_ = native_cost();
    native_wosize = native_wosize_;
    emit_memory_parameters();
    emit_tree(0);
    code_.op(kUnreachable);
    code_.end();
    if (refusal_ != Refusal::kNone) return refusal_;
    write_locals(out.body);
    for (BranchHint h : code_.hints())
      out.hints.push_back({h.offset + static_cast<std::uint32_t>(out.body.size()), h.taken});
    out.body.append(code_);
    return Refusal::kNone;
  }

 private:
  // ---- Facts about nodes ----

  std::uint16_t flags(ValueId v) const { return op_info(f_.node(v).op).flags; }
  bool collects(ValueId v) const {
    const Node& n = f_.node(v);
    if (n.op == Op::kCallPrim) return (n.aux & (kAlloc | kRaise | kCallback | kSuspend)) != 0;
    return (op_info(n.op).flags & kCollects) != 0;
  }
  bool writes(ValueId v) const {
    const Node& n = f_.node(v);
    if (n.op == Op::kCallPrim) return (n.aux & ~static_cast<unsigned>(kRead)) != 0;
    return (op_info(n.op).flags & (kWrites | kCollects | kLeaves)) != 0;
  }

  void number_nodes() {
    position_.assign(f_.nodes.size(), 0);
    for (BlockId b : order_.rpo)
      for (std::uint32_t i = 0; i < f_.blocks[b].nodes.size(); i++)
        position_[f_.blocks[b].nodes[i]] = i;
  }

  bool is_integer_by_itself(ValueId v) const {
    const Node& n = f_.node(v);
    if (n.op == Op::kConst) return (n.imm & 1) != 0;
    return (op_info(n.op).flags & kIntResult) != 0;
  }

  void find_integers() {
    is_int_.assign(f_.nodes.size(), false);
    int_uses_.resize(f_.nodes.size());
    std::vector<ValueId> phis;
    for (BlockId b : order_.rpo)
      for (ValueId v : f_.blocks[b].nodes) {
        const Node& n = f_.node(v);
        is_int_[v] = is_integer_by_itself(v) || n.op == Op::kPhi;
        if (n.op == Op::kPhi) phis.push_back(v);
        if ((op_info(n.op).flags & kIntArgs) != 0)
          for (std::uint32_t i = 0; i < n.arg_count; i++) int_uses_[f_.arg(n, i)].push_back(v);
      }
    for (bool changed = true; changed;) {
      changed = false;
      for (ValueId v : phis) {
        if (!is_int_[v]) continue;
        const Node& n = f_.node(v);
        for (std::uint32_t i = 0; i < n.arg_count; i++)
          if (!is_integer_at(f_.arg(n, i), f_.blocks[n.block].preds[i])) {
            is_int_[v] = false;
            changed = true;
          }
      }
    }
  }

  // An integer operation on v has been done before this point on all paths, or follows on it (in
  // its block nothing decides against it).
  bool is_integer_at(ValueId v, BlockId b) const {
    if (is_int_[v]) return true;
    for (ValueId use : int_uses_[v]) {
      BlockId at = f_.node(use).block;
      if (order_.index[at] == kNone) continue;
      if (at == b || order_.dominates(at, b)) return true;
    }
    return false;
  }

  bool may_be_pointer(ValueId v) const {
    return f_.node(v).repr == Repr::kTagged && !is_int_[v] && !is_constant(f_.node(v));
  }

  // ---- Which nodes are written where they are used ----

  void choose_inlined() {
    inlined_.assign(f_.nodes.size(), false);
    use_count_.assign(f_.nodes.size(), 0);
    std::vector<ValueId> user(f_.nodes.size(), kNone);
    std::vector<bool> pinned(f_.nodes.size());
    for (BlockId b : order_.rpo)
      for (ValueId v : f_.blocks[b].nodes) {
        const Node& n = f_.node(v);
        for (std::uint32_t i = 0; i < n.arg_count; i++) {
          ValueId a = f_.arg(n, i);
          use_count_[a]++;
          user[a] = v;
          if (n.op == Op::kPhi || repeats_arguments(n.op)) pinned[a] = true;
        }
        for_each_state_value(f_, n, [&](ValueId a) {
          use_count_[a]++;
          pinned[a] = true;
        });
      }
    for (BlockId b : order_.rpo) choose_inlined_in(b, user, pinned);
  }

  void choose_inlined_in(BlockId b, const std::vector<ValueId>& user,
                         const std::vector<bool>& pinned) {
    const auto& nodes = f_.blocks[b].nodes;
    std::vector<std::uint32_t> place(nodes.size());
    for (std::size_t i = nodes.size(); i-- > 0;) {
      ValueId v = nodes[i];
      place[i] = static_cast<std::uint32_t>(i);
      const Node& n = f_.node(v);
      if (is_constant(f_.node(v)) || n.op == Op::kEnv || n.op == Op::kParam || n.op == Op::kPhi)
        continue;
      if (use_count_[v] != 1 || pinned[v] || user[v] == kNone || f_.node(user[v]).block != b)
        continue;
      if ((flags(v) & ~static_cast<unsigned>(kReads | kIntArgs | kIntResult)) != 0) continue;
      if (n.op == Op::kFrameSlot) continue;
      std::uint32_t target = place[position_[user[v]]];
      bool reads = (flags(v) & kReads) != 0;
      bool ok = true;
      for (std::size_t j = i + 1; j < target && ok; j++)
        ok = !collects(nodes[j]) && !(reads && writes(nodes[j]));
      // An allocation writes its arguments after it has been done.
      if (collects(nodes[target]) && f_.node(nodes[target]).op != Op::kCall &&
          f_.node(nodes[target]).op != Op::kCallPrim && reads)
        ok = false;
      if (!ok) continue;
      inlined_[v] = true;
      place[i] = target;
    }
  }

  // ---- Values that the collector must see ----

  // Of a node that may collect or that spills.
  struct Across {
    ValueId node;
    ValueSet spilled;  // What lives across it and may be a pointer.
    ValueSet read;     // By it or after it.
  };

  void find_live_across(BlockId b) {
    const auto& nodes = f_.blocks[b].nodes;
    across_.clear();
    ValueSet live = liveness_.out(b);
    live_out_ = live;
    for (std::size_t i = nodes.size(); i-- > 0;) {
      ValueId v = nodes[i];
      const Node& n = f_.node(v);
      if (n.op == Op::kPhi) break;
      if (collects(v) || n.op == Op::kCallPrim) {
        ValueSet read = live, spilled = liveness_.none();
        liveness_.step_back(v, read);
        if (collects(v)) {
          ValueSet lives = live;
          lives.remove(v);
          liveness_.add_state_values(n, lives);
          if (n.op != Op::kCall && n.op != Op::kCallPrim) liveness_.add_args(n, lives);
          lives.for_each([&](ValueId a) {
            if (may_be_pointer(a) && !is_integer_at(a, b)) spilled.add(a);
          });
        }
        across_.push_back({v, std::move(spilled), std::move(read)});
      }
      liveness_.step_back(v, live);
    }
  }
  const Across& across(ValueId v) const {
    for (auto& a : across_)
      if (a.node == v) return a;
    __builtin_trap();
  }

  // ---- Locals ----

  std::uint32_t new_local(Type type) {
    locals_.push_back(type);
    return first_local_ + static_cast<std::uint32_t>(locals_.size()) - 1;
  }

  void choose_locals() {
    first_local_ =
        2 + static_cast<std::uint32_t>(f_.is_segment ? 1
                                       : f_.is_continuation
                                           ? 0
                                           : std::min(f_.arity, std::int32_t{kMaxTranslatedArity}));
    local_of_.assign(f_.nodes.size(), kNoLocal);
    callee_sp_ = new_local(Type::kI32);
    slow_sp_ = new_local(Type::kI32);
    pointer_ = new_local(Type::kI32);
    if (f_.is_segment) {
      word_ = new_local(Type::kI32);
      stack_ = new_local(Type::kI32);
      value_ = new_local(Type::kI64);
    }
    ValueSet wanted = liveness_.none();
    for (BlockId b : order_.rpo)
      for (ValueId v : f_.blocks[b].nodes) {
        const Node& n = f_.node(v);
        if (n.op == Op::kEnv)
          local_of_[v] = 1;
        else if (n.op == Op::kParam && n.imm < kMaxTranslatedArity)
          local_of_[v] = 2 + static_cast<std::uint32_t>(n.imm);
        else if (n.repr != Repr::kVoid && !inlined_[v] && !is_constant(f_.node(v)) &&
                 (use_count_[v] > 0 || (flags(v) & kLeaves) != 0 || n.op == Op::kParam))
          wanted.add(v);
      }
    std::vector<Type> types =
        assign_locals(f_, order_, liveness_, wanted, first_local_,
                      first_local_ + static_cast<std::uint32_t>(locals_.size()), local_of_);
    locals_.insert(locals_.end(), types.begin(), types.end());
  }

  void write_locals(Bytes& body) const {
    std::vector<std::pair<std::uint32_t, Type>> runs;
    for (Type t : locals_) {
      if (runs.empty() || runs.back().second != t) runs.push_back({0, t});
      runs.back().first++;
    }
    body.unsigned_leb(runs.size());
    for (auto [count, type] : runs) {
      body.unsigned_leb(count);
      body.byte(static_cast<unsigned>(type));
    }
  }

  // The most values that wait on the wasm stack: operands of what is written where it is used, and
  // what goes to a block's phis at once.
  std::size_t operand_depth() const {
    std::vector<std::size_t> depth(f_.nodes.size());
    std::size_t most = 0;
    for (BlockId b : order_.rpo) {
      std::size_t phis = 0;
      for (ValueId v : f_.blocks[b].nodes) {
        const Node& n = f_.node(v);
        phis += n.op == Op::kPhi;
        depth[v] = 1;
        for (std::uint32_t i = 0; i < n.arg_count; i++) {
          ValueId a = f_.arg(n, i);
          depth[v] = std::max(depth[v], i + (inlined_[a] ? depth[a] : 1));
        }
        most = std::max({most, depth[v], phis});
      }
    }
    return most;
  }

  // In words by which a call moves sp. Engines' baseline code gives every local and every operand a
  // slot of 8 bytes.
  std::int32_t native_cost() const {
    constexpr std::size_t kFrameBytes = 160, kOperandsInIt = 8;
    std::size_t operands = operand_depth();
    std::size_t values = locals_.size() + static_cast<std::size_t>(f_.arity);
    if (operands > kOperandsInIt) values += operands - kOperandsInIt;
    std::size_t native_bytes = kFrameBytes + 8 * values;
    std::size_t frame_bytes = 8 * (static_cast<std::size_t>(f_.max_depth) + 8);
    std::size_t most = std::max(native_bytes, frame_bytes);
    return static_cast<std::int32_t>((most + kNativeBytesPerWord - 1) / kNativeBytesPerWord);
  }

  // ---- Control ----

  void choose_labels() {
    needs_label_.assign(f_.blocks.size(), false);
    children_.resize(f_.blocks.size());
    for (BlockId b : order_.rpo) {
      if (b != 0) children_[order_.idom[b]].push_back(b);
      int forward = 0;
      for (BlockId p : f_.blocks[b].preds)
        if (order_.index[p] != kNone && order_.index[p] < order_.index[b]) forward++;
      if (forward > 1) needs_label_[b] = true;
      if (f_.node(f_.terminator(b)).op == Op::kSwitch)
        for (BlockId s : f_.blocks[b].succs) needs_label_[s] = true;
    }
    end_states_.resize(f_.blocks.size());
  }

  // Recursion uses fuel as loops do: an activation that calls counts once, at the first call on its
  // way. That of a loop has another activation below it that counts, or the interpreter.
  void choose_counted_calls() {
    counts_.assign(f_.blocks.size(), kNone);
    if (f_.is_continuation) return;
    std::vector<bool> has_counted(f_.blocks.size());
    for (BlockId b : order_.rpo) {
      has_counted[b] = b != 0 && has_counted[order_.idom[b]];
      if (has_counted[b]) continue;
      for (ValueId v : f_.blocks[b].nodes) {
        if (f_.node(v).op != Op::kCall) continue;
        counts_[b] = v;
        has_counted[b] = true;
        break;
      }
    }
  }

  enum class ContextKind : std::uint8_t { kLoop, kBlock, kOther };
  struct Context {
    ContextKind kind;
    BlockId block;
  };

  std::uint32_t depth_of(ContextKind kind, BlockId block) const {
    for (std::size_t i = contexts_.size(); i-- > 0;)
      if (contexts_[i].kind == kind && contexts_[i].block == block)
        return static_cast<std::uint32_t>(contexts_.size() - 1 - i);
    __builtin_trap();
  }

  void open(unsigned instruction, ContextKind kind, BlockId block) {
    code_.block(instruction);
    contexts_.push_back({kind, block});
  }
  void close() {
    code_.end();
    contexts_.pop_back();
  }
  void open_if() { open(kIf, ContextKind::kOther, kNone); }
  void open_unlikely_if() {
    code_.hint(false);
    open_if();
  }

  void emit_tree(BlockId b) {
    std::vector<BlockId> labelled;
    for (BlockId child : children_[b])
      if (needs_label_[child]) labelled.push_back(child);
    std::sort(labelled.begin(), labelled.end(),
              [&](BlockId x, BlockId y) { return order_.index[x] > order_.index[y]; });
    bool loop = order_.is_loop_header[b];
    if (loop) open(kLoop, ContextKind::kLoop, b);
    for (BlockId child : labelled) open(kBlock, ContextKind::kBlock, child);
    emit_block(b);
    for (std::size_t i = labelled.size(); i-- > 0;) {
      close();
      emit_tree(labelled[i]);
    }
    if (loop) {
      close();
      code_.op(kUnreachable);
    }
  }

  // The edge from `from` to `to`: moves for its phis, then the way there.
  void emit_edge(BlockId from, BlockId to) {
    const Block& target = f_.blocks[to];
    if (!target.nodes.empty() && f_.node(target.nodes[0]).op == Op::kPhi) {
      std::uint32_t p = 0;
      while (target.preds[p] != from) p++;
      std::vector<ValueId> moved;
      for (ValueId phi : target.nodes) {
        if (f_.node(phi).op != Op::kPhi) break;
        ValueId a = f_.arg(f_.node(phi), p);
        if (a == phi || local_of_[phi] == kNoLocal || local_of_[a] == local_of_[phi]) continue;
        get(a);
        moved.push_back(phi);
      }
      for (std::size_t i = moved.size(); i-- > 0;) code_.set(local_of_[moved[i]]);
    }
    if (order_.index[to] <= order_.index[from])
      code_.br(depth_of(ContextKind::kLoop, to));
    else if (needs_label_[to])
      code_.br(depth_of(ContextKind::kBlock, to));
    else
      emit_tree(to);
  }

  // ---- A block ----

  struct SpillState {
    std::vector<ValueId> slots;  // What each holds; the callee's sp is below them all.
  };

  void emit_block(BlockId b) {
    slots_.clear();
    dirty_.clear();
    const Block& block = f_.blocks[b];
    if (block.preds.size() == 1 && !order_.is_loop_header[b] &&
        order_.index[block.preds[0]] != kNone &&
        !(f_.node(f_.terminator(block.preds[0])).op == Op::kInvoke &&
          f_.blocks[block.preds[0]].succs[0] != b))
      slots_ = end_states_[block.preds[0]].slots;
    block_ = b;
    find_live_across(b);
    for (std::size_t i = 0; i < block.nodes.size(); i++) {
      ValueId v = block.nodes[i];
      const Node& n = f_.node(v);
      if (n.op == Op::kPhi || inlined_[v]) continue;
      if ((op_info(n.op).flags & kTerminator) != 0) {
        if (b == 0 && f_.is_continuation) leave_frame();
        emit_terminator(b, v);
        return;
      }
      if (use_count_[v] == 0 &&
          (flags(v) & ~static_cast<unsigned>(kReads | kIntArgs | kIntResult)) == 0)
        continue;
      emit_statement(v);
    }
  }

  // A continuation has loaded the interpreter's frame: what lies above it is the caller's.
  void leave_frame() {
    if (f_.frame_wosize == 0) return;
    code_.get(0);
    code_.i32_const(8 * f_.frame_wosize);
    code_.op(kI32Add);
    code_.set(0);
  }

  bool is_dirty(ValueId v) const {
    return std::find(dirty_.begin(), dirty_.end(), v) != dirty_.end();
  }
  std::uint32_t slot_of(ValueId v) const {
    for (std::uint32_t i = 0; i < slots_.size(); i++)
      if (slots_[i] == v) return i;
    return kNone;
  }
  std::uint32_t slot_offset(std::uint32_t slot) const {
    return 8 * (static_cast<std::uint32_t>(slots_.size()) - 1 - slot);
  }
  void load_slot(ValueId v) {
    code_.get(callee_sp_);
    code_.i64_load(slot_offset(slot_of(v)));
  }

  // Brings locals up to date that `live` needs; for_path: on a path aside, the others stay as they
  // are.
  void flush(const ValueSet& live, bool for_path) {
    for (std::size_t i = 0; i < dirty_.size();) {
      ValueId v = dirty_[i];
      if (!live.has(v)) {
        i++;
        continue;
      }
      load_slot(v);
      code_.set(local_of_[v]);
      if (for_path) {
        i++;
      } else {
        dirty_.erase(dirty_.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }

  // Values whose slots the call gives up go to their locals, or are of no use any more.
  void flush_others(const Across& call) {
    for (std::size_t i = 0; i < dirty_.size();) {
      if (call.spilled.has(dirty_[i])) {
        i++;
        continue;
      }
      if (call.read.has(dirty_[i])) {
        load_slot(dirty_[i]);
        code_.set(local_of_[dirty_[i]]);
      }
      dirty_.erase(dirty_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void end_block(BlockId b) {
    ValueSet read_last = liveness_.none();
    liveness_.add_args(f_.node(f_.terminator(b)), read_last);
    flush(read_last, false);
    flush(live_out_, false);
    dirty_.clear();
    end_states_[b].slots = slots_;
  }

  // Pushes the value, in its own representation.
  void get(ValueId v) {
    const Node& n = f_.node(v);
    if (inlined_[v]) {
      emit_expression(v);
      return;
    }
    switch (n.op) {
      case Op::kConst: code_.i64_const(n.imm); return;
      case Op::kConstFloat: {
        double d;
        std::memcpy(&d, &n.imm, sizeof d);
        code_.f64_const(d);
        return;
      }
      case Op::kAtom:
        code_.i64_const(
            static_cast<std::int64_t>(address_of(tier_interface->atom_table + n.imm + 1)));
        return;
      default: break;
    }
    if (is_dirty(v)) {
      load_slot(v);
      if (side_path_ == 0) {
        code_.tee(local_of_[v]);
        dirty_.erase(std::find(dirty_.begin(), dirty_.end(), v));
      }
      return;
    }
    code_.get(local_of_[v]);
  }
  void get_arg(const Node& n, std::uint32_t i) { get(f_.arg(n, i)); }
  // As an i32 address.
  void get_address(ValueId v) {
    get(v);
    code_.op(kI32WrapI64);
  }
  void arg_address(const Node& n, std::uint32_t i) { get_address(f_.arg(n, i)); }

  // ---- Variables of the runtime ----

  template <class T>
  void load_i32_at(T* p) {
    code_.i32_const(0);
    code_.i32_load(address_of(p));
  }
  template <class T>
  void load_i64_at(T* p) {
    code_.i32_const(0);
    code_.i64_load(address_of(p));
  }
  template <class T>
  void load_byte_at(T* p) {
    code_.i32_const(0);
    code_.access(kI32Load8U, 0, address_of(p));
  }
  template <class F>
  void call_runtime(F* function, std::uint32_t type) {
    std::uint32_t imported = context_.imports->find(index_of_function(function));
    if (imported != RuntimeImports::kNotHere) {
      code_.op(kCall);
      code_.unsigned_leb(imported);
      return;
    }
    code_.i32_const(index_of_function(function));
    code_.call_indirect(kCallIndirect, type, kRuntimeTable);
  }

  // ---- Spilling ----

  // Stores what lives across a call. Afterwards slots_ is what the callee's sp (callee_sp_) lies
  // below.
  void emit_spills(const Across& call) {
    const ValueSet& live = call.spilled;
    flush_others(call);
    std::vector<ValueId> missing;
    live.for_each([&](ValueId v) {
      if (slot_of(v) == kNone) missing.push_back(v);
    });
    std::vector<ValueId> next = slots_;
    for (ValueId& s : next)
      if (s != kUnitSlot && !live.has(s)) s = kNone;
    std::vector<std::uint32_t> stored;
    for (ValueId v : missing) {
      std::size_t i = 0;
      while (i < next.size() && next[i] != kNone && next[i] != kUnitSlot) i++;
      if (i == next.size()) next.push_back(kNone);
      next[i] = v;
      stored.push_back(static_cast<std::uint32_t>(i));
    }
    while (!next.empty() && (next.back() == kNone || next.back() == kUnitSlot) &&
           next.size() > static_cast<std::size_t>(native_wosize_))
      next.pop_back();
    while (next.size() < static_cast<std::size_t>(native_wosize_)) next.push_back(kNone);
    for (std::uint32_t i = 0; i < next.size(); i++) {
      if (next[i] != kNone) continue;
      next[i] = kUnitSlot;
      stored.push_back(i);
    }
    // Values are read before callee_sp_ changes: dirty ones are in slots already.
    set_callee_sp(callee_sp_, next.size());
    slots_ = next;
    for (std::uint32_t i : stored) {
      code_.get(callee_sp_);
      if (next[i] == kUnitSlot)
        code_.i64_const(bits(Val_unit));
      else
        code_.get(local_of_[next[i]]);
      code_.i64_store(slot_offset(i));
    }
  }

  void set_callee_sp(std::uint32_t local, std::size_t words) {
    code_.get(0);
    code_.i32_const(static_cast<std::int32_t>(8 * words));
    code_.op(kI32Sub);
    code_.set(local);
  }

  void mark_dirty(const ValueSet& live) {
    live.for_each([&](ValueId v) {
      if (!is_dirty(v)) dirty_.push_back(v);
    });
  }

  // ---- Leaving ----

  static BoxKind box_kind(Repr r) {
    switch (r) {
      case Repr::kInt32: return BoxKind::kInt32;
      case Repr::kInt64: return BoxKind::kInt64;
      case Repr::kNative: return BoxKind::kNativeint;
      default: return BoxKind::kFloat;
    }
  }

  // Where a descriptor finds a value; stores it into the scratch area when it must.
  std::int32_t source_of(ValueId v) {
    if (v == kNone) return kSourceInt;
    const Node& n = f_.node(v);
    if (n.op == Op::kConst && (n.imm & 1) != 0) {
      std::int64_t number = n.imm >> 1;
      if (number >= -(1 << 29) && number < (1 << 29))
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(number) << 2 | kSourceInt);
    }
    std::uint32_t slot = slot_of(v);
    if (slot != kNone) return static_cast<std::int32_t>(slot << 2 | kSourceSpilled);
    for (auto& [value, source] : scratch_)
      if (value == v) return source;
    auto i = static_cast<std::int32_t>(scratch_.size());
    if (i >= kUnwindScratchCount) {
      refusal_ = Refusal::kTooManyValues;
      return 0;
    }
    code_.i32_const(0);
    get(v);
    std::int32_t source = i << 2 | kSourceScratch;
    std::uint32_t at = address_of(tier_interface->unwind_scratch + i);
    if (n.repr != Repr::kTagged && n.repr != Repr::kBool) {
      if (n.repr == Repr::kFloat)
        code_.f64_store(at);
      else
        code_.i64_store(at);
      auto kind = static_cast<std::int32_t>(box_kind(n.repr));
      source = kSourceBoxed + (kind * kUnwindScratchCount + i) * 4;
    } else {
      if (n.repr == Repr::kBool) emit_int_of_bool();
      code_.i64_store(at);
    }
    scratch_.push_back({v, source});
    return source;
  }

  // Gives the frame to unwind_frame and returns from the function.
  void emit_unwind(std::uint32_t state_index) {
    emit_unwind_frame(state_index);
    code_.op(kReturn);
  }

  // Leaves on the wasm stack what the function returns then.
  void emit_unwind_frame(std::uint32_t state_index) {
    const FrameState& s = f_.states[state_index];
    scratch_.clear();
    side_path_++;
    std::vector<std::int32_t> words{static_cast<std::int32_t>(s.pc),
                                    (s.here ? kFrameHere : 0) | s.extra_args << 8};
    words.push_back(source_of(s.env));
    words.push_back(s.here ? source_of(s.accu) : 0);
    words.push_back(static_cast<std::int32_t>(s.slots.size()));
    words.push_back(f_.is_segment        ? 0
                    : f_.is_continuation ? -static_cast<std::int32_t>(f_.pc)
                                         : static_cast<std::int32_t>(f_.id));
    for (auto& slot : s.slots) {
      switch (slot.kind) {
        case FrameState::Slot::Kind::kValue: words.push_back(source_of(slot.value)); break;
        case FrameState::Slot::Kind::kTrap:
          words.push_back(static_cast<std::int32_t>(slot.value) | kSourceTrap);
          break;
        case FrameState::Slot::Kind::kReturnFrame:
          words.push_back(kSourceReturnFrame);
          words.push_back(static_cast<std::int32_t>(slot.value));
          break;
      }
    }
    side_path_--;
    const std::int32_t* descriptor = keep_descriptor(words, *context_.data);
    if (descriptor == nullptr) refusal_ = Refusal::kNoMemory;
    note_frame_end();
    code_.get(0);
    code_.i32_const(static_cast<std::int32_t>(address_of(descriptor)));
    call_runtime(tier_interface->unwind_frame, types::kUnwind);
  }

  // Before a segment returns kNoValue. (Others' callers know where they began.)
  void note_frame_end() {
    if (f_.is_segment) store_stack_pointer(0);
  }

  // The condition is on the wasm stack.
  void emit_exit_if(std::uint32_t state) {
    open_unlikely_if();
    emit_unwind(state);
    close();
  }

  // An exception is pending: to the handler of the Invoke behind `call`, or out.
  void emit_propagate(ValueId call) {
    BlockId b = f_.node(call).block;
    if (has_handler(call)) {
      BlockId handler = f_.blocks[b].succs[1];
      side_path_++;
      auto slots = slots_;
      auto dirty = dirty_;
      flush(live_out_, true);
      BlockId saved_block = block_;
      auto saved_across = across_;
      auto saved_out = live_out_;
      dirty_.clear();
      int saved_side = side_path_;
      side_path_ = 0;
      emit_edge(b, handler);
      side_path_ = saved_side;
      block_ = saved_block;
      across_ = saved_across;
      live_out_ = saved_out;
      slots_ = slots;
      dirty_ = dirty;
      side_path_--;
    } else {
      note_frame_end();
      code_.i64_const(0);
      code_.op(kReturn);
    }
  }

  bool has_handler(ValueId call) const {
    return f_.node(f_.terminator(f_.node(call).block)).op == Op::kInvoke &&
           is_before_terminator(call);
  }
  bool is_before_terminator(ValueId v) const {
    const auto& nodes = f_.blocks[f_.node(v).block].nodes;
    return nodes.size() >= 2 && nodes[nodes.size() - 2] == v;
  }

  // The call's result is in `result`: what to do when it is the sentinel.
  void emit_sentinel_check(ValueId call, std::uint32_t result) {
    const Node& n = f_.node(call);
    code_.get(result);
    code_.op(kI64Eqz);
    if (!has_handler(call)) {
      emit_leave_without_result(n);
      return;
    }
    open_if();
    load_i64_at(tier_interface->exn_bucket);
    code_.op(kI64Eqz);
    code_.op(kI32Eqz);
    open_if();
    emit_trace_check(n);
    emit_propagate(call);
    close();
    if (has_state(n))
      emit_unwind(state_of(n));
    else
      code_.op(kUnreachable);
    close();
  }

  static bool has_state(const Node& n) { return n.state != kNone || n.after_state != kNone; }
  static std::uint32_t state_of(const Node& n) {
    return n.state != kNone ? n.state : n.after_state;
  }

  // A backtrace is recorded where all frames are on the VM stack.
  void emit_trace_check(const Node& call) {
    if (call.after_state == kNone) return;
    load_byte_at(tier_interface->backtrace_active);
    emit_exit_if(call.after_state);
  }

  // If the call's result, on the wasm stack, is the sentinel: unwinds, or passes an exception on.
  void emit_leave_without_result(const Node& call) {
    open_unlikely_if();
    if (has_state(call)) {
      load_i64_at(tier_interface->exn_bucket);
      code_.op(kI64Eqz);
      code_.block(kIf, Type::kI64);
      contexts_.push_back({ContextKind::kOther, kNone});
      emit_unwind_frame(state_of(call));
      code_.op(kElse);
      emit_trace_check(call);
    }
    note_frame_end();
    code_.i64_const(0);
    if (has_state(call)) close();
    code_.op(kReturn);
    close();
  }

  // ---- Statements ----

  void set_result(ValueId v) {
    if (local_of_[v] != kNoLocal)
      code_.set(local_of_[v]);
    else
      code_.op(kDrop);
  }

  void emit_statement(ValueId v) {
    const Node& n = f_.node(v);
    switch (n.op) {
      case Op::kEnv:
      case Op::kParam:
      case Op::kConst:
      case Op::kConstFloat:
      case Op::kAtom: return;
      case Op::kFrameSlot:
        code_.get(0);
        code_.i64_load(static_cast<std::uint32_t>(8 * n.imm));
        set_result(v);
        return;
      case Op::kExn:
        load_i64_at(tier_interface->exn_bucket);
        set_result(v);
        code_.i32_const(0);
        code_.i64_const(0);
        code_.i64_store(address_of(tier_interface->exn_bucket));
        return;
      case Op::kSetField: emit_set_field(n, static_cast<std::uint32_t>(8 * n.imm)); return;
      case Op::kSetGlobal:
        load_i64_at(tier_interface->global_data);
        code_.op(kI32WrapI64);
        code_.i32_const(static_cast<std::int32_t>(8 * n.imm));
        code_.op(kI32Add);
        get_arg(n, 0);
        call_runtime(tier_interface->modify, types::kModify);
        return;
      case Op::kSetFloatField:
        arg_address(n, 0);
        get_arg(n, 1);
        code_.f64_store(static_cast<std::uint32_t>(8 * n.imm));
        return;
      case Op::kSetVectItem: emit_set_item(n); return;
      case Op::kSetFloatItem:
        emit_item_address(n);
        get_arg(n, 2);
        code_.f64_store(0);
        return;
      case Op::kSetByteItem:
        arg_address(n, 0);
        emit_note_bytes_change();
        emit_untagged_i32(f_.arg(n, 1));
        code_.op(kI32Add);
        get_arg(n, 2);
        code_.i64_const(1);
        code_.op(kI64ShrU);
        code_.access(kI64Store8, 0, 0);
        return;
      case Op::kOffsetRef:
        arg_address(n, 0);
        code_.tee(pointer_);
        code_.get(pointer_);
        code_.i64_load(0);
        code_.i64_const(2 * n.imm);
        code_.op(kI64Add);
        code_.i64_store(0);
        return;
      case Op::kMakeBlock: emit_make_block(v, n, static_cast<tag_t>(n.imm), 0); return;
      case Op::kMakeFloatBlock: emit_make_float_block(v, n); return;
      case Op::kMakeClosure: emit_make_closure(v, n); return;
      case Op::kMakeClosures: emit_make_closures(v, n); return;
      case Op::kBox: emit_box(v, n); return;
      case Op::kCall: emit_call(v, n); return;
      case Op::kCallPrim: emit_call_prim(v, n); return;
      case Op::kPoll: emit_fuel_check(n); return;
      case Op::kCheckStack: emit_check_stack(n); return;
      case Op::kCheckAttention:
        load_byte_at(tier_interface->attention);
        emit_exit_if(n.state);
        return;
      case Op::kCheckNotZero:
        get_arg(n, 0);
        code_.i64_const(bits(Val_long(0)));
        code_.op(kI64Eq);
        emit_exit_if(n.state);
        return;
      case Op::kGuardInt: emit_guard_int(n); return;
      case Op::kGuardFloat: emit_guard_float(n); return;
      case Op::kCheckNoTrace:
        load_byte_at(tier_interface->backtrace_active);
        emit_exit_if(n.state);
        return;
      default:
        emit_expression(v);
        set_result(v);
        return;
    }
  }

  // pointer_ is the block. Only in programs with a side module that remembers strings.
  void emit_note_bytes_change() {
    const Domain& d = *tier_interface->domain;
    if (d.bytes_change == nullptr) return;
    code_.tee(pointer_);
    load_i32_at(&d.watched_from);
    code_.op(kI32Sub);
    load_i32_at(&d.watched_size);
    code_.op(kI32LtU);
    open_unlikely_if();
    code_.get(pointer_);
    code_.op(kI64ExtendI32U);
    call_runtime(d.bytes_change, types::prim(1));
    code_.op(kDrop);
    close();
    code_.get(pointer_);
  }

  void emit_guard_int(const Node& n) {
    for (std::uint32_t i = 0; i < n.arg_count; i++) {
      get_arg(n, i);
      code_.op(kI32WrapI64);
      if (i > 0) code_.op(kI32And);
    }
    code_.i32_const(1);
    code_.op(kI32And);
    code_.op(kI32Eqz);
    emit_exit_if(n.state);
  }

  void emit_guard_float(const Node& n) {
    get_arg(n, 0);
    code_.op(kI32WrapI64);
    code_.i32_const(1);
    code_.op(kI32And);
    emit_exit_if(n.state);
    arg_address(n, 0);
    code_.i32_const(8);
    code_.op(kI32Sub);
    code_.access(kI32Load8U, 0, 0);
    code_.i32_const(Double_tag);
    code_.op(kI32Ne);
    emit_exit_if(n.state);
  }

  // Leaves on the wasm stack whether it was the last.
  void emit_use_fuel() {
    code_.i32_const(0);
    load_i32_at(tier_interface->fuel);
    code_.i32_const(1);
    code_.op(kI32Sub);
    code_.tee(pointer_);
    code_.i32_store(address_of(tier_interface->fuel));
    code_.get(pointer_);
    code_.i32_const(0);
    code_.op(kI32LeS);
  }

  void emit_fuel_check(const Node& n) {
    emit_use_fuel();
    emit_exit_if(n.state);
  }

  // Without fuel the limit goes up, so that the callee, or one below it, leaves at its entry.
  void emit_count_call() {
    emit_use_fuel();
    open_unlikely_if();
    code_.i32_const(0);
    code_.i32_const(-8);
    code_.i32_store(address_of(tier_interface->stack_limit));
    close();
  }

  void emit_check_stack(const Node& n) {
    code_.get(0);
    std::int32_t words = native_wosize_ > 16 ? native_wosize_ : 0;
    for (const Node& call : f_.nodes)
      if (call.op == Op::kCall)
        words = std::max(words, memory_wosize(static_cast<std::int32_t>(call.arg_count) - 1));
    if (words > 0) {
      code_.i32_const(8 * words);
      code_.op(kI32Sub);
    }
    load_i32_at(tier_interface->stack_limit);
    code_.op(kI32LtU);
    if (context_.options->force_unwind) {
      call_runtime(tier_interface->force_unwind, types::kForceUnwind);
      code_.op(kI32Or);
    }
    emit_exit_if(n.state);
  }

  // pointer_ holds the field's address: inside the young heap?
  void emit_is_young() {
    code_.get(pointer_);
    load_i32_at(tier_interface->young_start);
    code_.op(kI32Sub);
    load_i32_at(tier_interface->young_end);
    load_i32_at(tier_interface->young_start);
    code_.op(kI32Sub);
    code_.op(kI32LtU);
  }

  // pointer_ holds the field's address: is what it holds an integer?
  void emit_holds_integer() {
    code_.get(pointer_);
    code_.i32_load(0);
    code_.i32_const(1);
    code_.op(kI32And);
  }

  // Nothing is to be noted of a young field, nor when an integer takes an integer's place.
  void emit_modify(ValueId value, BlockId b) {
    if (is_integer_at(value, b))
      emit_holds_integer();
    else
      emit_is_young();
    open_if();
    side_path_++;
    code_.get(pointer_);
    get(value);
    code_.i64_store(0);
    code_.op(kElse);
    code_.get(pointer_);
    get(value);
    call_runtime(tier_interface->modify, types::kModify);
    side_path_--;
    close();
  }

  void emit_set_field(const Node& n, std::uint32_t offset) {
    arg_address(n, 0);
    if (offset != 0) {
      code_.i32_const(static_cast<std::int32_t>(offset));
      code_.op(kI32Add);
    }
    code_.set(pointer_);
    emit_modify(f_.arg(n, 1), n.block);
  }

  void emit_set_item(const Node& n) {
    emit_item_address(n);
    code_.set(pointer_);
    emit_modify(f_.arg(n, 2), n.block);
  }

  // Of item n.arg(1) of array n.arg(0).
  void emit_item_address(const Node& n) {
    arg_address(n, 0);
    emit_untagged_i32(f_.arg(n, 1));
    code_.i32_const(3);
    code_.op(kI32Shl);
    code_.op(kI32Add);
  }

  void emit_untagged_i32(ValueId v) {
    const Node& n = f_.node(v);
    if (n.op == Op::kConst) {
      code_.i32_const(static_cast<std::int32_t>(n.imm >> 1));
      return;
    }
    get(v);
    code_.op(kI32WrapI64);
    code_.i32_const(1);
    code_.op(kI32ShrU);
  }

  // ---- Allocation ----

  // pointer_ becomes the address of a fresh block's header, which is written.
  void emit_alloc(ValueId v, std::uint32_t wosize, tag_t tag) {
    load_i32_at(tier_interface->young_ptr);
    code_.i32_const(static_cast<std::int32_t>(8 * (wosize + 1)));
    code_.op(kI32Sub);
    code_.tee(pointer_);
    load_i32_at(tier_interface->young_limit);
    code_.op(kI32LtU);
    open_unlikely_if();
    emit_slow_alloc(across(v).spilled, wosize, tag);
    code_.op(kElse);
    code_.i32_const(0);
    code_.get(pointer_);
    code_.i32_store(address_of(tier_interface->young_ptr));
    code_.get(pointer_);
    code_.i64_const(static_cast<std::int64_t>(bits(Make_header(wosize, tag))));
    code_.i64_store(0);
    close();
  }

  // Values that are in slots stay there; others get slots for the time of the call.
  void emit_slow_alloc(const ValueSet& live, std::uint32_t wosize, tag_t tag) {
    std::vector<ValueId> extra, reloaded;
    live.for_each([&](ValueId v) {
      if (slot_of(v) == kNone) extra.push_back(v);
      if (!is_dirty(v)) reloaded.push_back(v);
    });
    std::size_t words = slots_.size() + extra.size();
    set_callee_sp(slow_sp_, words);
    auto offset = [&](std::size_t slot) {
      return static_cast<std::uint32_t>(8 * (words - 1 - slot));
    };
    for (std::size_t i = 0; i < extra.size(); i++) {
      code_.get(slow_sp_);
      code_.get(local_of_[extra[i]]);
      code_.i64_store(offset(slots_.size() + i));
    }
    code_.get(slow_sp_);
    code_.i32_const(static_cast<std::int32_t>(wosize));
    code_.i32_const(static_cast<std::int32_t>(tag));
    call_runtime(tier_interface->alloc, types::kAlloc);
    code_.op(kI32WrapI64);
    code_.i32_const(8);
    code_.op(kI32Sub);
    code_.set(pointer_);
    for (ValueId v : reloaded) {
      std::uint32_t slot = slot_of(v);
      if (slot == kNone)
        slot = static_cast<std::uint32_t>(
            slots_.size() +
            static_cast<std::size_t>(std::find(extra.begin(), extra.end(), v) - extra.begin()));
      code_.get(slow_sp_);
      code_.i64_load(offset(slot));
      code_.set(local_of_[v]);
    }
  }

  void emit_block_result(ValueId v) {
    code_.get(pointer_);
    code_.i32_const(8);
    code_.op(kI32Add);
    code_.op(kI64ExtendI32U);
    set_result(v);
  }

  void store_field(std::uint32_t field, std::int64_t word) {
    code_.get(pointer_);
    code_.i64_const(word);
    code_.i64_store(8 + 8 * field);
  }

  void emit_make_block(ValueId v, const Node& n, tag_t tag, std::uint32_t first) {
    emit_alloc(v, first + n.arg_count, tag);
    for (std::uint32_t i = 0; i < n.arg_count; i++) {
      code_.get(pointer_);
      get_arg(n, i);
      code_.i64_store(8 + 8 * (first + i));
    }
    if (first == 0) emit_block_result(v);
  }

  void emit_make_float_block(ValueId v, const Node& n) {
    emit_alloc(v, n.arg_count, Double_array_tag);
    for (std::uint32_t i = 0; i < n.arg_count; i++) {
      code_.get(pointer_);
      get_arg(n, i);
      code_.f64_store(8 + 8 * i);
    }
    emit_block_result(v);
  }

  void emit_box(ValueId v, const Node& n) {
    Repr from = f_.node(f_.arg(n, 0)).repr;
    if (from == Repr::kFloat) {
      emit_alloc(v, 1, Double_tag);
      code_.get(pointer_);
      get_arg(n, 0);
      code_.f64_store(8);
    } else {
      emit_alloc(v, 2, Custom_tag);
      store_field(0, bits(custom_operations_value(from)));
      code_.get(pointer_);
      get_arg(n, 0);
      if (from == Repr::kInt32) {
        // Fills the field with the unsigned number.
        code_.i64_const(0xFFFFFFFF);
        code_.op(kI64And);
      }
      code_.i64_store(16);
    }
    emit_block_result(v);
  }

  std::int64_t code_field(FunctionId id) const {
    const FunctionInfo& info = (*tier_interface->function_table)[static_cast<std::uint32_t>(id)];
    return bits(make_code_field(info.entry, id));
  }

  void emit_make_closure(ValueId v, const Node& n) {
    emit_make_block(v, n, Closure_tag, 2);
    store_field(0, code_field(FunctionId{static_cast<std::uint32_t>(n.imm)}));
    store_field(1, bits(Make_closinfo(0, 2)));
    emit_block_result(v);
  }

  void emit_make_closures(ValueId v, const Node& n) {
    auto functions = static_cast<std::uint32_t>(n.imm);
    std::uint32_t start_env = 3 * functions - 1;
    emit_make_block(v, n, Closure_tag, start_env);
    const opcode_t* ids = code_at(CodeOffset{n.aux});
    for (std::uint32_t i = 0; i < functions; i++) {
      if (i > 0)
        store_field(3 * i - 1, static_cast<std::int64_t>(bits(Make_header(3 * i, Infix_tag))));
      store_field(3 * i, code_field(FunctionId{static_cast<std::uint32_t>(ids[i])}));
      store_field(3 * i + 1, bits(Make_closinfo(0, start_env - 3 * i)));
    }
    emit_block_result(v);
  }

  // ---- Calls ----

  // The table index of closure value v's function.
  void emit_function_index(ValueId closure) {
    get_address(closure);
    code_.i32_load(0);
    code_.i32_const(1);
    code_.op(kI32ShrU);
  }

  // A likely condition.
  void emit_is_closure_of(ValueId closure, FunctionId id) {
    get_address(closure);
    emit_is_code_of(id);
    code_.hint(true);
  }
  // Of the closure whose address is on the wasm stack.
  void emit_is_code_of(FunctionId id) {
    code_.i32_load(0);
    code_.i32_const(static_cast<std::int32_t>(static_cast<std::uint32_t>(id) << 1 | 1));
    code_.op(kI32Eq);
  }

  void emit_call_instruction(const Node& n, bool tail) {
    auto arity = static_cast<std::int32_t>(n.arg_count) - 1;
    std::uint32_t type = types::function(arity);
    ValueId closure = f_.arg(n, 0);
    EmitContext::Callee callee = context_.callee(f_, closure);
    std::uint32_t local = EmitContext::kNotHere;
    if (callee.id != kNoFunction) {
      const FunctionInfo& info =
          (*tier_interface->function_table)[static_cast<std::uint32_t>(callee.id)];
      if (info.arity == arity) local = context_.local_function(callee.id);
    }
    if (local != EmitContext::kNotHere && callee.certain) {
      code_.op(tail ? kReturnCall : kCall);
      code_.unsigned_leb(local);
      return;
    }
    bool guarded = local != EmitContext::kNotHere;
    if (guarded) {
      emit_is_closure_of(closure, callee.id);
      code_.op(kIf);
      code_.signed_leb(type);
      code_.op(tail ? kReturnCall : kCall);
      code_.unsigned_leb(local);
      code_.op(kElse);
    }
    emit_function_index(closure);
    code_.call_indirect(tail ? kReturnCallIndirect : kCallIndirect, type,
                        context_.tables->use(arity));
    if (guarded) code_.end();
  }

  // ---- Parameters and arguments in memory (runtime/tier/tier.h) ----

  static std::int32_t memory_wosize(std::int32_t arity) {
    return arity > kMaxTranslatedArity ? 1 + arity - kMaxTranslatedArity : 0;
  }

  // At the function's entry: to locals, and sp is the caller's again.
  void emit_memory_parameters() {
    if (f_.is_continuation || memory_wosize(f_.arity) == 0) return;
    code_.get(0);
    code_.i64_load(0);
    code_.i64_const(bits(Val_long(f_.arity)));
    code_.op(kI64Ne);
    open_unlikely_if();
    for (std::uint32_t i = 0; i < first_local_; i++) code_.get(i);
    code_.i32_const(index_of_function(tier_interface->call_stub(kManyArguments)));
    code_.call_indirect(kReturnCallIndirect, types::function(f_.arity), kRuntimeTable);
    close();
    for (ValueId v : f_.blocks[0].nodes) {
      const Node& n = f_.node(v);
      if (n.op != Op::kParam || n.imm < kMaxTranslatedArity) continue;
      code_.get(0);
      code_.i64_load(static_cast<std::uint32_t>(8 * (1 + n.imm - kMaxTranslatedArity)));
      code_.set(local_of_[v]);
    }
    code_.get(0);
    code_.i32_const(8 * memory_wosize(f_.arity));
    code_.op(kI32Add);
    code_.set(0);
  }

  // Below `sp`; pushes the callee's sp.
  void emit_memory_arguments(const Node& n, std::uint32_t sp) {
    auto arity = static_cast<std::int32_t>(n.arg_count) - 1;
    code_.get(sp);
    if (memory_wosize(arity) == 0) return;
    code_.i32_const(8 * memory_wosize(arity));
    code_.op(kI32Sub);
    code_.tee(slow_sp_);
    code_.i64_const(bits(Val_long(arity)));
    code_.i64_store(0);
    for (std::uint32_t i = kMaxTranslatedArity + 1; i < n.arg_count; i++) {
      code_.get(slow_sp_);
      get_arg(n, i);
      code_.i64_store(8 * (i - kMaxTranslatedArity));
    }
    code_.get(slow_sp_);
  }

  void get_parameters(const Node& n) {
    for (std::uint32_t i = 0; i < n.arg_count && i <= kMaxTranslatedArity; i++) get_arg(n, i);
  }

  void emit_call(ValueId v, const Node& n) {
    emit_spills(across(v));
    if (counts_[block_] == v) emit_count_call();
    side_path_++;
    emit_memory_arguments(n, callee_sp_);
    get_parameters(n);
    emit_call_instruction(n, false);
    side_path_--;
    code_.set(local_of_[v]);
    mark_dirty(across(v).spilled);
    emit_sentinel_check(v, local_of_[v]);
  }

  void store_stack_pointer(std::uint32_t local) {
    load_i32_at(tier_interface->current_stack);
    code_.get(local);
    code_.i32_store(offsetof(Stack, sp));
  }

  void emit_call_prim(ValueId v, const Node& n) {
    const Primitive* prim = n.imm == kPublicMethodPrim
                                ? tier_interface->find_primitive("caml_get_public_method")
                                : tier_interface->prim_at(static_cast<std::int32_t>(n.imm));
    bool collecting = collects(v);
    if (collecting) emit_spills(across(v));
    side_path_++;
    if (prim->arity == kArityN) {
      // Its arguments lie on the stack.
      if (!collecting) emit_spills(across(v));
      code_.get(callee_sp_);
      code_.i32_const(static_cast<std::int32_t>(8 * n.arg_count));
      code_.op(kI32Sub);
      code_.set(slow_sp_);
      for (std::uint32_t i = 0; i < n.arg_count; i++) {
        code_.get(slow_sp_);
        get_arg(n, i);
        code_.i64_store(8 * i);
      }
      store_stack_pointer(slow_sp_);
      code_.get(slow_sp_);
      code_.i32_const(static_cast<std::int32_t>(n.arg_count));
      call_runtime(prim->function, types::kPrimN);
    } else {
      if (collecting) store_stack_pointer(callee_sp_);
      for (std::uint32_t i = 0; i < n.arg_count; i++) get_arg(n, i);
      call_runtime(prim->function, types::prim(prim->arity));
    }
    side_path_--;
    if (local_of_[v] == kNoLocal) {
      code_.op(kDrop);
      if (collecting) mark_dirty(across(v).spilled);
      return;
    }
    code_.set(local_of_[v]);
    if (collecting) mark_dirty(across(v).spilled);
    if (n.state != kNone || n.after_state != kNone) emit_sentinel_check(v, local_of_[v]);
  }

  // ---- Segments (runtime/tier/segments.h) ----

  // All values that the terminator v needs are in locals, from which its frame can be written over
  // their slots.
  void begin_going_out(ValueId v) {
    const Node& n = f_.node(v);
    ValueSet read = liveness_.none();
    liveness_.add_state_values(n, read);
    flush(read, false);
    end_block(n.block);
    slots_.clear();
  }

  void store_at(std::uint32_t local, std::uint32_t word, ValueId v) {
    code_.get(local);
    get(v);
    code_.i64_store(8 * word);
  }
  void store_at(std::uint32_t local, std::uint32_t word, Value v) {
    code_.get(local);
    code_.i64_const(bits(v));
    code_.i64_store(8 * word);
  }

  // `arg_count` arguments from the second one on, the return frame, and the frame that n has from
  // argument `first` on. callee_sp_ is below all of it.
  void emit_frame(const Node& n, std::uint32_t arg_count, std::uint32_t first) {
    std::uint32_t at = arg_count + kReturnFrameWords;
    set_callee_sp(callee_sp_, at + n.arg_count - first - 1);
    for (std::uint32_t i = 0; i < arg_count; i++) store_at(callee_sp_, i, f_.arg(n, 1 + i));
    store_at(callee_sp_, arg_count, Val_pc(code_at(CodeOffset{n.aux})));
    store_at(callee_sp_, arg_count + 1, f_.arg(n, first));
    store_at(callee_sp_, arg_count + 2, Val_long(0));
    for (std::uint32_t i = first + 1; i < n.arg_count; i++)
      store_at(callee_sp_, at + i - first - 1, f_.arg(n, i));
  }

  // word_ holds what stands at a segment's place.
  void emit_is_segment() {
    code_.get(word_);
    code_.i32_const(0);
    code_.op(kI32LtS);
  }
  void emit_jump_to_word() {
    code_.get(word_);
    code_.i32_const(0x7FFFFFFF);
    code_.op(kI32And);
    code_.call_indirect(kReturnCallIndirect, types::kSegment, kRuntimeTable);
  }

  // With the value in value_, behind the call whose return frame is at `base`.
  void emit_go_behind_call(std::uint32_t base) {
    code_.get(base);
    code_.i64_load(0);
    code_.i64_const(1);
    code_.op(kI64ShrU);
    code_.op(kI32WrapI64);
    code_.i32_load(0);
    code_.set(word_);
    emit_is_segment();
    code_.get(base);
    code_.i64_load(16);
    code_.i64_const(bits(Val_long(0)));
    code_.op(kI64Eq);
    code_.op(kI32And);
    code_.hint(true);
    open_if();
    code_.get(base);
    code_.i32_const(8 * kReturnFrameWords);
    code_.op(kI32Add);
    code_.get(base);
    code_.i64_load(8);
    code_.get(value_);
    emit_jump_to_word();
    close();
    code_.get(base);
    code_.get(value_);
    call_runtime(leave_by_return, types::function(0));
    code_.op(kReturn);
  }

  void emit_go_on(Value (*function)(Value*, Value, Value)) {
    code_.i32_const(index_of_function(function));
    code_.call_indirect(kReturnCallIndirect, types::kSegment, kRuntimeTable);
  }

  // The fiber has a parent, and no frames of other activations'.
  void emit_exit_unless_may_perform(const Node& n) {
    load_i32_at(tier_interface->current_stack);
    code_.tee(pointer_);
    code_.i32_load(offsetof(Stack, parent));
    code_.op(kI32Eqz);
    load_i32_at(&tier_interface->domain->activation);
    code_.i32_load(offsetof(Activation, stack));
    code_.get(pointer_);
    code_.op(kI32Eq);
    code_.op(kI32Or);
    emit_exit_if(n.state);
  }

  void emit_perform(ValueId v, const Node& n) {
    begin_going_out(v);
    emit_exit_unless_may_perform(n);
    emit_frame(n, 0, 1);
    emit_perform_here(n);
    code_.get(callee_sp_);
    get_arg(n, 0);
    code_.i64_const(bits(Val_unit));
    emit_go_on(segment_perform);
  }

  // What segment_perform does when the young heap has room for the continuation, no argument is
  // extra in the parent, and the handler is as guessed, with a segment in this module. Else goes
  // on behind it.
  void emit_perform_here(const Node& n) {
    if (context_.handler == kNoFunction) return;
    const FunctionInfo& info =
        (*tier_interface->function_table)[static_cast<std::uint32_t>(context_.handler)];
    std::uint32_t segment = context_.local_segment(behind_grab(info));
    if (info.arity != 3 || segment == EmitContext::kNotHere) return;
    load_i32_at(tier_interface->current_stack);
    code_.tee(stack_);
    code_.i32_load(offsetof(Stack, parent));
    code_.tee(word_);
    code_.i32_load(offsetof(Stack, sp));
    code_.tee(slow_sp_);
    code_.i64_load(0);
    code_.i64_const(bits(Val_long(0)));
    code_.op(kI64Eq);
    code_.get(stack_);
    code_.i64_load(offsetof(Stack, handle_effect));
    code_.tee(value_);
    code_.op(kI32WrapI64);
    emit_is_code_of(context_.handler);
    code_.op(kI32And);
    load_i32_at(tier_interface->young_ptr);
    code_.i32_const(8 * 3);
    code_.op(kI32Sub);
    code_.tee(pointer_);
    load_i32_at(tier_interface->young_limit);
    code_.op(kI32GeU);
    code_.op(kI32And);
    code_.hint(true);
    open_if();
    emit_continuation();
    code_.get(stack_);
    code_.get(callee_sp_);
    code_.i32_store(offsetof(Stack, sp));
    code_.get(stack_);
    code_.i32_const(0);
    code_.i32_store(offsetof(Stack, parent));
    code_.get(slow_sp_);
    code_.i32_const(8 * 2);
    code_.op(kI32Sub);
    code_.set(slow_sp_);
    store_at(slow_sp_, 0, f_.arg(n, 0));
    code_.get(slow_sp_);
    code_.get(pointer_);
    code_.i32_const(8);
    code_.op(kI32Add);
    code_.op(kI64ExtendI32U);
    code_.i64_store(8);
    code_.get(slow_sp_);
    emit_pointer_value(stack_);
    code_.i64_store(16);
    emit_switch_to(word_, slow_sp_);
    code_.get(slow_sp_);
    code_.get(value_);
    code_.get(value_);
    code_.op(kReturnCall);
    code_.unsigned_leb(segment);
    close();
  }

  // Val_ptr of a local.
  void emit_pointer_value(std::uint32_t local) {
    code_.get(local);
    code_.i32_const(1);
    code_.op(kI32Or);
    code_.op(kI64ExtendI32U);
  }

  // Of the fiber in stack_, in the young heap at pointer_.
  void emit_continuation() {
    code_.i32_const(0);
    code_.get(pointer_);
    code_.i32_store(address_of(tier_interface->young_ptr));
    code_.get(pointer_);
    code_.i64_const(static_cast<std::int64_t>(Make_header(2, Cont_tag)));
    code_.i64_store(0);
    for (std::uint32_t offset : {8u, 16u}) {
      code_.get(pointer_);
      emit_pointer_value(stack_);
      code_.i64_store(offset);
    }
  }

  // fibers.cpp's switch_to. stack, sp: locals.
  void emit_switch_to(std::uint32_t stack, std::uint32_t sp) {
    const Domain* d = tier_interface->domain;
    if (activation_ == 0) {
      activation_ = new_local(Type::kI32);
      floor_ = new_local(Type::kI32);
      limit_ = new_local(Type::kI32);
    }
    code_.i32_const(0);
    code_.get(stack);
    code_.i32_store(address_of(tier_interface->current_stack));
    code_.get(stack);
    code_.i64_const(1);
    code_.access(kI64Store8, 0, offsetof(Stack, dirty));
    load_i32_at(&d->activation);
    code_.tee(activation_);
    code_.i32_load(offsetof(Activation, limit));
    code_.get(sp);
    code_.get(activation_);
    code_.i32_load(offsetof(Activation, room));
    code_.i32_const(3);
    code_.op(kI32Shl);
    code_.tee(limit_);
    code_.get(sp);
    code_.get(stack);
    code_.i32_load(offsetof(Stack, floor));
    code_.tee(floor_);
    code_.op(kI32Sub);
    code_.get(limit_);
    code_.get(sp);
    code_.get(floor_);
    code_.op(kI32Sub);
    code_.op(kI32LtU);
    code_.op(kSelect);
    code_.op(kI32Sub);
    code_.get(activation_);
    code_.i32_load(offsetof(Activation, stack));
    code_.get(stack);
    code_.op(kI32Eq);
    code_.op(kSelect);
    code_.set(limit_);
    code_.i32_const(0);
    code_.get(limit_);
    code_.i32_store(address_of(&d->native_limit));
    code_.i32_const(0);
    code_.i32_const(~7);
    code_.get(floor_);
    code_.get(limit_);
    code_.get(floor_);
    code_.get(limit_);
    code_.op(kI32GtU);
    code_.op(kSelect);
    load_byte_at(tier_interface->attention);
    code_.op(kSelect);
    code_.i32_store(address_of(tier_interface->stack_limit));
  }

  // Arguments: the fiber, or with `flag` its continuation; function, argument, last fiber.
  void emit_resume(ValueId v, const Node& n) {
    begin_going_out(v);
    if (n.flag) {
      arg_address(n, 0);
      code_.i64_load(0);
    } else {
      get_arg(n, 0);
    }
    code_.i64_const(bits(Val_ptr<Stack>(nullptr)));
    code_.op(kI64Eq);
    get_arg(n, 3);
    code_.i64_const(bits(Val_ptr<Stack>(nullptr)));
    code_.op(kI64Eq);
    code_.op(kI32Or);
    emit_exit_if(n.state);
    std::uint32_t sp = 0;
    if (n.aux != 0) {
      emit_frame(n, 0, 4);
      sp = callee_sp_;
    }
    if (n.flag && is_identity(f_.arg(n, 1))) emit_resume_here(n, sp);
    code_.get(sp);
    code_.i32_const(16);
    code_.op(kI32Sub);
    code_.set(slow_sp_);
    store_at(slow_sp_, 1, f_.arg(n, 1));
    store_at(slow_sp_, 0, f_.arg(n, 3));
    code_.get(sp);
    get_arg(n, 0);
    get_arg(n, 2);
    emit_go_on(n.flag ? segment_resume_taken : segment_resume);
  }

  // Effect.Deep.continue resumes by the identity.
  bool is_identity(ValueId closure) const {
    EmitContext::Callee callee = context_.callee(f_, closure);
    if (!callee.certain || callee.id == kNoFunction) return false;
    const opcode_t* code =
        code_at((*tier_interface->function_table)[static_cast<std::uint32_t>(callee.id)].entry);
    return tier_interface->untiered_opcode(code) == ACC0_RETURN && code[2] == 1;
  }

  // What segment_resume_taken does for a single fiber that the collector need not look at first.
  // Else goes on behind it. sp: a local, below the frame where control comes back.
  void emit_resume_here(const Node& n, std::uint32_t sp) {
    arg_address(n, 0);
    code_.i32_load(0);
    code_.i32_const(1);
    code_.op(kI32Sub);
    code_.tee(stack_);
    code_.i32_load(offsetof(Stack, parent));
    code_.get(stack_);
    code_.access(kI32Load8U, 0, offsetof(Stack, marked));
    load_byte_at(&tier_interface->domain->heap->stack_color);
    code_.op(kI32Ne);
    load_byte_at(&tier_interface->domain->heap->marking);
    code_.op(kI32And);
    code_.op(kI32Or);
    code_.op(kI32Eqz);
    code_.hint(true);
    open_if();
    arg_address(n, 0);
    code_.i64_const(bits(Val_ptr<Stack>(nullptr)));
    code_.i64_store(0);
    code_.get(sp);
    code_.i32_const(8);
    code_.op(kI32Sub);
    code_.set(slow_sp_);
    store_at(slow_sp_, 0, Val_long(0));
    store_stack_pointer(slow_sp_);
    get_arg(n, 3);
    code_.op(kI32WrapI64);
    code_.i32_const(1);
    code_.op(kI32Sub);
    load_i32_at(tier_interface->current_stack);
    code_.i32_store(offsetof(Stack, parent));
    get_arg(n, 2);
    code_.set(value_);
    code_.get(stack_);
    code_.i32_load(offsetof(Stack, sp));
    code_.set(slow_sp_);
    emit_switch_to(stack_, slow_sp_);
    emit_go_behind_call(slow_sp_);
    close();
  }

  // CallOut and TailCall: the callee's segment, else its translation, which returns here, else the
  // interpreter.
  void emit_call_out(ValueId v, const Node& n) {
    bool tail = n.op == Op::kTailCall;
    std::uint32_t count = tail ? n.arg_count - 1 : static_cast<std::uint32_t>(n.imm);
    begin_going_out(v);
    emit_fuel_check(n);
    if (tail) {
      set_callee_sp(callee_sp_, count);
      for (std::uint32_t i = 0; i < count; i++) store_at(callee_sp_, i, f_.arg(n, 1 + i));
    } else {
      emit_frame(n, count, 1 + count);
    }
    ValueId closure = f_.arg(n, 0);
    if (emit_known_call_out(n, closure, count, tail)) return;
    emit_unknown_call_out(n, closure, count, tail);
    code_.get(callee_sp_);
    get(closure);
    code_.i64_const(bits(Val_long(count)));
    call_runtime(leave_by_call, types::function(1));
    code_.op(kReturn);
  }

  // Goes on behind it when the function is another one than was guessed, or is not here.
  bool emit_known_call_out(const Node& n, ValueId closure, std::uint32_t count, bool tail) {
    EmitContext::Callee callee = context_.callee(f_, closure);
    if (callee.id == kNoFunction) return false;
    const FunctionInfo& info =
        (*tier_interface->function_table)[static_cast<std::uint32_t>(callee.id)];
    if (info.arity != static_cast<std::int32_t>(count)) return false;
    std::uint32_t segment = context_.local_segment(behind_grab(info));
    std::uint32_t translation = context_.local_function(callee.id);
    if (segment == EmitContext::kNotHere && translation == EmitContext::kNotHere) return false;
    bool surely = callee.certain && segment != EmitContext::kNotHere;
    if (!surely) {
      emit_is_closure_of(closure, callee.id);
      if (segment == EmitContext::kNotHere) {
        // Unless it has been dropped since: what calls a segment in its turn must not nest.
        load_i32_at(tier_interface->function_table);
        auto offset = static_cast<std::uint32_t>(callee.id) * sizeof(FunctionInfo);
        code_.i32_load(static_cast<std::uint32_t>(offset + offsetof(FunctionInfo, code)));
        code_.i32_const(0);
        code_.op(kI32Ne);
        code_.op(kI32And);
        code_.hint(true);
      }
      open_if();
    }
    if (segment != EmitContext::kNotHere) {
      code_.get(callee_sp_);
      get(closure);
      get(closure);
      code_.op(kReturnCall);
      code_.unsigned_leb(segment);
    } else {
      emit_native_call(n, closure, count, tail, callee.id);
    }
    if (!surely) close();
    return surely;
  }

  // Goes on behind it when the function has neither segment nor translation.
  void emit_unknown_call_out(const Node& n, ValueId closure, std::uint32_t count, bool tail) {
    // slow_sp_: the address of its FunctionInfo.
    emit_function_index(closure);
    code_.i32_const(static_cast<std::int32_t>(sizeof(FunctionInfo)));
    code_.op(kI32Mul);
    load_i32_at(tier_interface->function_table);
    code_.op(kI32Add);
    code_.tee(slow_sp_);
    code_.access(kI32Load16U, 1, offsetof(FunctionInfo, arity));
    code_.i32_const(static_cast<std::int32_t>(count));
    code_.op(kI32Eq);
    code_.hint(true);
    open_if();
    code_.get(slow_sp_);
    code_.i32_load(offsetof(FunctionInfo, entry));
    code_.i32_load(count > 1 ? 8 : 0);
    code_.set(word_);
    emit_is_segment();
    code_.hint(true);
    open_if();
    code_.get(callee_sp_);
    get(closure);
    get(closure);
    emit_jump_to_word();
    close();
    if (count <= kMaxTranslatedArity) {
      code_.get(slow_sp_);
      code_.i32_load(offsetof(FunctionInfo, code));
      open_if();
      emit_native_call(n, closure, count, tail, kNoFunction);
      close();
    }
    close();
  }

  // `here`: the function, if it is one of this module.
  void emit_native_call(const Node& n, ValueId closure, std::uint32_t count, bool tail,
                        FunctionId here) {
    std::uint32_t below = count + (tail ? 0 : kReturnFrameWords);
    auto least = static_cast<std::uint32_t>(native_wosize_);
    std::uint32_t padding = least > below ? least - below : 0;
    code_.get(callee_sp_);
    if (padding > 0) {
      code_.i32_const(static_cast<std::int32_t>(8 * padding));
      code_.op(kI32Sub);
      code_.set(slow_sp_);
      for (std::uint32_t i = 0; i < padding; i++) store_at(slow_sp_, i, Val_unit);
      code_.get(slow_sp_);
    }
    load_i32_at(tier_interface->current_stack);
    code_.set(stack_);
    for (std::uint32_t i = 0; i <= count; i++) get_arg(n, i);
    if (here != kNoFunction) {
      code_.op(kCall);
      code_.unsigned_leb(context_.local_function(here));
      code_.set(value_);
      code_.i32_const(static_cast<std::int32_t>(here));
      code_.set(word_);
    } else {
      emit_function_index(closure);
      code_.tee(word_);
      auto arity = static_cast<std::int32_t>(count);
      code_.call_indirect(kCallIndirect, types::function(arity), context_.tables->use(arity));
      code_.set(value_);
    }
    // Its return frame.
    code_.get(callee_sp_);
    code_.i32_const(static_cast<std::int32_t>(8 * count));
    code_.op(kI32Add);
    code_.set(slow_sp_);
    code_.get(value_);
    code_.op(kI64Eqz);
    open_unlikely_if();
    code_.get(slow_sp_);
    code_.get(word_);
    code_.get(stack_);
    call_runtime(tier_interface->segment_callee_left, types::kAlloc);
    code_.op(kReturn);
    close();
    std::uint32_t local = tail ? EmitContext::kNotHere : context_.local_segment(CodeOffset{n.aux});
    if (local == EmitContext::kNotHere) {
      emit_go_behind_call(slow_sp_);
      return;
    }
    code_.get(slow_sp_);
    code_.i32_const(8 * kReturnFrameWords);
    code_.op(kI32Add);
    code_.get(slow_sp_);
    code_.i64_load(8);
    code_.get(value_);
    code_.op(kReturnCall);
    code_.unsigned_leb(local);
  }

  // ---- Terminators ----

  void emit_terminator(BlockId b, ValueId v) {
    const Node& n = f_.node(v);
    const auto& succs = f_.blocks[b].succs;
    switch (n.op) {
      case Op::kJump:
      case Op::kInvoke:
        end_block(b);
        emit_edge(b, succs[0]);
        return;
      case Op::kBranch:
        end_block(b);
        get_arg(n, 0);
        if (f_.blocks[succs[0]].cold != f_.blocks[succs[1]].cold)
          code_.hint(f_.blocks[succs[1]].cold);
        open_if();
        emit_edge(b, succs[0]);
        code_.op(kElse);
        dirty_.clear();
        emit_edge(b, succs[1]);
        close();
        code_.op(kUnreachable);
        return;
      case Op::kSwitch: emit_switch(b, n); return;
      case Op::kReturn:
        get_arg(n, 0);
        if (f_.is_segment) {
          code_.set(value_);
          emit_go_behind_call(0);
        } else {
          code_.op(kReturn);
        }
        return;
      case Op::kCallOut: emit_call_out(v, n); return;
      case Op::kPerform: emit_perform(v, n); return;
      case Op::kResume: emit_resume(v, n); return;
      case Op::kReperform:
        begin_going_out(v);
        emit_exit_unless_may_perform(n);
        set_callee_sp(callee_sp_, 1);
        store_at(callee_sp_, 0, f_.arg(n, 2));
        code_.get(0);
        get_arg(n, 0);
        get_arg(n, 1);
        emit_go_on(segment_reperform);
        return;
      case Op::kRaise:
        code_.i32_const(0);
        get_arg(n, 0);
        code_.i64_store(address_of(tier_interface->exn_bucket));
        if (succs.empty()) {
          note_frame_end();
          code_.i64_const(0);
          code_.op(kReturn);
        } else {
          end_block(b);
          emit_edge(b, succs[0]);
        }
        return;
      case Op::kTailCall:
        if (f_.is_segment) {
          emit_call_out(v, n);
          return;
        }
        emit_fuel_check(n);
        // Arguments in memory take the place of values that are spilled.
        if (memory_wosize(static_cast<std::int32_t>(n.arg_count) - 1) != 0) end_block(b);
        side_path_++;
        emit_memory_arguments(n, 0);
        get_parameters(n);
        emit_call_instruction(n, true);
        side_path_--;
        code_.op(kUnreachable);
        return;
      case Op::kExit: emit_unwind(n.state); return;
      default: __builtin_trap();
    }
  }

  void emit_switch(BlockId b, const Node& n) {
    end_block(b);
    const auto& succs = f_.blocks[b].succs;
    auto sizes = static_cast<std::uint32_t>(n.imm);
    std::uint32_t constants = sizes & 0xFFFF, blocks = sizes >> 16;
    bool both = constants != 0 && blocks != 0;
    if (both) {
      arg_address(n, 0);
      code_.i32_const(1);
      code_.op(kI32And);
      open_if();
    }
    if (constants != 0) {
      emit_untagged_i32(f_.arg(n, 0));
      emit_table(succs.data(), constants);
    }
    if (both) code_.op(kElse);
    if (blocks != 0) {
      arg_address(n, 0);
      code_.i32_const(8);
      code_.op(kI32Sub);
      code_.access(kI32Load8U, 0, 0);
      emit_table(succs.data() + constants, blocks);
    }
    if (both) {
      close();
      code_.op(kUnreachable);
    }
  }

  void emit_table(const BlockId* targets, std::uint32_t count) {
    code_.op(kBrTable);
    code_.unsigned_leb(count - 1);
    for (std::uint32_t i = 0; i < count; i++)
      code_.unsigned_leb(depth_of(ContextKind::kBlock, targets[i]));
  }

  // ---- Expressions ----

  void emit_int_of_bool() {
    code_.op(kI64ExtendI32U);
    code_.i64_const(1);
    code_.op(kI64Shl);
    code_.i64_const(1);
    code_.op(kI64Or);
  }

  void emit_binary(const Node& n, unsigned instruction) {
    get_arg(n, 0);
    get_arg(n, 1);
    code_.op(instruction);
  }

  // The count of a shift, untagged.
  void emit_untagged(ValueId v) {
    const Node& n = f_.node(v);
    if (n.op == Op::kConst) {
      code_.i64_const(n.imm >> 1);
      return;
    }
    get(v);
    code_.i64_const(1);
    code_.op(kI64ShrS);
  }

  // v - 1, or v without its tag.
  void emit_minus_one(ValueId v) {
    const Node& n = f_.node(v);
    if (n.op == Op::kConst) {
      code_.i64_const(n.imm - 1);
      return;
    }
    get(v);
    code_.i64_const(1);
    code_.op(kI64Sub);
  }

  void emit_tag_one(unsigned instruction) {
    code_.i64_const(1);
    code_.op(instruction);
  }

  void emit_header_address(const Node& n) {
    arg_address(n, 0);
    code_.i32_const(8);
    code_.op(kI32Sub);
  }

  // The tagged index as an unsigned number of any size, below `limit` that follows.
  void emit_index(ValueId v) {
    get(v);
    code_.i64_const(1);
    code_.op(kI64ShrU);
  }

  // Length of the string in a local: 8 * wosize - 1 - last byte.
  void emit_string_length(ValueId s) {
    // The header's size in bytes less one: (header >> 10) * 8 - 1.
    get_address(s);
    code_.i32_const(8);
    code_.op(kI32Sub);
    code_.i64_load(0);
    code_.i64_const(10);
    code_.op(kI64ShrU);
    code_.op(kI32WrapI64);
    code_.i32_const(3);
    code_.op(kI32Shl);
    code_.i32_const(1);
    code_.op(kI32Sub);
    code_.tee(pointer_);
    code_.get(pointer_);
    get_address(s);
    code_.op(kI32Add);
    code_.access(kI32Load8U, 0, 0);
    code_.op(kI32Sub);
    code_.op(kI64ExtendI32U);
  }

  void emit_wosize(const Node& n) {
    emit_header_address(n);
    code_.i64_load(0);
    code_.i64_const(10);
    code_.op(kI64ShrU);
  }

  void emit_tag(const Node& n) {
    emit_header_address(n);
    code_.access(kI32Load8U, 0, 0);
  }

  // The methods of a class are closures and labels, alternately, from field 2; field 1 is a mask
  // for what is cached, the label's byte distance from field 3 (as the interpreter has it).
  void emit_public_method(const Node& n) {
    std::uint32_t cache = address_of(code_at(CodeOffset{static_cast<std::uint32_t>(n.imm)}));
    arg_address(n, 0);
    code_.i64_load(0);
    code_.op(kI32WrapI64);
    code_.tee(pointer_);
    code_.i32_const(0);
    code_.i32_load(cache);
    code_.get(pointer_);
    code_.i32_load(8);
    code_.op(kI32And);
    code_.op(kI32Add);
    code_.tee(pointer_);
    code_.i64_load(24);
    get_arg(n, 1);
    code_.op(kI64Eq);
    code_.hint(true);
    code_.block(kIf, Type::kI64);
    code_.get(pointer_);
    code_.i64_load(16);
    code_.op(kElse);
    get_arg(n, 0);
    get_arg(n, 1);
    code_.i64_const(n.imm);
    call_runtime(tier_interface->public_method, types::prim(3));
    code_.end();
  }

  void emit_expression(ValueId v) {
    const Node& n = f_.node(v);
    switch (n.op) {
      // Sources and memory
      case Op::kOffsetClosure:
      case Op::kInfixClosure:
        get_arg(n, 0);
        code_.i64_const(8 * n.imm);
        code_.op(kI64Add);
        return;
      case Op::kGlobal:
        load_i64_at(tier_interface->global_data);
        code_.op(kI32WrapI64);
        code_.i64_load(static_cast<std::uint32_t>(8 * n.imm));
        return;
      case Op::kField:
        arg_address(n, 0);
        code_.i64_load(static_cast<std::uint32_t>(8 * n.imm));
        return;
      case Op::kFloatField:
        arg_address(n, 0);
        code_.f64_load(static_cast<std::uint32_t>(8 * n.imm));
        return;
      case Op::kVectLength:
        emit_wosize(n);
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;
      case Op::kVectItem:
        emit_item_address(n);
        code_.i64_load(0);
        return;
      case Op::kFloatItem:
        emit_item_address(n);
        code_.f64_load(0);
        return;
      case Op::kByteItem:
        arg_address(n, 0);
        emit_untagged_i32(f_.arg(n, 1));
        code_.op(kI32Add);
        code_.access(kI64Load8U, 0, 0);
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;
      case Op::kStringLength:
        emit_string_length(f_.arg(n, 0));
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;
      case Op::kMethod:
        arg_address(n, 1);
        code_.i64_load(0);
        code_.op(kI32WrapI64);
        emit_untagged_i32(f_.arg(n, 0));
        code_.i32_const(3);
        code_.op(kI32Shl);
        code_.op(kI32Add);
        code_.i64_load(0);
        return;
      case Op::kPublicMethod: emit_public_method(n); return;
      case Op::kInBounds:
        emit_index(f_.arg(n, 1));
        emit_wosize(n);
        code_.op(kI64LtU);
        return;
      case Op::kInByteBounds:
        emit_index(f_.arg(n, 1));
        emit_string_length(f_.arg(n, 0));
        code_.op(kI64LtU);
        return;
      case Op::kInAddrBounds:
        emit_index(f_.arg(n, 1));
        emit_wosize(n);
        code_.op(kI64LtU);
        emit_tag(n);
        code_.i32_const(Double_array_tag);
        code_.op(kI32Ne);
        code_.op(kI32And);
        return;
      case Op::kIsAddrArray:
        emit_tag(n);
        code_.i32_const(Double_array_tag);
        code_.op(kI32Ne);
        return;

      // Integers
      case Op::kAddInt:
        if (f_.node(f_.arg(n, 0)).op == Op::kConst) {
          get_arg(n, 1);
          emit_minus_one(f_.arg(n, 0));
        } else {
          get_arg(n, 0);
          emit_minus_one(f_.arg(n, 1));
        }
        code_.op(kI64Add);
        return;
      case Op::kSubInt:
        get_arg(n, 0);
        emit_minus_one(f_.arg(n, 1));
        code_.op(kI64Sub);
        return;
      case Op::kMulInt:
        emit_minus_one(f_.arg(n, 0));
        emit_untagged(f_.arg(n, 1));
        code_.op(kI64Mul);
        emit_tag_one(kI64Or);
        return;
      case Op::kDivInt:
      case Op::kModInt:
        emit_untagged(f_.arg(n, 0));
        emit_untagged(f_.arg(n, 1));
        code_.op(n.op == Op::kDivInt ? kI64DivS : kI64RemS);
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;
      case Op::kAndInt: emit_binary(n, kI64And); return;
      case Op::kOrInt: emit_binary(n, kI64Or); return;
      case Op::kXorInt:
        emit_binary(n, kI64Xor);
        emit_tag_one(kI64Or);
        return;
      case Op::kLslInt:
        emit_minus_one(f_.arg(n, 0));
        emit_untagged(f_.arg(n, 1));
        code_.op(kI64Shl);
        emit_tag_one(kI64Add);
        return;
      case Op::kLsrInt:
        get_arg(n, 0);
        emit_untagged(f_.arg(n, 1));
        code_.op(kI64ShrU);
        emit_tag_one(kI64Or);
        return;
      case Op::kAsrInt:
        get_arg(n, 0);
        emit_untagged(f_.arg(n, 1));
        code_.op(kI64ShrS);
        emit_tag_one(kI64Or);
        return;
      case Op::kNegInt:
        code_.i64_const(2);
        get_arg(n, 0);
        code_.op(kI64Sub);
        return;
      case Op::kOffsetInt:
        get_arg(n, 0);
        code_.i64_const(2 * n.imm);
        code_.op(kI64Add);
        return;
      case Op::kEq: emit_binary(n, kI64Eq); return;
      case Op::kNe: emit_binary(n, kI64Ne); return;
      case Op::kLt: emit_binary(n, kI64LtS); return;
      case Op::kLe: emit_binary(n, kI64LeS); return;
      case Op::kGt: emit_binary(n, kI64GtS); return;
      case Op::kGe: emit_binary(n, kI64GeS); return;
      case Op::kUlt: emit_binary(n, kI64LtU); return;
      case Op::kUge: emit_binary(n, kI64GeU); return;
      case Op::kIsInt:
        arg_address(n, 0);
        code_.i32_const(1);
        code_.op(kI32And);
        return;
      case Op::kBothInt:
        emit_binary(n, kI64And);
        code_.op(kI32WrapI64);
        code_.i32_const(1);
        code_.op(kI32And);
        return;
      case Op::kNot:
        get_arg(n, 0);
        code_.op(kI32Eqz);
        return;
      case Op::kIntOfBool:
        get_arg(n, 0);
        emit_int_of_bool();
        return;
      case Op::kBoolOfInt:
        get_arg(n, 0);
        code_.i64_const(bits(Val_false));
        code_.op(kI64Ne);
        return;
      case Op::kCompareInt:
        emit_binary(n, kI64GtS);
        emit_binary(n, kI64LtS);
        code_.op(kI32Sub);
        code_.op(kI64ExtendI32S);
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;

      // Floats
      case Op::kUnbox:
        arg_address(n, 0);
        if (n.repr == Repr::kFloat)
          code_.f64_load(0);
        else if (n.repr == Repr::kInt32)
          code_.access(kI64Load32S, 2, 8);
        else
          code_.i64_load(8);
        return;

      // Boxed integers
      case Op::kWideAdd: emit_wide(n, kI64Add); return;
      case Op::kWideSub: emit_wide(n, kI64Sub); return;
      case Op::kWideMul: emit_wide(n, kI64Mul); return;
      case Op::kWideAnd: emit_binary(n, kI64And); return;
      case Op::kWideOr: emit_binary(n, kI64Or); return;
      case Op::kWideXor: emit_binary(n, kI64Xor); return;
      case Op::kWideNeg:
        code_.i64_const(0);
        get_arg(n, 0);
        code_.op(kI64Sub);
        wrap_wide(n);
        return;
      case Op::kWideShl: emit_wide_shift(n, kI64Shl); return;
      case Op::kWideShr: emit_wide_shift(n, kI64ShrS); return;
      case Op::kWideShrU: emit_wide_shift(n, kI64ShrU); return;
      case Op::kWideOfInt:
        emit_untagged(f_.arg(n, 0));
        wrap_wide(n);
        return;
      case Op::kWideOfWide:
        get_arg(n, 0);
        if (static_cast<Repr>(n.imm) != Repr::kInt32) wrap_wide(n);
        return;
      case Op::kIntOfWide:
        get_arg(n, 0);
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;
      case Op::kCompareWide:
        emit_binary(n, kI64GtS);
        emit_binary(n, kI64LtS);
        code_.op(kI32Sub);
        code_.op(kI64ExtendI32S);
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;
      case Op::kFloatOfWide:
        get_arg(n, 0);
        code_.op(kF64ConvertI64S);
        return;
      case Op::kBitsOfFloat: emit_unary(n, kI64ReinterpretF64); return;
      case Op::kFloatOfBits: emit_unary(n, kF64ReinterpretI64); return;
      case Op::kAddFloat: emit_binary(n, kF64Add); return;
      case Op::kSubFloat: emit_binary(n, kF64Sub); return;
      case Op::kMulFloat: emit_binary(n, kF64Mul); return;
      case Op::kDivFloat: emit_binary(n, kF64Div); return;
      case Op::kNegFloat: emit_unary(n, kF64Neg); return;
      case Op::kAbsFloat: emit_unary(n, kF64Abs); return;
      case Op::kSqrtFloat: emit_unary(n, kF64Sqrt); return;
      case Op::kFloorFloat: emit_unary(n, kF64Floor); return;
      case Op::kCeilFloat: emit_unary(n, kF64Ceil); return;
      case Op::kTruncFloat: emit_unary(n, kF64Trunc); return;
      case Op::kFloatOfInt:
        emit_untagged(f_.arg(n, 0));
        code_.op(kF64ConvertI64S);
        return;
      case Op::kFloatFitsInt:
        get_arg(n, 0);
        code_.op(kF64Abs);
        code_.f64_const(4e18);
        code_.op(kF64Lt);
        return;
      case Op::kIntOfFloat:
        get_arg(n, 0);
        code_.op(kI64TruncF64S);
        code_.i64_const(1);
        code_.op(kI64Shl);
        emit_tag_one(kI64Or);
        return;
      case Op::kEqFloat: emit_binary(n, kF64Eq); return;
      case Op::kNeFloat: emit_binary(n, kF64Ne); return;
      case Op::kLtFloat: emit_binary(n, kF64Lt); return;
      case Op::kLeFloat: emit_binary(n, kF64Le); return;
      case Op::kGtFloat: emit_binary(n, kF64Gt); return;
      case Op::kGeFloat: emit_binary(n, kF64Ge); return;
      default: __builtin_trap();
    }
  }

  // Int32 wraps at 32 bits.
  void wrap_wide(const Node& n) {
    if (n.repr == Repr::kInt32) code_.op(kI64Extend32S);
  }
  void emit_wide(const Node& n, unsigned instruction) {
    emit_binary(n, instruction);
    wrap_wide(n);
  }
  // Counts are taken modulo the width.
  void emit_wide_shift(const Node& n, unsigned instruction) {
    bool narrow = n.repr == Repr::kInt32;
    get_arg(n, 0);
    if (narrow && instruction == kI64ShrU) {
      code_.i64_const(0xFFFFFFFF);
      code_.op(kI64And);
    }
    emit_untagged(f_.arg(n, 1));
    if (narrow) {
      code_.i64_const(31);
      code_.op(kI64And);
    }
    code_.op(instruction);
    wrap_wide(n);
  }

  void emit_unary(const Node& n, unsigned instruction) {
    get_arg(n, 0);
    code_.op(instruction);
  }

  const Function& f_;
  const EmitContext& context_;
  Order order_;
  Code code_;
  Refusal refusal_ = Refusal::kNone;

  std::vector<std::uint32_t> position_;  // Of a node in its block.
  std::vector<bool> is_int_;
  std::vector<std::vector<ValueId>> int_uses_;
  std::vector<bool> inlined_;
  std::vector<std::uint32_t> use_count_;
  Liveness liveness_{f_, order_, inlined_};
  std::vector<Across> across_;  // Of the current block's nodes.
  ValueSet live_out_;

  std::uint32_t first_local_ = 0;
  std::vector<Type> locals_;
  std::vector<std::uint32_t> local_of_;
  std::uint32_t callee_sp_ = 0, slow_sp_ = 0, pointer_ = 0;
  std::uint32_t word_ = 0, stack_ = 0, value_ = 0;        // Of a segment.
  std::uint32_t activation_ = 0, floor_ = 0, limit_ = 0;  // Of emit_switch_to.
  std::int32_t native_wosize_ = 1;

  std::vector<ValueId> counts_;  // Of each block, the call that uses fuel, or kNone.
  std::vector<bool> needs_label_;
  std::vector<std::vector<BlockId>> children_;
  std::vector<Context> contexts_;

  BlockId block_ = 0;
  std::vector<ValueId> slots_;
  std::vector<ValueId> dirty_;
  std::vector<SpillState> end_states_;
  int side_path_ = 0;  // Above 0: code that does not run always; locals are not updated in passing.
  std::vector<std::pair<ValueId, std::int32_t>> scratch_;
};

}  // namespace

Refusal emit_function(const Function& f, const EmitContext& context, ModuleFunction& out,
                      std::int32_t& native_wosize) {
  return Emitter(f, context).emit(out, native_wosize);
}

}  // namespace bactrian
