// SPDX-License-Identifier: Apache-2.0
// Backtraces: the code addresses on the VM stack at the time of a raise, kept until the next one,
// and what prints them as ocamlrun does.
#pragma once

#include "runtime/bytecode/code.h"
#include "runtime/value/value.h"

namespace bactrian {

// Records the addresses from `pc`, the place of the raise, and from [sp, innermost trap frame) of
// the current stack. `pc`: of a RAISE or RERAISE, the instruction itself; of a primitive, the word
// behind its C_CALL. A reraise of the exception that was recorded last adds to it.
void stash_backtrace(Value exn, const opcode_t* pc, const Value* sp, bool reraise);

// OCAMLRUNPARAM=b and Printexc.record_backtrace: forgets what is recorded when it changes.
void record_backtraces(bool active);

// What is recorded, to stderr.
void print_exception_backtrace();

// An exception as "Fatal error: exception ..." shows it; freed with caml_stat_free.
char* caml_format_exception(Value exn);

}  // namespace bactrian
