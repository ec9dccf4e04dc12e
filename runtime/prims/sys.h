// SPDX-License-Identifier: Apache-2.0
// What Sys knows of the program: its arguments, and whether the runtime may warn.
#pragma once

#include <span>

namespace bactrian {

// Before the program starts, with the heap ready. argv[0] is what Sys.argv.(0) shows; exe is
// Sys.executable_name. False: no memory.
bool set_program_arguments(const char* exe, std::span<const char* const> argv);

// Sys.enable_runtime_warnings, or OCAMLRUNPARAM=W. Says once how to be rid of the warnings.
bool runtime_warnings_active();

// For the runtime's own messages, past all channels.
void write_stderr(const char* text);

}  // namespace bactrian
