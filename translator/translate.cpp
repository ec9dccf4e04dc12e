// SPDX-License-Identifier: Apache-2.0
// From a function's id to a module: which functions go together, and the pipeline for each.
//
// Functions share a module because engines inline direct calls within a module only, and because
// a module costs as much as a hundred small functions (design D8): the function itself; those that
// it surely or probably calls, transitively, small ones even when they have been translated before;
// and all that are called nearly as often, because they come next. Within the options' limits.
#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "runtime/bytecode/fragments.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/stack.h"
#include "runtime/prims/prim.h"
#include "runtime/tier/segments.h"
#include "translator/emit/adapter.h"
#include "translator/emit/emit.h"
#include "translator/emit/runtime_data.h"
#include "translator/frontend/build.h"
#include "translator/frontend/names.h"
#include "translator/inspect/inspect.h"
#include "translator/passes/passes.h"
#include "translator/translator.h"

namespace bactrian {

const TierInterface* tier_interface = nullptr;

namespace {

using namespace ir;
using SlotSource = std::uint32_t (*)(std::uint32_t count);

const FunctionInfo& info_of(FunctionId id) {
  return (*tier_interface->function_table)[static_cast<std::uint32_t>(id)];
}

// The function whose closure lies `words` behind that of `id`, in all closures of `id`.
FunctionId sibling(FunctionId id, std::int64_t words) {
  CodeOffset group = info_of(id).group;
  if (group == kNoGroup || group == kManyGroups || words % 3 != 0) return kNoFunction;
  Instruction closurerec = decode_original(code_at(group));
  const opcode_t* ids = closurerec.table();
  const opcode_t* end = ids + closurerec.table_size;
  const opcode_t* at = std::find(ids, end, static_cast<opcode_t>(id));
  std::int64_t index = at - ids + words / 3;
  if (at == end || index < 0 || index >= end - ids) return kNoFunction;
  return FunctionId{static_cast<std::uint32_t>(ids[index])};
}

// ---- What a closure value is ------------------------------------------------------------------

FunctionId function_of_closure(Value v) {
  if (v == kNoValue || Is_long(v)) return kNoFunction;
  if (Tag_val(v) != Closure_tag && Tag_val(v) != Infix_tag) return kNoFunction;
  FunctionId id = function_id_of_field(Field(v, 0));
  return static_cast<std::uint32_t>(id) < *tier_interface->function_table_size ? id : kNoFunction;
}

// A closure's function and, where there is one, the closure itself as it is now.
struct KnownClosure {
  FunctionId id{};
  bool certain = false;
  Value closure = kNoValue;
  bool is_result = false;  // Or what a handler has returned: it will resume.
};

KnownClosure guess(Value v) { return {function_of_closure(v), false, v}; }

// The register frame on top of the stack that the interpreter runs on, or null.
const Value* register_frame() {
  const Stack* stack = *tier_interface->current_stack;
  return stack == nullptr ? nullptr : stack->sp;
}

// The closure that the interpreter runs, when it is an instance of `id`.
Value running_closure(FunctionId id) {
  const Value* frame = register_frame();
  if (frame == nullptr) return kNoValue;
  Value env = frame[kFrameEnv];
  return function_of_closure(env) == id ? env : kNoValue;
}

// An instance of `id` that a stack refers to, or kNoValue. (What performs and resumes is seldom
// what the interpreter runs when its segments are made.)
Value closure_on_stacks(FunctionId id) {
  constexpr std::ptrdiff_t kMostWords = 1000;
  constexpr int kMostStacks = 100;
  const Stack* current = *tier_interface->current_stack;
  if (current == nullptr) return kNoValue;
  const Value* end = current->sp + std::min(current->high - current->sp, kMostWords);
  for (const Value* v = current->sp; v < end; v++)
    if (function_of_closure(*v) == id) return *v;
  int count = 0;
  for (auto next : {&Stack::next_all, &Stack::prev_all})
    for (const Stack* s = current; s != nullptr && count < kMostStacks; s = s->*next, count++)
      for (Value handler : {s->handle_value, s->handle_exn, s->handle_effect})
        if (function_of_closure(handler) == id) return handler;
  return kNoValue;
}

// What handles the effects that fibers perform now, or kNoValue.
Value handler_now() {
  const Stack* current = *tier_interface->current_stack;
  for (auto next : {&Stack::next_all, &Stack::prev_all})
    for (const Stack* s = current; s != nullptr; s = s->*next)
      if (function_of_closure(s->handle_effect) != kNoFunction) return s->handle_effect;
  return kNoValue;
}

// A word of the frame where continuation `f` begins, if the interpreter is just there.
Value word_of_frame(const Function& f, std::int64_t word) {
  const Value* frame = register_frame();
  if (frame == nullptr || !f.is_continuation || frame[kFramePc] != Val_pc(code_at(f.pc)))
    return kNoValue;
  return frame[kRegisterFrameWosize + word];
}

std::vector<SlotGuess> guess_frame(const Function& f) {
  std::vector<SlotGuess> guesses(static_cast<std::size_t>(f.frame_wosize), SlotGuess::kNone);
  for (std::size_t i = 0; i < guesses.size(); i++) {
    Value v = word_of_frame(f, static_cast<std::int64_t>(i));
    if (v == kNoValue) continue;
    if (Is_long(v))
      guesses[i] = SlotGuess::kInteger;
    else if (Tag_val(v) == Double_tag)
      guesses[i] = SlotGuess::kFloat;
  }
  return guesses;
}

// What a node is now: in the frame or the closure that it begins with, in modules, in blocks that
// these hold (a functor's argument, a record of functions). kNoValue: not known.
Value value_now(const Function& f, ValueId v, Value env) {
  const Node& n = f.node(v);
  switch (n.op) {
    case Op::kEnv: return env;
    case Op::kOffsetClosure: return env == kNoValue ? env : val_of_ptr(Op_val(env) + n.imm);
    case Op::kGlobal: return Field(*tier_interface->global_data, static_cast<mlsize_t>(n.imm));
    case Op::kFrameSlot: return word_of_frame(f, n.imm);
    case Op::kField: {
      Value from = value_now(f, f.arg(n, 0), env);
      if (from == kNoValue || Is_long(from)) return kNoValue;
      auto field = static_cast<mlsize_t>(n.imm);
      // The header of an environment inside another one does not tell its size.
      bool is_env = f.node(f.arg(n, 0)).op == Op::kEnv;
      bool is_plain = Tag_val(from) < Cont_tag && Wosize_val(from) > field;
      return is_env || is_plain ? Field(from, field) : kNoValue;
    }
    default: return kNoValue;
  }
}

// `env`: an instance of f's closure, or kNoValue: other instances may hold other functions.
KnownClosure closure_of(const Function& f, ValueId closure, Value env) {
  const Node& n = f.node(closure);
  switch (n.op) {
    case Op::kEnv: return {f.id, true, env};
    case Op::kOffsetClosure: return {sibling(f.id, n.imm), true, value_now(f, closure, env)};
    case Op::kMakeClosure: return {FunctionId{static_cast<std::uint32_t>(n.imm)}, true, kNoValue};
    case Op::kMakeClosures:
      return {FunctionId{static_cast<std::uint32_t>(code_at(CodeOffset{n.aux})[0])}, true,
              kNoValue};
    case Op::kInfixClosure: {
      const Node& first = f.node(f.arg(n, 0));
      if (first.op != Op::kMakeClosures) return {};
      auto id = static_cast<std::uint32_t>(code_at(CodeOffset{first.aux})[n.imm / 3]);
      return {FunctionId{id}, true, kNoValue};
    }
    default: return guess(value_now(f, closure, env));
  }
}

// ---- Which functions may be translated --------------------------------------------------------

std::size_t chosen_count = 0;

bool is_chosen(FunctionId id, const TranslatorOptions& options) {
  return chosen_count < options.first &&
         (options.only == nullptr || is_function_named(id, options.only));
}

// ---- A batch ------------------------------------------------------------------------------------

class Batch {
 public:
  explicit Batch(const TranslatorOptions& options) : options_(options) {}

