// SPDX-License-Identifier: Apache-2.0
// Looking at what the translator makes of a function, stage by stage, and checking it: the options
// dump-bytecode, dump-ir, dump-wasm and verify-ir. Native builds have all of this, and
// bactrian-translator-debug.wasm, which a page fetches when one of the options asks for it; in
// bactrian-translator.wasm, which others fetch, the functions below do nothing.
#pragma once

#include <string>

#include "translator/emit/locals.h"
#include "translator/emit/module.h"
#include "translator/frontend/bytecode.h"
#include "translator/ir/ir.h"

namespace bactrian {

#ifdef BACTRIAN_INSPECT

std::string bytecode_text(const Bytecode& code);
// A function's locals and code, one instruction a line.
std::string wasm_text(const wasm::Bytes& body);

// To the console, when the option names the function.
void dump_bytecode(const Bytecode& code, CodeOffset pc);
void dump_ir(const ir::Function& f);
void dump_wasm(const ModuleFunction& f);
// What breaks a rule is our own bug: the program ends with the function and what is wrong.
void check_ir(const ir::Function& f, bool represented);
void check_locals(const ir::Function& f, const ir::Order& order, const Liveness& liveness,
                  const std::vector<std::uint32_t>& local_of);

#else

inline void dump_bytecode(const Bytecode&, CodeOffset) {}
inline void dump_ir(const ir::Function&) {}
inline void dump_wasm(const ModuleFunction&) {}
inline void check_ir(const ir::Function&, bool) {}
inline void check_locals(const ir::Function&, const ir::Order&, const Liveness&,
                         const std::vector<std::uint32_t>&) {}

#endif

}  // namespace bactrian
