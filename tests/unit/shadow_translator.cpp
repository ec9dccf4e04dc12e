// SPDX-License-Identifier: Apache-2.0
// See shadow_translator.h.
#include "tests/unit/shadow_translator.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/decode.h"
#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/interp/stack.h"
#include "runtime/options.h"
#include "runtime/tier/install.h"
#include "runtime/tier/stubs.h"

namespace bactrian {

std::uint32_t shadow_refuse_every = 0;
bool shadow_trace = false;

namespace {

// ---- Decoding -----------------------------------------------------------------------------------

// As decode() would see it, had nothing been put in its place.
struct Decoded {
  Opcode op;
  Opcode action;
  bool push;
  std::int32_t a, b;
  const opcode_t* last;  // The last operand's word: what labels are relative to.
  const opcode_t* table;
  const opcode_t* next;
};

Decoded decode_untiered(const opcode_t* pc) {
  Opcode op = plain_opcode(static_cast<Opcode>(untiered_opcode(pc)));
  const OpcodeInfo& info = opcode_info[op];
  Decoded d{op, info.action, info.push, 0, 0, nullptr, nullptr, nullptr};
  const opcode_t* word = pc + 1;
  if (info.implied != kExplicit)
    d.a = info.implied;
  else if (info.a != OperandKind::kNone)
    d.a = *word++;
  if (info.b != OperandKind::kNone) d.b = *word++;
  d.last = word - 1;
  d.table = word;
  if (info.a == OperandKind::kSwitchSizes) word += switch_table_size(d.a);
  if (info.a == OperandKind::kFunctionCount) word += d.a;
  d.next = word;
  return d;
}

// ---- Frames -------------------------------------------------------------------------------------

enum class SlotKind : std::uint8_t { kValue, kTrap, kReturnFrame, kFiller };

struct Slot {
  SlotKind kind = SlotKind::kValue;
  Value value = Val_unit;
  const opcode_t* pc = nullptr;  // kTrap, kReturnFrame.
};

constexpr std::size_t kFrameCost = 6;  // Words of sp for the C++ frame.
constexpr std::size_t kMaxSlots = 48;

// Not otherwise, as programs may count what they allocate.
bool is_unboxable(Value v) {
  return options().gc_stress && Is_block(v) && Tag_val(v) == Double_tag;
}

class ShadowFrame {
 public:
  // sp: the caller's.
  ShadowFrame(Value* sp, Value env) : sp_(sp), env_(env) { dom_ = &dom(); }

  Value run_function(const Value* args, int count) { return begin(args, count) ? run() : kNoValue; }

  // False: it was left at once.
  bool begin(const Value* args, int count) {
    for (int i = count - 1; i >= 0; i--) push_value(args[i]);
    FunctionId id = function_id_of_field(Field(env_, 0));
    const FunctionInfo& info = function_info(id);
    pc_ = code_at(info.entry);
    Decoded first = decode_untiered(pc_);
    if (first.action == GRAB) pc_ = first.next;
    if (sp_ < dom_->stack_limit || tier_force_unwind() != 0) {
      (void)unwind_here(pc_);
      return false;
    }
    return true;
  }

  Value run_loop(const opcode_t* pc, const std::vector<Slot>& shape, const Value* frame) {
    slots_ = shape;
    for (std::size_t i = 0; i < shape.size(); i++) slots_[i].value = frame[shape.size() - 1 - i];
    pc_ = decode_untiered(pc).next;
    return run();
  }

 private:
  // ---- The stack of the bytecode ----
  void push_value(Value v) { slots_.push_back({SlotKind::kValue, v, nullptr}); }
  void push() { push_value(accu_); }
  Slot& slot(std::int32_t i) { return slots_[slots_.size() - 1 - static_cast<std::size_t>(i)]; }
  Value at(std::int32_t i) { return slot(i).value; }
  void drop(std::int32_t n) { slots_.resize(slots_.size() - static_cast<std::size_t>(n)); }
  Value pop() {
    Value v = slots_.back().value;
    slots_.pop_back();
    return v;
  }
  void push_special(SlotKind kind, const opcode_t* pc, int wosize) {
    for (int i = 1; i < wosize; i++) slots_.push_back({SlotKind::kFiller, Val_unit, nullptr});
    slots_.push_back({kind, Val_unit, pc});
  }