  // `env`: an instance of the function's closure, or kNoValue.
  Refusal add(FunctionId id, CodeOffset pc, Value env, bool is_segment = false) {
    if (!is_chosen(id, options_)) return Refusal::kNotChosen;
    Bytecode code;
    Refusal refusal = read_bytecode(id, pc, options_.max_words, code);
    if (refusal != Refusal::kNone) return refusal;
    dump_bytecode(code, pc);
    auto* f = new Function;
    refusal = build_ir(code, pc, is_segment, *f);
    if (refusal != Refusal::kNone) {
      delete f;
      return refusal;
    }
    if (options_.verify) check_ir(*f, false);
    if (f->is_continuation && !is_segment) guard_entry(*f, guess_frame(*f));
    represent(*f);
    if (options_.verify) check_ir(*f, true);
    dump_ir(*f);
    words_ += code.word_count;
    f->is_quick = !is_segment && options_.used_calls != 0 && is_quick(code);
    if (is_segment)
      segment_index_[static_cast<std::uint32_t>(pc)] = functions_.size();
    else if (pc == CodeOffset{})
      index_[static_cast<std::uint32_t>(id)] = functions_.size();
    functions_.push_back(f);
    envs_[f] = env;
    chosen_count++;
    return Refusal::kNone;
  }

