// SPDX-License-Identifier: Apache-2.0
// Debug events: where in the source a place in the code comes from. Section DBUG holds, for each
// compilation unit, a marshalled list of Instruct.debug_event; a toplevel and Dynlink hand over the
// same lists as values. They are turned into a sorted table outside the heap, the program's only
// when something asks first.
#pragma once

#include <cstdint>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/image.h"
#include "runtime/value/value.h"

namespace bactrian {

struct Fragment;
struct DebugInfo;

struct DebugEvent {
  std::uint32_t byte_offset;  // From the fragment's start.
  std::int32_t start_line, start_column;
  std::int32_t end_line, end_column;
  std::int32_t end_offset;  // Of the end, from the beginning of the start's line.
  const char* file;
  const char* function;
};

// `events`: an array of lists. Null when it holds none.
DebugInfo* make_debug_info(Value events);
void free_debug_info(DebugInfo* info);

// The event at pc, or one word after it (ocamlc may move one past a PUSH). Null: not known.
const DebugEvent* find_debug_event(CodeOffset pc);

// The first event at byte_offset or behind it, of those that have been read: for fragments whose
// events were handed over as values, all. Null: none.
const DebugEvent* debug_event_from(const Fragment* fragment, std::uint32_t byte_offset);

// For the program's fragment, as OCaml numbers it: 0 not read yet, 1 read, -1 could not be had.
int debug_info_status();
// The program's events are read again when asked for: it is another program.
void reset_program_debug_info();

}  // namespace bactrian
