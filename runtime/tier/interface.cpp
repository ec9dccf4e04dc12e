// SPDX-License-Identifier: Apache-2.0
// The table through which the translator's module, and the code that it makes, reach the runtime.
#include "runtime/tier/interface.h"
#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/interp/stack.h"
#include "runtime/tier/tier.h"

namespace bactrian {

Value tier_alloc(Value* sp, std::int32_t wosize, std::int32_t tag) {
  dom().current_stack->sp = sp;
  auto size = static_cast<mlsize_t>(wosize);
  if (size > Max_young_wosize) return caml_alloc_shr(size, static_cast<tag_t>(tag));
  return caml_alloc_small_dispatch(size, static_cast<tag_t>(tag));
}

namespace {

const Primitive* find_primitive_by_text(const char* name) { return find_primitive(name); }
void install_continuation_at(const Continuation* c) { install_continuation(*c); }
void free_stat(void* p) { caml_stat_free(p); }
void modify(Value* field, Value v) { caml_modify(field, v); }

}  // namespace

TierInterface* make_tier_interface() {
  static TierInterface table;
  Domain& d = dom();
  table.young_ptr = &d.young_ptr;
  table.young_limit = &d.young_limit;
  table.stack_limit = &d.stack_limit;
  table.exn_bucket = &d.exn_bucket;
  table.fuel = &d.fuel;
  table.young_start = &d.young_start;
  table.young_end = &d.young_end;
  table.backtrace_active = &d.backtrace_active;
  table.attention = &d.attention;
  table.unwind_scratch = d.unwind_scratch;
  table.current_stack = &d.current_stack;
  table.stack_sp_offset = offsetof(Stack, sp);
  table.global_data = caml_global_data.address();
  table.atom_table = caml_atom_table;
  table.function_table = &function_table;
  table.function_table_size = &function_table_size;
  table.unwind_frame = unwind_frame;
  table.alloc = tier_alloc;
  table.modify = modify;
  table.force_unwind = tier_force_unwind;
  table.malloc = caml_stat_alloc_noexc;
  table.free = free_stat;
  table.untiered_opcode = untiered_opcode;
  table.prim_at = prim_at;
  table.find_primitive = find_primitive_by_text;
  table.install_function = install_function;
  table.install_continuation = install_continuation_at;
  return &table;
}

}  // namespace bactrian