  // ---- Spilling: every value, then env, then the accumulator ----
  Value* spill() {
    Value* p = sp_;
    for (Slot& s : slots_)
      if (s.kind == SlotKind::kValue) *--p = s.value;
    *--p = env_;
    *--p = accu_;
    return p;
  }
  Value* callee_sp() {
    Value* p = spill();
    for (std::size_t i = 0; i < kFrameCost; i++) *--p = Val_unit;
    return p;
  }
  void reload() {
    Value* p = sp_;
    for (Slot& s : slots_)
      if (s.kind == SlotKind::kValue) s.value = *--p;
    env_ = *--p;
    accu_ = *--p;
  }

  // ---- Unwinding ----
  // Alternates between the ways to tell where a value is.
  std::int32_t source_of(Value v, std::size_t spill_index) {
    if (Is_long(v) && Long_val(v) < 1000 && Long_val(v) > -1000)
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(Long_val(v)) << 2 | kSourceInt);
    if (scratch_used_ + 1 >= kUnwindScratchCount || (spill_index & 1) != 0)
      return static_cast<std::int32_t>(spill_index << 2 | kSourceSpilled);
    int i = scratch_used_++;
    if (is_unboxable(v)) {
      dom_->unwind_scratch[i] = Value{std::bit_cast<std::int64_t>(Double_val(v))};
      return kSourceBoxed + (static_cast<int>(BoxKind::kFloat) * kUnwindScratchCount + i) * 4;
    }
    dom_->unwind_scratch[i] = v;
    return i << 2 | kSourceScratch;
  }
  Value unwind(const opcode_t* pc, bool here) {
    spill();
    scratch_used_ = 0;
    std::vector<std::int32_t> sources;
    std::size_t index = 0;
    std::vector<std::vector<std::int32_t>> parts;  // From the bottom up.
    for (std::size_t i = 0; i < slots_.size(); i++) {
      Slot& s = slots_[i];
      switch (s.kind) {
        case SlotKind::kValue: parts.push_back({source_of(s.value, index++)}); break;
        case SlotKind::kTrap:
          parts.push_back(
              {static_cast<std::int32_t>(static_cast<std::uint32_t>(offset_of_code(s.pc))) |
               kSourceTrap});
          break;
        case SlotKind::kReturnFrame:
          parts.push_back({kSourceReturnFrame, static_cast<std::int32_t>(static_cast<std::uint32_t>(
                                                   offset_of_code(s.pc)))});
          break;
        case SlotKind::kFiller: break;
      }
    }
    std::int32_t env_source = source_of(env_, index);
    std::int32_t accu_source = here ? source_of(accu_, index + 1) : 0;
    std::vector<std::int32_t> words = {
        static_cast<std::int32_t>(static_cast<std::uint32_t>(offset_of_code(pc))),
        here ? kFrameHere : 0,
        env_source,
        accu_source,
        static_cast<std::int32_t>(parts.size()),
        0};
    for (std::size_t i = parts.size(); i-- > 0;)
      words.insert(words.end(), parts[i].begin(), parts[i].end());
    return unwind_frame(sp_, words.data());
  }
  Value unwind_here(const opcode_t* pc) {
    if (shadow_trace)
      std::fprintf(stderr, "shadow: leaves at %u, %s\n",
                   static_cast<unsigned>(offset_of_code(pc)) / 4,
                   opcode_name(static_cast<Opcode>(untiered_opcode(pc))));
    return unwind(pc, true);
  }

  // ---- Results of calls ----
  enum class After { kGoOn, kLeave };

