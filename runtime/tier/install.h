// SPDX-License-Identifier: Apache-2.0
// Which functions and loops are counted, asked for, and translated. The first opcode of a function
// tells the interpreter:
//
//     its own            found by samples: one call or loop turn of kTicksPerSample is looked at
//     COUNT_CALL         counted exactly, when the option tier-up is small (tests)
//     ENTER_TRANSLATED   FunctionInfo::code is called
//
// It is its own, too, when there is code but entering it does not pay (policy.h). CHECK_SIGNALS,
// which stands in every loop, may be COUNT_LOOP or ENTER_CONTINUATION. FunctionInfo::original keeps
// the opcode that the function began with, FunctionInfo::calls what was counted or is inferred from
// the samples.
#pragma once

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/functions.h"
#include "runtime/tier/tier.h"

namespace bactrian {

bool translation_enabled();

// After the load step, and before the code goes away.
void count_calls_of(Fragment& fragment);
void forget_translations_of(const Fragment& fragment);
// Puts the original opcodes into a copy of the fragment's words.
void restore_untiered(const Fragment& fragment, opcode_t* words);

// The function that `env` is a closure of, if it begins at `pc`. Else null.
const FunctionInfo* function_at_entry(const opcode_t* pc, Value env);
void install_adapter(FunctionId id, int count, TranslatedCode code);
// Of an evicted module: interpreted, and counted again.
void uninstall_function(FunctionId id);
void uninstall_continuation(CodeOffset pc);
void uninstall_adapter(FunctionId id, int count);

// The last one that begins before `pc` or there.
FunctionId function_containing(CodeOffset pc);
// False: not now.
bool request_segments(FunctionId id, CodeOffset pc);
const Continuation* find_continuation(const opcode_t* pc);

// At COUNT_CALL and COUNT_LOOP: the opcode to go on with.
opcode_t count_call(opcode_t* pc, Value env);
opcode_t count_loop(opcode_t* pc);
// A call of the function by translated code with another number of arguments than it takes.
void count_mismatch(FunctionId id, int count);
// Code of the translation had to be left by an instruction that it cannot do; `owner` as in a frame
// descriptor. Where that happens all the time, the interpreter does better: the translation goes.
void note_unwound(std::int32_t owner);
// The interpreter has called the translation; `some` calls in it were interpreted in nested
// activations, or none was. FunctionInfo::nested: how many more such calls had some than had none,
// so that it must not be 0 when there was none.
void note_nested(FunctionInfo& info, bool some);
// The code of the partial applications of the function that begins at `entry`.
FunctionId restart_at(const opcode_t* entry, Value env);
bool is_dropped(const FunctionInfo& info);
// A closure of the function is given other code: its calls of itself are seen from now on.
void keep_interpreted(FunctionId id);
// The interpreter is at the first instruction of a function, whose closure is env, or at a loop's
// CHECK_SIGNALS; it looks once in kTicksPerSample times.
void sample_tick(opcode_t* pc, Value env);
// Translated code calls this function, which has no translation.
void note_interpreted_call(FunctionId id);

}  // namespace bactrian
