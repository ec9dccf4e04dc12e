// SPDX-License-Identifier: Apache-2.0
// Runs a program from its first instruction to its exit code, a time slice at a time: turns of
// threads, waiting, uncaught exceptions, the end.
#pragma once

#include "runtime/bytecode/code.h"
#include "runtime/interp/threads.h"

namespace bactrian {

enum class ProgramStatus : int {
  kFinished = 0,  // program_exit_code() tells how.
  kRunnable = 1,  // The time slice is over.
  kWaiting = 2,   // Nothing can run before what host_waits() tells.
};

// In the main thread, which init_threads() made.
void start_program(const opcode_t* pc);
// When it has finished once, further calls run the callbacks that wait
// (caml_callback_that_may_wait).
ProgramStatus run_program();
int program_exit_code();
// It has ended by `exit`, or from outside: nothing of it is to run any more.
bool program_exited();
// How long run_program may run before it returns kRunnable; 0: until something else ends it.
void set_time_slice(double seconds);
// Ends the program at its next poll, as if it had called exit without at_exit.
void stop_program(int code);

}  // namespace bactrian