  // Functions that those so far call, and where control comes back to segments.
  void add_related() {
    for (; searched_ < functions_.size() && has_room(); searched_++) {
      const Function& f = *functions_[searched_];
      for (const Block& b : f.blocks)
        for (ValueId v : b.nodes)
          if (has_room()) add_related_of(f, f.node(v));
    }
  }

  // Functions that are called often by now, and those that they call.
  void add_warm() {
    if (options_.warm_calls == 0) return;
    const FunctionInfo* table = *tier_interface->function_table;
    std::vector<std::uint32_t> warm;
    for (std::uint32_t id = 1; id < *tier_interface->function_table_size; id++)
      if (table[id].fragment != nullptr && table[id].arity > 0 && table[id].code == nullptr &&
          table[id].calls >= options_.warm_calls && tier_interface->is_dropped(FunctionId{id}) == 0)
        warm.push_back(id);
    std::sort(warm.begin(), warm.end(), [&](auto a, auto b) {
      return table[a].calls != table[b].calls ? table[a].calls > table[b].calls : a < b;
    });
    for (std::uint32_t id : warm) {
      if (!has_room()) return;
      add_once(FunctionId{id}, kNoValue);
      add_related();
    }
  }

  TranslatedModule write(SlotSource alloc_slots) {
    TranslatedModule out;
    EmitContext context;
    ArityTables tables;
    RuntimeImports imports = runtime_imports();
    context.imports = &imports;
    context.options = &options_;
    context.data = &out.data;
    context.tables = &tables;
    context.handler = handler_;
    context.callee = [&](const Function& f, ValueId closure) {
      KnownClosure known = callee_of(f, closure);
      return EmitContext::Callee{known.id, known.certain};
    };
    context.local_function = [&](FunctionId id) {
      auto at = index_.find(static_cast<std::uint32_t>(id));
      return at == index_.end() ? EmitContext::kNotHere
                                : imports.count() + static_cast<std::uint32_t>(at->second);
    };
    context.local_segment = [&](CodeOffset pc) {
      auto at = segment_index_.find(static_cast<std::uint32_t>(pc));
      return at == segment_index_.end() ? EmitContext::kNotHere
                                        : imports.count() + static_cast<std::uint32_t>(at->second);
    };
    std::vector<ModuleFunction> module;
    for (Function* f : functions_) {
      ModuleFunction m;
      m.id = f->id;
      m.arity = f->is_continuation ? 0 : f->arity;
      m.pc = f->pc;
      m.name = function_title(f->id, f->pc);
      m.is_segment = f->is_segment;
      if (f->is_continuation) m.name += f->is_segment ? " (segment)" : " (loop)";
      TranslatedFunction t;
      t.id = f->id;
      t.arity = m.arity;
      t.continuation_pc = f->pc;
      t.frame_wosize = f->frame_wosize;
      t.trap_count = f->trap_count;
      t.is_quick = f->is_quick;
      t.is_segment = f->is_segment;
      out.refusal = emit_function(*f, context, m, t.native_wosize);
      if (out.refusal != Refusal::kNone) return out;
      dump_wasm(m);
      module.push_back(std::move(m));
      out.functions.push_back(t);
    }
    out.first_slot = alloc_slots(static_cast<std::uint32_t>(module.size()));
    out.bytes = write_module(module, imports, tables, out.first_slot);
    return out;
  }

