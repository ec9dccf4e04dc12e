// SPDX-License-Identifier: Apache-2.0
#include "translator/emit/adapter.h"

#include <algorithm>

#include "runtime/bytecode/decode.h"
#include "translator/emit/runtime_data.h"

namespace bactrian {

using namespace wasm;

namespace {

constexpr std::int32_t kPartialHeaderWosize = 3;  // Code, arity, the function; then arguments.

const FunctionInfo& info_of(FunctionId id) {
  return (*tier_interface->function_table)[static_cast<std::uint32_t>(id)];
}

class Adapter {
 public:
  Adapter(std::int32_t count, ArityTables& tables) : count_(count), tables_(tables) {}

  // To a closure with the code `restart`, which holds a function's first arguments: if just `count`
  // are missing, and if fewer are, which gives a function for the others.
  void apply_restart(FunctionId restart, FunctionId function, std::vector<std::int32_t*>& data) {
    std::int32_t arity = info_of(function).arity;
    if (count_ < arity) apply_partial(function);
    for (std::int32_t missing = 1; missing < std::min(count_, arity); missing++) {
      emit_holds(arity - missing);
      code_.block(kIf);
      apply_twice(restart, missing, data);
      code_.end();
    }
    leave_to_stub();
  }

  // The extra arguments wait on the stack for the function that the first ones give.
  void apply_twice(FunctionId function, std::int32_t first, std::vector<std::int32_t*>& data) {
    std::int32_t extra = count_ - first;
    declare_locals();
    code_.get(kSp);
    code_.i32_const(0);
    code_.i32_load(address_of(tier_interface->stack_limit));
    code_.op(kI32LtU);
    code_.block(kIf);
    leave_to_stub();
    code_.end();
    store_extra(first, extra);
    code_.get(callee_sp_);
    code_.get(kEnv);
    get_params(0, first);
    code_.i32_const(static_cast<std::int32_t>(function));
    code_.call_indirect(kCallIndirect, types::function(first), tables_.use(first));
    code_.tee(result_);
    code_.op(kI64Eqz);
    code_.block(kIf);
    leave_if_raised();
    unwind(extra, data);
    code_.end();
    code_.get(kSp);
    code_.get(result_);
    for (std::int32_t i = 0; i < extra; i++) {
      code_.get(callee_sp_);
      code_.i64_load(slot_offset(i));
    }
    code_.get(result_);
    code_.op(kI32WrapI64);
    code_.i32_load(0);
    code_.i32_const(1);
    code_.op(kI32ShrU);
    code_.call_indirect(kReturnCallIndirect, types::function(extra), tables_.use(extra));
  }

  Refusal refusal() const { return refusal_; }
  void write(Bytes& body) {
    body.unsigned_leb(local_types_.size());
    for (Type t : local_types_) {
      body.unsigned_leb(1);
      body.byte(static_cast<unsigned>(t));
    }
    body.append(code_);
    body.byte(kEnd);
  }

 private:
  static constexpr std::uint32_t kSp = 0, kEnv = 1, kFirstParam = 2;
  void declare_locals() {
    callee_sp_ = first_local();
    result_ = callee_sp_ + 1;
    local_types_ = {Type::kI32, Type::kI64};
  }

  // Whether the closure, a partial application, holds so many arguments.
  void emit_holds(std::int32_t bound) {
    get_address(kEnv, -8);
    code_.i64_load(0);
    code_.i64_const(10);
    code_.op(kI64ShrU);
    code_.i64_const(kPartialHeaderWosize + bound);
    code_.op(kI64Eq);
  }

  void apply_partial(FunctionId function) {
    std::int32_t arity = info_of(function).arity;
    std::int32_t bound = arity - count_;
    emit_holds(bound);
    code_.block(kIf);
    if (arity > kMaxTranslatedArity)
      store_memory_arguments(arity, bound);
    else
      code_.get(kSp);
    get_address(kEnv, 0);
    code_.i64_load(16);
    for (std::int32_t i = 0; i < std::min(arity, std::int32_t{kMaxTranslatedArity}); i++)
      get_argument(i, bound);
    code_.i32_const(static_cast<std::int32_t>(function));
    code_.call_indirect(kReturnCallIndirect, types::function(arity), tables_.use(arity));
    code_.end();
  }

  // By which the call moves sp: for the arguments, and this function's native frame.
  std::int32_t frame_wosize() const { return std::max(slot_count_, 2); }
  std::uint32_t slot_offset(std::int32_t slot) const {
    return static_cast<std::uint32_t>(8 * (frame_wosize() - 1 - slot));
  }
  std::uint32_t first_local() const { return kFirstParam + static_cast<std::uint32_t>(count_); }

