// SPDX-License-Identifier: Apache-2.0
// The table through which the translator's module, and the code that it makes, reach the runtime.
#include <cstring>

#include "runtime/bytecode/debug_info.h"
#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/domain.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/host/host.h"
#include "runtime/interp/fibers.h"
#include "runtime/interp/machine_code.h"
#include "runtime/interp/methods.h"
#include "runtime/interp/stack.h"
#include "runtime/options.h"
#include "runtime/prims/prim.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/install.h"
#include "runtime/tier/modules.h"
#include "runtime/tier/segments.h"
#include "runtime/tier/stubs.h"
#include "runtime/tier/tier.h"

namespace bactrian {

Value tier_alloc(Value* sp, std::int32_t wosize, std::int32_t tag) {
  dom().current_stack->sp = sp;
  auto size = static_cast<mlsize_t>(wosize);
  if (size > Max_young_wosize) return caml_alloc_shr(size, static_cast<tag_t>(tag));
  return caml_alloc_small_dispatch(size, static_cast<tag_t>(tag));
}

namespace {

// Of a site whose cache did not hit.
Value public_method(Value object, Value label, std::int64_t cache) {
  Value methods = Field(object, 0);
  mlsize_t at = find_label(methods, label);
  *code_at(CodeOffset{static_cast<std::uint32_t>(cache)}) = cache_of_label(at);
  return Field(methods, at - 1);
}

const Primitive* find_primitive_by_text(const char* name) { return find_primitive(name); }
void free_stat(void* p) { caml_stat_free(p); }
void modify(Value* field, Value v) { caml_modify(field, v); }
const CustomOperations* find_custom_operations(const char* identifier) {
  return caml_find_custom_operations(identifier);
}
std::int32_t is_installed(FunctionId id) { return function_info(id).code != nullptr; }
std::int32_t is_dropped_function(FunctionId id) { return is_dropped(function_info(id)); }
Bytes debug_section() { return program_section("DBUG"); }
std::int32_t apply_code_offset(int count) {
  return static_cast<std::int32_t>(offset_of_code(apply_code(count)));
}
void note_module(std::uint32_t byte_length) {
  tier_counters.modules++;
  tier_counters.module_bytes += byte_length;
}
std::uint32_t native_stack_bytes() { return static_cast<std::uint32_t>(native_stack()); }
void print(const char* text) { host_write(2, text, std::strlen(text)); }

}  // namespace

const TierInterface* get_tier_interface() {
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
  table.global_data = caml_global_data.address();
  table.atom_table = caml_atom_table;
  table.function_table = &function_table;
  table.function_table_size = &function_table_size;
  table.unwind_frame = unwind_frame;
  table.alloc = tier_alloc;
  table.modify = modify;
  table.force_unwind = tier_force_unwind;
  table.public_method = public_method;
  table.segment_callee_left = segment_callee_left;
  table.domain = &d;
  table.stack_resumed = heap_stack_resumed;
  table.continuation_extended = heap_continuation_extended;
  table.end_transit = end_transit;
  table.note_unwound = note_unwound;
  table.malloc = caml_stat_alloc_noexc;
  table.free = free_stat;
  table.untiered_opcode = untiered_opcode;
  table.is_installed = is_installed;
  table.is_dropped = is_dropped_function;
  table.find_custom_operations = find_custom_operations;
  table.function_containing = function_containing;
  table.options = &options();
  table.counters = &tier_counters;
  table.print_counters = &print_tier_counters;
  table.print_line = print_tier_line;
  table.native_stack = native_stack_bytes;
  table.debug_section = debug_section;
  table.debug_event_from = debug_event_from;
  table.print = print;
  table.note_module = note_module;
  table.prim_at = prim_at;
  table.find_primitive = find_primitive_by_text;
  table.alloc_slots = alloc_slots;
  table.free_slots = free_slots;
  table.install_module = install_module;
  table.call_stub = call_stub;
  table.apply_code_offset = apply_code_offset;
  return &table;
}

}  // namespace bactrian
