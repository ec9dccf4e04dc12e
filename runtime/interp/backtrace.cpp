// SPDX-License-Identifier: Apache-2.0
// See backtrace.h. What is recorded is what ocamlrun records: every code address on the stack,
// those of return frames whose call has not been made yet included. Code addresses bear a mark that
// integers do not (code.h), so that reading the stack word by word finds them and nothing else.
#include "runtime/interp/backtrace.h"

#include <cstdio>
#include <cstring>
#include <vector>

#include "runtime/bytecode/debug_info.h"
#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/opcodes.h"
#include "runtime/bytecode/program.h"
#include "runtime/host/host.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/fibers.h"
#include "runtime/interp/stack.h"
#include "runtime/prims/prim.h"
#include "runtime/tier/activation.h"

namespace bactrian {

namespace {

constexpr std::size_t kMaxRecorded = 1024;

CodeOffset recorded[kMaxRecorded];
std::size_t recorded_count = 0;
GlobalRoot recorded_exn;

constexpr Value Val_offset(CodeOffset pc) {
  return Val_long(static_cast<std::int64_t>(static_cast<std::uint32_t>(pc)));
}
constexpr CodeOffset Offset_val(Value v) {
  return CodeOffset{static_cast<std::uint32_t>(Long_val(v))};
}

// The machine's own return addresses lie in no fragment, and do not count.
bool is_program_pc(Value slot) {
  return Is_pc(slot) && find_fragment_by_pc(offset_of_code(Pc_val(slot))) != nullptr;
}

// Places that raise show "Raised", others "Called" or "primitive operation".
bool is_raise_at(CodeOffset pc) {
  if (find_fragment_by_pc(pc) == nullptr) return false;
  opcode_t op = untiered_opcode(code_at(pc));
  return op == RAISE || op == RERAISE;
}

void record(CodeOffset pc) {
  if (recorded_count < kMaxRecorded) recorded[recorded_count++] = pc;
}

}  // namespace

void stash_backtrace(Value exn, const opcode_t* pc, const Value* sp, bool reraise) {
  if (!reraise || exn != recorded_exn) {
    recorded_count = 0;
    recorded_exn = exn;
  }
  if (find_fragment_by_pc(offset_of_code(pc)) != nullptr) record(offset_of_code(pc));
  const Stack* stack = dom().current_stack;
  const Value* end = stack->high - stack->trap;
  if (stack->trap == 0) end = stack->high;
  // A primitive's call frame, when it is still there, holds `pc` itself.
  if (sp < end && *sp == Val_pc(pc)) sp++;
  for (; sp < end && recorded_count < kMaxRecorded; sp++)
    if (is_program_pc(*sp)) record(offset_of_code(Pc_val(*sp)));
}

void record_backtraces(bool active) {
  if (dom().backtrace_active == active) return;
  dom().backtrace_active = active;
  recorded_count = 0;
  recorded_exn = Val_unit;
}

// ---- Call stacks --------------------------------------------------------------------------------

namespace {

// The addresses on `stack` and those that wait for it, without the handlers of trap frames.
Value callstack_of(const Stack* stack, intnat max_count) {
  std::vector<CodeOffset> found;
  auto is_full = [&] { return static_cast<intnat>(found.size()) >= max_count; };
  for (; stack != nullptr && !is_full(); stack = stack->parent) {
    const Value* trap = stack->high - stack->trap;
    for (const Value* sp = stack->sp; sp < stack->high && !is_full(); sp++) {
      if (sp == trap) {
        trap = stack->high - Long_val(sp[1]);
        continue;
      }
      if (is_program_pc(*sp)) found.push_back(offset_of_code(Pc_val(*sp)));
    }
  }
  Value result = caml_alloc(found.size(), 0);
  if (result == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < found.size(); i++) Store_field(result, i, Val_offset(found[i]));
  return result;
}

// ---- Locations ----------------------------------------------------------------------------------

// Printexc.backtrace_slot: Known_location, whose fields 5.2 extended, or Unknown_location.
Value make_slot(CodeOffset pc) {
  bool is_raise = is_raise_at(pc);
  const DebugEvent* event = find_debug_event(pc);
  if (event == nullptr) {
    Value slot = caml_alloc_small(1, 1);
    Field(slot, 0) = Val_bool(is_raise);
    return slot;
  }
  Root file(caml_copy_string(event->file));
  if (file == kNoValue) return kNoValue;
  Root function(caml_copy_string(event->function));
  if (function == kNoValue) return kNoValue;
  bool has_ends = program_version() >= 502;
  Value slot = caml_alloc_small(has_ends ? 9 : 7, 0);
  Value* field = Op_val(slot);
  *field++ = Val_bool(is_raise);
  *field++ = file;
  *field++ = Val_int(event->start_line);
  *field++ = Val_int(event->start_column);
  *field++ = Val_int(event->end_offset);
  if (has_ends) {
    *field++ = Val_int(event->end_line);
    *field++ = Val_int(event->end_column);
  }
  *field++ = Val_false;  // Inlined.
  *field++ = function;
  return slot;
}

const char* verb_of(bool is_raise, bool is_first) {
  if (is_raise) return is_first ? "Raised at" : "Re-raised at";
  return is_first ? "Raised by primitive operation at" : "Called from";
}

void write_error(const char* text, int length) {
  if (length > 0) host_write(2, text, static_cast<std::size_t>(length));
}

void print_location(CodeOffset pc, bool is_first) {
  bool is_raise = is_raise_at(pc);
  const DebugEvent* event = find_debug_event(pc);
  const char* verb = verb_of(is_raise, is_first);
  char line[1024];
  int length = 0;
  if (event == nullptr) {
    if (is_raise) return;  // The compiler's own.
    length = std::snprintf(line, sizeof line, "%s unknown location\n", verb);
  } else {
    int written = std::snprintf(line, sizeof line - 100, "%s %s in file \"%s\"", verb,
                                event->function, event->file);
    length = written < static_cast<int>(sizeof line) - 100 ? written : sizeof line - 101;
    char* rest = line + length;
    if (program_version() < 502)
      length += std::snprintf(rest, 100, ", line %d, characters %d-%d\n", event->start_line,
                              event->start_column, event->end_offset);
    else if (event->start_line == event->end_line)
      length += std::snprintf(rest, 100, ", line %d, characters %d-%d\n", event->start_line,
                              event->start_column, event->end_column);
    else
      length += std::snprintf(rest, 100, ", lines %d-%d, characters %d-%d\n", event->start_line,
                              event->end_line, event->start_column, event->end_column);
  }
  write_error(line, length);
}

}  // namespace

void print_exception_backtrace() {
  for (std::size_t i = 0; i < recorded_count; i++) print_location(recorded[i], i == 0);
  if (debug_info_status() < 0) {
    constexpr char kNotFound[] =
        "(Cannot print locations:\n bytecode executable program file not found)\n";
    write_error(kNotFound, sizeof kNotFound - 1);
  }
}

// ---- Primitives ---------------------------------------------------------------------------------

Value caml_record_backtrace(Value flag) {
  record_backtraces(Bool_val(flag));
  return Val_unit;
}

Value caml_backtrace_status(Value) { return Val_bool(dom().backtrace_active); }

Value caml_ml_debug_info_status(Value) { return Val_int(debug_info_status()); }

Value caml_get_exception_raw_backtrace(Value) {
  std::size_t count = dom().backtrace_active ? recorded_count : 0;
  Value result = caml_alloc(count, 0);
  if (result == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < count; i++) Store_field(result, i, Val_offset(recorded[i]));
  return result;
}

Value caml_restore_raw_backtrace(Value exn, Value backtrace) {
  recorded_exn = exn;
  recorded_count = 0;
  for (mlsize_t i = 0; i < Wosize_val(backtrace); i++) record(Offset_val(Field(backtrace, i)));
  return Val_unit;
}

Value caml_raw_backtrace_length(Value backtrace) {
  return Val_long(static_cast<intnat>(Wosize_val(backtrace)));
}

// A slot is the address itself: nothing is inlined in bytecode, so that no address has two slots.
Value caml_raw_backtrace_slot(Value backtrace, Value index) {
  if (static_cast<uintnat>(Long_val(index)) >= Wosize_val(backtrace))
    return caml_invalid_argument("Printexc.get_raw_backtrace_slot: index out of bounds");
  return Field(backtrace, static_cast<mlsize_t>(Long_val(index)));
}

Value caml_raw_backtrace_next_slot(Value) { return Val_none; }

Value caml_convert_raw_backtrace_slot(Value slot) { return make_slot(Offset_val(slot)); }

Value caml_convert_raw_backtrace(Value backtrace_in) {
  Root backtrace(backtrace_in);
  mlsize_t count = Wosize_val(backtrace);
  Root result(caml_alloc(count, 0));
  if (result == kNoValue) return kNoValue;
  for (mlsize_t i = 0; i < count; i++) {
    Value slot = make_slot(Offset_val(Field(backtrace, i)));
    if (slot == kNoValue) return kNoValue;
    Store_field(result, i, slot);
  }
  return result;
}

Value caml_get_exception_backtrace(Value unit) {
  Value raw = caml_get_exception_raw_backtrace(unit);
  if (raw == kNoValue) return kNoValue;
  Value slots = caml_convert_raw_backtrace(raw);
  return slots == kNoValue ? kNoValue : caml_alloc_some(slots);
}

Value caml_get_current_callstack(Value max_count) {
  if (!all_frames_are_interpreted()) return kNoValue;
  return callstack_of(dom().current_stack, Long_val(max_count));
}

Value caml_get_continuation_callstack(Value cont, Value max_count) {
  const Stack* innermost = Stack_of_continuation(cont);
  if (innermost != nullptr) return callstack_of(innermost, Long_val(max_count));
  Value exn = make_already_resumed_exn();
  return exn == kNoValue ? kNoValue : caml_raise(exn);
}

}  // namespace bactrian
