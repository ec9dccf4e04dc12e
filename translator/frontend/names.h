// SPDX-License-Identifier: Apache-2.0
// What functions are called in the program's source: for the names that wasm functions carry into
// profiles and stack traces, and for options that name a function.
//
// With debug events (-g): "Stdlib.List.map list.ml:92", "Dune.run.(fun) dune.ml:12". Without:
// "fn@1234", the number of the function's first word in its code, as the disassembler shows it.
//
// Events are read here from section DBUG itself, the compilation unit that a function belongs to
// and when it is first asked for: nothing is allocated on the OCaml heap, and a program whose debug
// section is large pays for the units that are hot only.
#pragma once

#include <string>

#include "runtime/bytecode/functions.h"

namespace bactrian {

// "Stdlib.List.map", or "fn@1234".
std::string function_name(FunctionId id);
// The same with the place. pc: of a loop in it, or 0.
std::string function_title(FunctionId id, CodeOffset pc);
// `pattern` names the function: its name, or "fn@1234", or 1234; "all" names every one.
bool is_function_named(FunctionId id, const char* pattern);

}  // namespace bactrian