  // kGoOn: accu_ and pc_ are set. kLeave: return kNoValue.
  After after_call(Value result, const opcode_t* next) {
    reload();
    if (result != kNoValue) {
      accu_ = result;
      pc_ = next;
      if (tier_force_unwind() == 0) return After::kGoOn;
      (void)unwind_here(next);
      return After::kLeave;
    }
    if (dom_->exn_bucket == kNoValue) {
      (void)unwind(next, false);
      return After::kLeave;
    }
    return raise_pending();
  }

  After raise_pending() {
    while (!slots_.empty() && slots_.back().kind != SlotKind::kTrap) slots_.pop_back();
    if (slots_.empty()) return After::kLeave;
    pc_ = slots_.back().pc;
    drop(4);
    accu_ = dom_->exn_bucket;
    dom_->exn_bucket = kNoValue;
    return After::kGoOn;
  }

  static Value call(Value* sp, Value closure, const std::vector<Value>& a) {
    FunctionId id = function_id_of_field(Field(closure, 0));
    int n = static_cast<int>(a.size());
    const FunctionInfo& info = function_info(id);
    TranslatedCode code = info.code != nullptr && info.arity == n ? info.code : call_stub(n);
    return call_code(code, sp, closure, a, std::make_index_sequence<kMaxTranslatedArity + 1>());
  }
  template <std::size_t... I>
  static Value call_with(TranslatedCode code, Value* sp, Value env, const std::vector<Value>& a,
                         std::index_sequence<I...>) {
    auto f = reinterpret_cast<Value (*)(Value*, Value, decltype((void)I, Value{})...)>(code);
    return f(sp, env, a[I]...);
  }
  template <std::size_t... N>
  static Value call_code(TranslatedCode code, Value* sp, Value env, const std::vector<Value>& a,
                         std::index_sequence<N...>) {
    Value result = kNoValue;
    ((a.size() == N ? (result = call_with(code, sp, env, a, std::make_index_sequence<N>()), 0) : 0),
     ...);
    return result;
  }

  std::vector<Value> pop_args(std::int32_t n) {
    std::vector<Value> a;
    for (std::int32_t i = 0; i < n; i++) a.push_back(pop());
    return a;
  }

  // ---- Allocation; fields are set by the caller ----
  Value alloc(mlsize_t wosize, tag_t tag) {
    Value* low = spill();
    Value block = tier_alloc(low, static_cast<std::int32_t>(wosize), static_cast<int>(tag));
    reload();
    return block;
  }
  static void init_field(Value block, mlsize_t i, Value v) {
    if (Is_young(block))
      Field(block, i) = v;
    else
      caml_initialize(&Field(block, i), v);
  }

  bool tail_call(const std::vector<Value>& args, Value* leave_with);
  After call_primitive(const Decoded& d, const opcode_t* pc);
  bool step(Value* leave_with);
  Value run() {
    Value result = kNoValue;
    while (step(&result)) {
    }
    return result;
  }

