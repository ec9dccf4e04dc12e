// SPDX-License-Identifier: Apache-2.0
// Code fragments: the program's code, each phrase of a toplevel, each unit that Dynlink loads.
// Adding one is the load step: copy into the code space, verify, rewrite for the interpreter:
//
//   CLOSURE, CLOSUREREC   code operand     → FunctionId
//   C_CALLn               primitive index  → below 0 where the call is wrong (prim_table.h)
//   RESUME, RESUMETERM    of OCaml 5.0, 5.1 → RESUME_50, RESUMETERM_50
//   GETPUBMET             cache            → 0
//   C_CALL1 to C_CALL3    opcode           → the primitive's own (inlined.def)
//   frequent pairs        first opcode     → the fused one (fused.def)
//   functions             first opcode     → COUNT_CALL, when calls are counted (tier/install.h)
//
// The original words can be had back (restore_code): the digest and the disassembler see those.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/image.h"

namespace bactrian {

struct DebugInfo;  // debug_info.h

struct Fragment {
  CodeOffset start{};
  std::uint32_t byte_size = 0;
  FunctionId first_function{};
  std::uint32_t function_count = 0;
  OcamlVersion version = kNewestVersion;
  bool is_program = true;
  bool digest_known = false;
  unsigned char digest[16] = {};
  DebugInfo* debug = nullptr;

  const opcode_t* words() const { return code_at(start); }
  std::uint32_t word_count() const { return byte_size / sizeof(opcode_t); }
  bool contains(CodeOffset pc) const {
    return static_cast<std::uint32_t>(pc) - static_cast<std::uint32_t>(start) < byte_size;
  }
};

struct FragmentSource {
  Bytes code;
  OcamlVersion version = kNewestVersion;
  std::uint32_t global_count = ~std::uint32_t{0};  // ~0: not known, not checked.
  bool is_program = true;      // Runs from its start to a STOP; else a function of one argument.
  bool append_return = false;  // Add "RETURN 1" (what 5.2 and later leave to the runtime).
};

// Null: see error. Primitives are those of the program's table.
Fragment* add_fragment(const FragmentSource& source, ImageError& error);
// Nothing may refer to its code any more.
void remove_fragment(Fragment* fragment);

const std::vector<Fragment*>& all_fragments();  // By address.
Fragment* find_fragment_by_pc(CodeOffset pc);   // Null: none.
Fragment* find_fragment_by_digest(const unsigned char digest[16]);
const unsigned char* fragment_digest(Fragment& fragment);  // MD5 of the original code, 16 bytes.
// The function whose entry lies at byte_offset from the fragment's start, or kNoFunction.
FunctionId function_id_at(const Fragment& fragment, std::uint32_t byte_offset);

// The words as they were before the load step.
void restore_code(const Fragment& fragment, opcode_t* words);

}  // namespace bactrian