  void get_address(std::uint32_t local, std::int32_t add) {
    code_.get(local);
    code_.op(kI32WrapI64);
    if (add == 0) return;
    code_.i32_const(add);
    code_.op(kI32Add);
  }
  void get_params(std::int32_t from, std::int32_t to) {
    for (std::int32_t i = from; i < to; i++) code_.get(kFirstParam + static_cast<std::uint32_t>(i));
  }

  // Of a partial application: the first ones are in the closure.
  void get_argument(std::int32_t i, std::int32_t bound) {
    if (i >= bound) {
      code_.get(kFirstParam + static_cast<std::uint32_t>(i - bound));
      return;
    }
    get_address(kEnv, 0);
    code_.i64_load(static_cast<std::uint32_t>(8 * (kPartialHeaderWosize + i)));
  }

  // Those behind the tenth (runtime/tier/tier.h). Pushes the callee's sp.
  void store_memory_arguments(std::int32_t arity, std::int32_t bound) {
    declare_locals();
    code_.get(kSp);
    code_.i32_const(8 * (1 + arity - kMaxTranslatedArity));
    code_.op(kI32Sub);
    code_.tee(callee_sp_);
    code_.i64_const(bits(Val_long(arity)));
    code_.i64_store(0);
    for (std::int32_t i = kMaxTranslatedArity; i < arity; i++) {
      code_.get(callee_sp_);
      get_argument(i, bound);
      code_.i64_store(static_cast<std::uint32_t>(8 * (1 + i - kMaxTranslatedArity)));
    }
    code_.get(callee_sp_);
  }

  void leave_to_stub() {
    code_.get(kSp);
    code_.get(kEnv);
    get_params(0, count_);
    code_.i32_const(index_of_function(tier_interface->call_stub(count_)));
    code_.call_indirect(kReturnCallIndirect, types::function(count_), kRuntimeTable);
  }

  void store_extra(std::int32_t first, std::int32_t extra) {
    slot_count_ = extra;
    code_.get(kSp);
    code_.i32_const(8 * frame_wosize());
    code_.op(kI32Sub);
    code_.set(callee_sp_);
    for (std::int32_t i = 0; i < frame_wosize(); i++) {
      code_.get(callee_sp_);
      if (i < extra)
        code_.get(kFirstParam + static_cast<std::uint32_t>(first + i));
      else
        code_.i64_const(bits(Val_unit));
      code_.i64_store(slot_offset(i));
    }
  }

  void leave_if_raised() {
    code_.i32_const(0);
    code_.i64_load(address_of(tier_interface->exn_bucket));
    code_.op(kI64Eqz);
    code_.op(kI32Eqz);
    code_.block(kIf);
    code_.i64_const(0);
    code_.op(kReturn);
    code_.end();
  }

  void unwind(std::int32_t extra, std::vector<std::int32_t*>& data) {
    std::vector<std::int32_t> words{
        tier_interface->apply_code_offset(extra), 0, kSourceInt, 0, extra, 0};
    for (std::int32_t i = 0; i < extra; i++) words.push_back(i << 2 | kSourceSpilled);
    const std::int32_t* descriptor = keep_descriptor(words, data);
    if (descriptor == nullptr) refusal_ = Refusal::kNoMemory;
    code_.get(kSp);
    code_.i32_const(static_cast<std::int32_t>(address_of(descriptor)));
    code_.i32_const(index_of_function(tier_interface->unwind_frame));
    code_.call_indirect(kCallIndirect, types::kUnwind, kRuntimeTable);
    code_.op(kReturn);
  }

  std::int32_t count_;
  ArityTables& tables_;
  Code code_;
  std::vector<Type> local_types_;
  std::uint32_t callee_sp_ = 0, result_ = 0;
  std::int32_t slot_count_ = 0;
  Refusal refusal_ = Refusal::kNone;
};

// The function that a RESTART belongs to, or kNoFunction.
FunctionId function_of_restart(FunctionId restart) {
  const FunctionInfo& info = info_of(restart);
  if (tier_interface->untiered_opcode(code_at(info.entry)) != RESTART) return kNoFunction;
  FunctionId next{static_cast<std::uint32_t>(restart) + 1};
  return info_of(next).entry == offset_of_code(code_at(info.entry) + 1) ? next : kNoFunction;
}

}  // namespace

Refusal emit_adapter(FunctionId id, std::int32_t count, ArityTables& tables, Bytes& body,
                     std::vector<std::int32_t*>& data) {
  Adapter adapter(count, tables);
  FunctionId function = info_of(id).arity == 0 ? function_of_restart(id) : id;
  if (function == kNoFunction) return Refusal::kUnreachable;
  std::int32_t arity = info_of(function).arity;
  if (arity > kMaxParameters) return Refusal::kTooManyParameters;
  if (function != id)
    adapter.apply_restart(id, function, data);
  else if (count > arity)
    adapter.apply_twice(id, arity, data);
  else
    return Refusal::kUnreachable;
  adapter.write(body);
  return adapter.refusal();
}

}  // namespace bactrian