  Domain* dom_;
  Value* sp_;
  Value env_;
  Value accu_ = Val_unit;
  const opcode_t* pc_ = nullptr;
  std::vector<Slot> slots_;
  int scratch_used_ = 0;
};

// C++ has no tail calls: this frame becomes the callee's, or is paid for once more.
bool ShadowFrame::tail_call(const std::vector<Value>& args, Value* leave_with) {
  const FunctionInfo& info = function_info(function_id_of_field(Field(accu_, 0)));
  if (info.code != nullptr && info.arity == static_cast<int>(args.size())) {
    env_ = accu_;
    slots_.clear();
    *leave_with = kNoValue;
    return begin(args.data(), static_cast<int>(args.size()));
  }
  Value* low = sp_;
  for (std::size_t i = 0; i < kFrameCost; i++) *--low = Val_unit;
  *leave_with = call(low, accu_, args);
  return false;
}

ShadowFrame::After ShadowFrame::call_primitive(const Decoded& d, const opcode_t* pc) {
  auto function = prim_functions[d.b];
  if (function == nullptr) {
    (void)unwind_here(pc);
    return After::kLeave;
  }
  Value a[5] = {accu_};
  Value* low = spill();
  for (std::int32_t i = d.a - 2; i >= 0; i--) *--low = at(i);
  *--low = accu_;
  dom_->current_stack->sp = low;
  for (std::int32_t i = 1; i < d.a && i < 5; i++) a[i] = at(i - 1);
  Value r = kNoValue;
  switch (d.a) {
    case 1: r = reinterpret_cast<Value (*)(Value)>(function)(a[0]); break;
    case 2: r = reinterpret_cast<Value (*)(Value, Value)>(function)(a[0], a[1]); break;
    case 3: r = reinterpret_cast<Value (*)(Value, Value, Value)>(function)(a[0], a[1], a[2]); break;
    case 4:
      r = reinterpret_cast<Value (*)(Value, Value, Value, Value)>(function)(a[0], a[1], a[2], a[3]);
      break;
    case 5:
      r = reinterpret_cast<Value (*)(Value, Value, Value, Value, Value)>(function)(a[0], a[1], a[2],
                                                                                   a[3], a[4]);
      break;
    default: r = reinterpret_cast<Value (*)(Value*, int)>(function)(low, d.a); break;
  }
  reload();
  if (r != kNoValue) {
    drop(d.a - 1);
    accu_ = r;
    pc_ = d.next;
    return After::kGoOn;
  }
  if (dom_->exn_bucket == kNoValue) {
    (void)unwind_here(pc);
    return After::kLeave;
  }
  if (dom_->backtrace_active) {
    drop(d.a - 1);
    accu_ = Val_unit;
    (void)unwind_here(d.next);
    return After::kLeave;
  }
  drop(d.a - 1);
  return raise_pending();
}

// False: leave with *leave_with.
bool ShadowFrame::step(Value* leave_with) {
  const opcode_t* pc = pc_;
  Decoded d = decode_untiered(pc);
  auto here = [&] {
    *leave_with = unwind_here(pc);
    return false;
  };
  auto branch = [&](bool taken) {
    pc_ = taken ? d.last + *d.last : d.next;
    return true;
  };
  pc_ = d.next;
  auto u = [](Value v) { return static_cast<std::uint64_t>(bits(v)); };
  auto number = [](std::uint64_t n) { return Value{static_cast<std::int64_t>(n)}; };
  // Unwinding must find things as they were before the push.
  if (d.push && d.action != APPLY) push();
  switch (d.action) {
    case ACC: accu_ = at(d.a); return true;
    case PUSH: push(); return true;
    case POP: drop(d.a); return true;
    case ASSIGN: slot(d.a).value = accu_, accu_ = Val_unit; return true;
    case ENVACC: accu_ = Field(env_, static_cast<mlsize_t>(d.a)); return true;
    case PUSH_RETADDR: push_special(SlotKind::kReturnFrame, d.last + d.a, 3); return true;
    case APPLY:
    case APPLY1:
    case APPLY2:
    case APPLY3: {
      std::int32_t n = d.op == APPLY ? d.a : d.op - APPLY1 + 1;
      if (n > kMaxTranslatedArity) return here();
      std::vector<Value> args = pop_args(n);
      const opcode_t* next = d.next;
      if (d.op == APPLY) {
        next = slots_.back().pc;
        drop(3);
      }
      Value closure = accu_;
      accu_ = Val_unit;
      Value* low = callee_sp();
      return after_call(call(low, closure, args), next) == After::kGoOn;
    }
    case APPTERM: {
      if (d.a > kMaxTranslatedArity) return here();
      if (--dom_->fuel <= 0) return here();
      std::vector<Value> args;
      for (std::int32_t i = 0; i < d.a; i++) args.push_back(at(i));
      return tail_call(args, leave_with);
    }
    case RETURN: *leave_with = accu_; return false;
    case CLOSURE: {
      auto count = static_cast<mlsize_t>(d.a);
      if (count > 0) push();
      Value block = alloc(count + 2, Closure_tag);
      if (block == kNoValue) return here();
      auto id = FunctionId{static_cast<std::uint32_t>(d.b)};
      Field(block, 0) = make_code_field(function_entry(id), id);
      Field(block, 1) = Make_closinfo(0, 2);
      for (mlsize_t i = 0; i < count; i++) init_field(block, i + 2, at(static_cast<int>(i)));
      drop(d.a);
      accu_ = block;
      return true;
    }
    case CLOSUREREC: {
      auto functions = static_cast<mlsize_t>(d.a), count = static_cast<mlsize_t>(d.b);
      if (count > 0) push();
      mlsize_t start_env = functions * 3 - 1;
      Value block = alloc(start_env + count, Closure_tag);
      if (block == kNoValue) return here();
      for (mlsize_t i = 0; i < count; i++)
        init_field(block, start_env + i, at(static_cast<int>(i)));
      drop(d.b);
      for (mlsize_t i = 0; i < functions; i++) {
        Value* field = &Field(block, 3 * i);
        auto id = FunctionId{static_cast<std::uint32_t>(d.table[i])};
        if (i > 0) field[-1] = Value{static_cast<std::int64_t>(Make_header(3 * i, Infix_tag))};
        field[0] = make_code_field(function_entry(id), id);
        field[1] = Make_closinfo(0, start_env - 3 * i);
        push_value(val_of_ptr(field));
      }
      accu_ = block;
      return true;
    }
    case OFFSETCLOSURE: accu_ = val_of_ptr(Op_val(env_) + d.a); return true;
    case GETGLOBAL: accu_ = Field(caml_global_data, static_cast<mlsize_t>(d.a)); return true;
    case GETGLOBALFIELD:
      accu_ =
          Field(Field(caml_global_data, static_cast<mlsize_t>(d.a)), static_cast<mlsize_t>(d.b));
      return true;
    case SETGLOBAL:
      caml_modify(&Field(caml_global_data, static_cast<mlsize_t>(d.a)), accu_);
      accu_ = Val_unit;
      return true;
    case ATOM: accu_ = Atom(static_cast<tag_t>(d.a)); return true;
    case MAKEBLOCK: {
      Value block = alloc(static_cast<mlsize_t>(d.a), static_cast<tag_t>(d.b));
      if (block == kNoValue) return here();
      init_field(block, 0, accu_);
      for (std::int32_t i = 1; i < d.a; i++) init_field(block, static_cast<mlsize_t>(i), at(i - 1));
      drop(d.a - 1);
      accu_ = block;
      return true;
    }
    case GETFIELD: accu_ = Field(accu_, static_cast<mlsize_t>(d.a)); return true;
    case GETFLOATFIELD: {
      Value block = alloc(Double_wosize, Double_tag);
      Store_double_val(block, Double_flat_field(accu_, static_cast<mlsize_t>(d.a)));
      accu_ = block;
      return true;
    }
    case SETFIELD:
      caml_modify(&Field(accu_, static_cast<mlsize_t>(d.a)), pop());
      accu_ = Val_unit;
      return true;
    case SETFLOATFIELD:
      Double_flat_field(accu_, static_cast<mlsize_t>(d.a)) = Double_val(pop());
      accu_ = Val_unit;
      return true;
    case VECTLENGTH: accu_ = Val_long(static_cast<intnat>(Wosize_val(accu_))); return true;
    case GETVECTITEM: accu_ = Field(accu_, static_cast<mlsize_t>(Long_val(pop()))); return true;
    case SETVECTITEM: {
      auto index = static_cast<mlsize_t>(Long_val(pop()));
      caml_modify(&Field(accu_, index), pop());
      accu_ = Val_unit;
      return true;
    }
    case GETSTRINGCHAR:
    case GETBYTESCHAR:
      accu_ = Val_long(Byte_u(accu_, static_cast<mlsize_t>(Long_val(pop()))));
      return true;
    case SETBYTESCHAR: {
      auto index = static_cast<mlsize_t>(Long_val(pop()));
      Byte_u(accu_, index) = static_cast<unsigned char>(Long_val(pop()));
      accu_ = Val_unit;
      return true;
    }
    case BRANCH: return branch(true);
    case BRANCHIF: return branch(accu_ != Val_false);
    case BRANCHIFNOT: return branch(accu_ == Val_false);
    case SWITCH: {
      auto sizes = static_cast<std::uint32_t>(d.a);
      std::size_t i = Is_block(accu_) ? (sizes & 0xFFFF) + Tag_val(accu_)
                                      : static_cast<std::size_t>(Long_val(accu_));
      pc_ = d.table + d.table[i];
      return true;
    }
    case BOOLNOT: accu_ = number(4 - u(accu_)); return true;
    case PUSHTRAP: push_special(SlotKind::kTrap, d.last + d.a, 4); return true;
    case POPTRAP:
      if (dom_->attention) return here();
      drop(4);
      return true;
    case RAISE:
    case RERAISE:
    case RAISE_NOTRACE:
      if (dom_->backtrace_active && d.op != RAISE_NOTRACE) return here();
      dom_->exn_bucket = accu_;
      return raise_pending() == After::kGoOn;
    case CHECK_SIGNALS:
      if (--dom_->fuel <= 0 || dom_->stack_limit > sp_ || tier_force_unwind() != 0) return here();
      return true;
    case C_CALLN: return call_primitive(d, pc) == After::kGoOn;
    case CONSTINT: accu_ = Val_long(d.a); return true;
    case NEGINT: accu_ = number(2 - u(accu_)); return true;
    case ADDINT: accu_ = number(u(accu_) + u(pop()) - 1); return true;
    case SUBINT: accu_ = number(u(accu_) - u(pop()) + 1); return true;
    case MULINT:
      accu_ = number((u(accu_) - 1) * static_cast<std::uint64_t>(Long_val(pop())) + 1);
      return true;
    case DIVINT:
    case MODINT: {
      intnat divisor = Long_val(at(0));
      if (divisor == 0) return here();
      drop(1);
      accu_ = Val_long(d.op == DIVINT ? Long_val(accu_) / divisor : Long_val(accu_) % divisor);
      return true;
    }
    case ANDINT: accu_ = number(u(accu_) & u(pop())); return true;
    case ORINT: accu_ = number(u(accu_) | u(pop())); return true;
    case XORINT: accu_ = number((u(accu_) ^ u(pop())) | 1); return true;
    case LSLINT: accu_ = number(((u(accu_) - 1) << (Long_val(pop()) & 63)) + 1); return true;
    case LSRINT: accu_ = number((u(accu_) >> (Long_val(pop()) & 63)) | 1); return true;
    case ASRINT: accu_ = Value{(bits(accu_) >> (Long_val(pop()) & 63)) | 1}; return true;
    case EQ: accu_ = Val_bool(accu_ == pop()); return true;
    case NEQ: accu_ = Val_bool(accu_ != pop()); return true;
    case LTINT: accu_ = Val_bool(bits(accu_) < bits(pop())); return true;
    case LEINT: accu_ = Val_bool(bits(accu_) <= bits(pop())); return true;
    case GTINT: accu_ = Val_bool(bits(accu_) > bits(pop())); return true;
    case GEINT: accu_ = Val_bool(bits(accu_) >= bits(pop())); return true;
    case ULTINT: accu_ = Val_bool(u(accu_) < u(pop())); return true;
    case UGEINT: accu_ = Val_bool(u(accu_) >= u(pop())); return true;
    case OFFSETINT:
      accu_ = number(u(accu_) + (static_cast<std::uint64_t>(static_cast<std::int64_t>(d.a)) << 1));
      return true;
    case OFFSETREF:
      Field(accu_, 0) = number(u(Field(accu_, 0)) +
                               (static_cast<std::uint64_t>(static_cast<std::int64_t>(d.a)) << 1));
      accu_ = Val_unit;
      return true;
    case ISINT: accu_ = Val_long(bits(accu_) & 1); return true;
    case BEQ: return branch(bits(Val_long(d.a)) == bits(accu_));
    case BNEQ: return branch(bits(Val_long(d.a)) != bits(accu_));
    case BLTINT: return branch(bits(Val_long(d.a)) < bits(accu_));
    case BLEINT: return branch(bits(Val_long(d.a)) <= bits(accu_));
    case BGTINT: return branch(bits(Val_long(d.a)) > bits(accu_));
    case BGEINT: return branch(bits(Val_long(d.a)) >= bits(accu_));
    case BULTINT: return branch(u(Val_long(d.a)) < u(accu_));
    case BUGEINT: return branch(u(Val_long(d.a)) >= u(accu_));
    case GETMETHOD:
      accu_ = Field(Field(at(0), 0), static_cast<mlsize_t>(Long_val(accu_)));
      return true;
    default: {
      if (d.push) drop(1);
      return here();
    }
  }
}

// ---- Functions ----------------------------------------------------------------------------------

template <std::size_t>
using ValueFor = Value;

template <class>
struct ShadowFunction;
template <std::size_t... I>
struct ShadowFunction<std::index_sequence<I...>> {
  static Value call(Value* sp, Value env, ValueFor<I>... args) {
    Value list[] = {args...};
    return ShadowFrame(sp, env).run_function(list, sizeof...(I));
  }
};
template <std::size_t n>
TranslatedCode function_of() {
  return reinterpret_cast<TranslatedCode>(&ShadowFunction<std::make_index_sequence<n>>::call);
}
const TranslatedCode functions[] = {
    function_of<1>(), function_of<2>(), function_of<3>(), function_of<4>(), function_of<5>(),
    function_of<6>(), function_of<7>(), function_of<8>(), function_of<9>(), function_of<10>()};

// ---- Loops --------------------------------------------------------------------------------------

struct Loop {
  const opcode_t* pc = nullptr;
  std::vector<Slot> shape;
};
constexpr std::size_t kLoopCount = 256;
Loop loops[kLoopCount];
std::size_t loop_count = 0;

template <std::size_t i>
Value run_loop(Value* frame, Value env) {
  const Loop& loop = loops[i];
  std::vector<Slot> shape = loop.shape;
  return ShadowFrame(frame + shape.size(), env).run_loop(loop.pc, shape, frame);
}
template <std::size_t... I>
constexpr auto make_loop_functions(std::index_sequence<I...>) {
  return std::array<Value (*)(Value*, Value), sizeof...(I)>{run_loop<I>...};
}
const auto loop_functions = make_loop_functions(std::make_index_sequence<kLoopCount>());

// What the stack holds at each instruction of a function.
class Shapes {
 public:
  Shapes(const opcode_t* entry, int arity) {
    Shape shape(static_cast<std::size_t>(arity));
    Decoded first = decode_untiered(entry);
    visit(first.action == GRAB ? first.next : entry, shape);
    while (!work_.empty()) {
      const opcode_t* pc = work_.back();
      work_.pop_back();
      step(pc, shapes_[pc]);
    }
  }
  // The convention lets a function use few words below a checked sp, and no others.
  bool is_translatable() const {
    for (auto& [pc, shape] : shapes_) {
      Decoded d = decode_untiered(pc);
      if (shape.size() > kMaxSlots) return false;
      if (d.action == C_CALLN && d.b == find_prim_index("caml_ensure_stack_capacity")) return false;
    }
    return true;
  }
  const std::vector<Slot>* at(const opcode_t* pc) const {
    auto it = shapes_.find(pc);
    return it == shapes_.end() ? nullptr : &it->second;
  }