  // What the functions call, and what nearly all call.
  RuntimeImports runtime_imports() const {
    RuntimeImports imports;
    imports.add(index_of_function(tier_interface->unwind_frame), types::kUnwind);
    imports.add(index_of_function(tier_interface->alloc), types::kAlloc);
    imports.add(index_of_function(tier_interface->modify), types::kModify);
    for (const Function* f : functions_)
      for (const Node& n : f->nodes) {
        if (n.op != Op::kCallPrim || n.imm == kPublicMethodPrim) continue;
        const Primitive* prim = tier_interface->prim_at(static_cast<std::int32_t>(n.imm));
        imports.add(index_of_function(prim->function),
                    prim->arity == kArityN ? types::kPrimN : types::prim(prim->arity));
      }
    return imports;
  }

  // The first function alone.
  void drop_related() {
    while (functions_.size() > 1) {
      index_.erase(static_cast<std::uint32_t>(functions_.back()->id));
      segment_index_.erase(static_cast<std::uint32_t>(functions_.back()->pc));
      delete functions_.back();
      functions_.pop_back();
    }
  }

  const std::vector<Function*>& functions() const { return functions_; }
  ~Batch() {
    for (Function* f : functions_) delete f;
  }

 private:
  // Entering native code takes as long as some ten instructions interpreted. What performs and
  // resumes leaves it at once.
  static bool is_quick(const Bytecode& code) {
    if (code.word_count > kQuickWords) return false;
    for (const BytecodeBlock& b : code.blocks)
      for (const BytecodeInstruction& bi : b.instructions) {
        if (bi.in.info->action == CHECK_SIGNALS) return false;
        bool calls = bi.in.info->flow == Flow::kCall || bi.in.info->flow == Flow::kTailCall;
        if (calls && !is_left_to_interpreter(bi.in)) return false;
      }
    return true;
  }

  bool has_room() const {
    return words_ < options_.max_batch_words && functions_.size() < options_.max_batch_functions;
  }

  void add_related_of(const Function& f, const Node& n) {
    bool calls = n.op == Op::kCall || n.op == Op::kTailCall || n.op == Op::kCallOut;
    if (calls && f.is_segment)
      add_callee_of_segment(f, n);
    else if (calls)
      add_callee(f, n);
    bool comes_back = n.op == Op::kCallOut || n.op == Op::kPerform || n.op == Op::kResume;
    if (comes_back && n.aux != 0) {
      Function* behind = add_segment(f.id, CodeOffset{n.aux}, envs_.at(&f));
      if (behind != nullptr && n.op == Op::kCallOut)
        results_[behind] = callee_of(f, f.arg(n, 0)).id;
    }
    if (n.op == Op::kPerform) add_handler();
  }

  void add_handler() {
    Value handler = handler_now();
    FunctionId id = function_of_closure(handler);
    if (id == kNoFunction || tier_interface->is_dropped(id) == 0 || !is_small(id)) return;
    handler_ = id;
    add_segment(id, behind_grab(info_of(id)), handler);
  }