 private:
  using Shape = std::vector<Slot>;

  void visit(const opcode_t* pc, const Shape& shape) {
    if (shapes_.emplace(pc, shape).second) work_.push_back(pc);
  }
  static void push(Shape& s, int n) { s.resize(s.size() + static_cast<std::size_t>(n)); }
  static void pop(Shape& s, int n) { s.resize(s.size() - static_cast<std::size_t>(n)); }
  static void push_special(Shape& s, SlotKind kind, const opcode_t* pc, int wosize) {
    for (int i = 1; i < wosize; i++) s.push_back({SlotKind::kFiller, Val_unit, nullptr});
    s.push_back({kind, Val_unit, pc});
  }

  void step(const opcode_t* pc, Shape s) {
    Decoded d = decode_untiered(pc);
    const OpcodeInfo& info = opcode_info[d.op];
    const opcode_t* label = d.last + *d.last;
    if (info.push) push(s, 1);
    if (d.action == PUSH_RETADDR) {
      push_special(s, SlotKind::kReturnFrame, label, 3);
      return visit(d.next, s);
    }
    if (d.action == PUSHTRAP) {
      visit(label, s);
      push_special(s, SlotKind::kTrap, label, 4);
      return visit(d.next, s);
    }
    if (d.op == APPLY) {
      pop(s, d.a);
      const opcode_t* next = s.back().pc;
      pop(s, 3);
      return visit(next, s);
    }
    switch (info.pops) {
      case kA: pop(s, d.a); break;
      case kB: pop(s, d.b); break;
      case kAless1: pop(s, std::max(d.a - 1, 0)); break;
      case kBless1: pop(s, std::max(d.b - 1, 0)); break;
      default: pop(s, info.pops);
    }
    push(s, info.pushes + (d.action == CLOSUREREC ? d.a : 0));
    switch (info.flow) {
      case Flow::kNext:
      case Flow::kCall: return visit(d.next, s);
      case Flow::kJump: return visit(label, s);
      case Flow::kBranch: visit(label, s); return visit(d.next, s);
      case Flow::kTable:
        for (std::uint32_t i = 0; i < switch_table_size(d.a); i++) visit(d.table + d.table[i], s);
        return;
      default: return;
    }
  }

  std::map<const opcode_t*, Shape> shapes_;
  std::vector<const opcode_t*> work_;
};

std::int32_t install_loop(FunctionId id, const opcode_t* pc) {
  const FunctionInfo& info = function_info(id);
  if (loop_count == kLoopCount || info.arity == 0) return 0;
  Shapes shapes(code_at(info.entry), info.arity);
  const std::vector<Slot>* shape = shapes.at(pc);
  if (shape == nullptr || !shapes.is_translatable()) return 0;
  Continuation c{};
  c.pc = offset_of_code(pc);
  c.frame_wosize = static_cast<std::int32_t>(shape->size());
  for (const Slot& s : *shape) c.trap_count += s.kind == SlotKind::kTrap;
  c.code = reinterpret_cast<TranslatedCode>(loop_functions[loop_count]);
  loops[loop_count++] = {pc, *shape};
  install_continuation(c);
  return 1;
}

}  // namespace

void shadow_install(FunctionId id) {
  install_function(id, functions[function_info(id).arity - 1], kFrameCost);
}

std::int32_t shadow_translate(std::int32_t function_id, std::int32_t pc) {
  auto id = FunctionId{static_cast<std::uint32_t>(function_id)};
  if (shadow_refuse_every != 0 &&
      static_cast<std::uint32_t>(function_id) % shadow_refuse_every == 0)
    return 0;
  if (pc != 0) return install_loop(id, code_at(CodeOffset{static_cast<std::uint32_t>(pc)}));
  const FunctionInfo& info = function_info(id);
  if (info.arity > kMaxTranslatedArity) return 0;
  if (!Shapes(code_at(info.entry), info.arity).is_translatable()) return 0;
  shadow_install(id);
  return 1;
}

}  // namespace bactrian