  // Null: it is there already, or is refused.
  Function* add_segment(FunctionId id, CodeOffset pc, Value env) {
    if (segment_index_.count(static_cast<std::uint32_t>(pc)) != 0) return nullptr;
    return add(id, pc, env, true) == Refusal::kNone ? functions_.back() : nullptr;
  }

  KnownClosure callee_of(const Function& f, ValueId closure) const {
    KnownClosure known = closure_of(f, closure, envs_.at(&f));
    return known.id == kNoFunction && f.is_segment ? callee_in_result(f, closure) : known;
  }

  // Behind a call of a function that is here, a field of its result: what some return puts there.
  // (A handler of effects returns Some (fun k -> ...), and the function is called then.)
  KnownClosure callee_in_result(const Function& f, ValueId closure) const {
    const Node& field = f.node(closure);
    if (field.op != Op::kField || f.node(f.arg(field, 0)).op != Op::kParam) return {};
    auto result = results_.find(&f);
    if (result == results_.end()) return {};
    auto at = index_.find(static_cast<std::uint32_t>(result->second));
    if (at == index_.end()) return {};
    const Function& callee = *functions_[at->second];
    for (const Block& b : callee.blocks) {
      if (b.nodes.empty() || callee.node(b.nodes.back()).op != Op::kReturn) continue;
      const Node& block = callee.node(callee.arg(callee.node(b.nodes.back()), 0));
      if (block.op != Op::kMakeBlock || field.imm >= block.arg_count) continue;
      const Node& made = callee.node(callee.arg(block, static_cast<std::uint32_t>(field.imm)));
      if (made.op == Op::kMakeClosure)
        return {FunctionId{static_cast<std::uint32_t>(made.imm)}, false, kNoValue, true};
    }
    return {};
  }

  // A small one: its segment, if it is of those that have segments, or its translation.
  void add_callee_of_segment(const Function& caller, const Node& call) {
    KnownClosure callee = callee_of(caller, caller.arg(call, 0));
    if (callee.id == kNoFunction) return;
    const FunctionInfo& info = info_of(callee.id);
    std::int64_t count = call.op == Op::kCallOut ? call.imm : std::int64_t{call.arg_count} - 1;
    if (info.arity != count || count == 0 || !is_small(callee.id)) return;
    if (tier_interface->is_dropped(callee.id) != 0 || callee.is_result)
      add_segment(callee.id, behind_grab(info), callee.closure);
    else if (count <= kMaxTranslatedArity)
      add_once(callee.id, callee.closure);
  }

  void add_callee(const Function& caller, const Node& call) {
    KnownClosure callee = callee_of(caller, caller.arg(call, 0));
    if (callee.id == kNoFunction || tier_interface->is_dropped(callee.id) != 0) return;
    const FunctionInfo& info = info_of(callee.id);
    if (info.arity == 0 || info.arity + 1 != static_cast<std::int32_t>(call.arg_count)) return;
    bool wanted = tier_interface->is_installed(callee.id) == 0 && info.calls >= options_.used_calls;
    if (!wanted && !is_small(callee.id)) return;
    add_once(callee.id, callee.closure);
  }

  void add_once(FunctionId id, Value env) {
    auto key = static_cast<std::uint32_t>(id);
    if (index_.count(key) != 0 || refused_.count(key) != 0) return;
    if (add(id, CodeOffset{}, env) != Refusal::kNone) refused_.insert(key);
  }

  // By where the next function begins; the last one of a module lies before the module's start.
  bool is_small(FunctionId id) const {
    const FunctionInfo& info = info_of(id);
    FunctionId next{static_cast<std::uint32_t>(id) + 1};
    if (static_cast<std::uint32_t>(next) < *tier_interface->function_table_size) {
      std::ptrdiff_t words = code_at(info_of(next).entry) - code_at(info.entry);
      if (info_of(next).fragment == info.fragment && words > 0 &&
          words <= static_cast<std::ptrdiff_t>(options_.max_copied_words))
        return true;
    }
    Bytecode code;
    return read_bytecode(id, CodeOffset{}, options_.max_copied_words, code) == Refusal::kNone;
  }

  const TranslatorOptions& options_;
  std::vector<Function*> functions_;
  std::map<const Function*, Value> envs_;
  std::map<const Function*, FunctionId> results_;  // Of segments behind calls: of which function.
  std::map<std::uint32_t, std::size_t> index_;
  std::map<std::uint32_t, std::size_t> segment_index_;  // By pc.
  std::set<std::uint32_t> refused_;
  FunctionId handler_ = kNoFunction;
  std::uint32_t words_ = 0;
  std::size_t searched_ = 0;  // Functions whose callees have been added.
};

void free_data(TranslatedModule& m) {
  for (std::int32_t* p : m.data) tier_interface->free(p);
  m.data.clear();
}

TranslatedModule make_adapter(FunctionId id, std::int32_t count, SlotSource alloc_slots) {
  TranslatedModule out;
  ArityTables tables;
  ModuleFunction m;
  m.id = id;
  m.arity = count;
  // A RESTART stands before its function.
  FunctionId function = info_of(id).arity > 0 ? id : FunctionId{static_cast<std::uint32_t>(id) + 1};
  m.name = function_title(function, CodeOffset{}) + " (applied to " + std::to_string(count) + ")";
  out.refusal = emit_adapter(id, count, tables, m.body, out.data);
  if (out.refusal != Refusal::kNone) return out;
  TranslatedFunction t;
  t.id = id;
  t.is_adapter = true;
  t.arity = count;
  out.functions.push_back(t);
  out.first_slot = alloc_slots(1);
  out.bytes = write_module({m}, {}, tables, out.first_slot);
  return out;
}

}  // namespace

Value custom_operations_value(Repr repr) {
  const char* name = repr == Repr::kInt32 ? "_i" : repr == Repr::kInt64 ? "_j" : "_n";
  return val_of_ptr(tier_interface->find_custom_operations(name));
}

TranslatedModule translate(FunctionId id, CodeOffset pc,
                           std::uint32_t (*alloc_slots)(std::uint32_t),
                           const TranslatorOptions& options) {
  if (is_adapter_request(pc)) return make_adapter(id, static_cast<std::int32_t>(pc), alloc_slots);
  bool is_segment = is_segment_request(pc);
  if (is_segment) pc = pc_of_request(pc);
  Batch batch(options);
  TranslatedModule out;
  Value env = is_segment ? closure_on_stacks(id) : running_closure(id);
  out.refusal = batch.add(id, pc, env, is_segment);
  if (out.refusal == Refusal::kUnreachable) {
    // A module's start lies behind its functions.
    id = info_of(id).fragment->first_function;
    out.refusal = batch.add(id, pc, kNoValue, is_segment);
  }
  if (out.refusal != Refusal::kNone) return out;
  batch.add_related();
  if (!is_segment) batch.add_warm();
  out = batch.write(alloc_slots);
  if (out.refusal == Refusal::kNone || batch.functions().size() == 1) {
    if (out.refusal != Refusal::kNone) free_data(out);
    return out;
  }
  // One of the others may be to blame.
  free_data(out);
  batch.drop_related();
  out = batch.write(alloc_slots);
  if (out.refusal != Refusal::kNone) free_data(out);
  return out;
}

#ifdef BACTRIAN_INSPECT
std::string ir_text(FunctionId id, CodeOffset pc, const TranslatorOptions& options) {
  Batch batch(options);
  bool is_segment = is_segment_request(pc);
  Refusal refusal = batch.add(id, is_segment ? pc_of_request(pc) : pc, kNoValue, is_segment);
  if (refusal != Refusal::kNone) return refusal_text(refusal);
  if (is_segment) batch.add_related();
  std::string text;
  for (const Function* f : batch.functions()) text += print(*f);
  return text;
}
#endif

}  // namespace bactrian
