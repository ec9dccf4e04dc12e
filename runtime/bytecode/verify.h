// SPDX-License-Identifier: Apache-2.0
// The verifier: bytecode goes through it before anything else reads it. It accepts all that ocamlc
// emits, and what it accepts cannot lead the interpreter outside the code or its own stack frame.
// (Values are not typed: code that takes an integer for a block is beyond it.)
//
// Rules, for each instruction
//  1. The opcode is one that the code's OCaml version has; its operands and table are in the code.
//  2. Operands fit their kind: sizes and indices are not negative, tags are ones that ordinary
//     blocks may have, primitives and globals exist.
//  3. Labels and function entries are the starts of instructions. A RESTART is followed by a GRAB,
//     which is a function's entry, and each GRAB follows one; nothing flows or jumps to either.
//     (A closure need not name it: ocamlc keeps functions whose CLOSURE was dead code.)
// and, along every path from the start and from each function's entry
//  4. The depth of the stack is the same whichever way an instruction is reached. A function starts
//     with its parameters on the stack.
//  5. Nothing below the function's first slot is read or popped. RETURN and tail calls drop exactly
//     the whole frame.
//  6. Return frames and trap frames nest. Only APPLY pops a return frame, directly above its
//     arguments; only POPTRAP pops a trap frame; ASSIGN stays out of both. None is left at a
//     RETURN.
//  7. The depth grows by no more than max_unchecked_depth above the entry's, unless the function
//     calls caml_ensure_stack_capacity first.
//  8. STOP is the program's, RETURN a function's; control does not run off the code's end.
//
// Time and space are linear: one pass over the words, one over the paths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/bytecode/code.h"
#include "runtime/bytecode/image.h"

namespace bactrian {

// Words that a function may push without asking: the interpreter's threshold (stack.h) must be
// larger by what it pushes itself.
constexpr int max_unchecked_depth(OcamlVersion version) { return version < 500 ? 262 : 38; }

inline constexpr std::uint32_t kGlobalCountUnknown = ~std::uint32_t{0};

struct CodeToVerify {
  std::span<const opcode_t> words;
  OcamlVersion version = kNewestVersion;
  std::uint32_t global_count = kGlobalCountUnknown;
  std::int32_t prim_count = 0;
  std::int32_t ensure_stack_prim = -1;  // Index of caml_ensure_stack_capacity.
  bool is_program = true;  // Starts on an empty stack and ends with STOP; else a function.
};

// What the verifier found at each word.
enum CodeMark : std::uint8_t {
  kMarkInstruction = 1,
  kMarkLabel = 2,
  kMarkFunction = 4,  // A closure's code starts here.
  kMarkRestart = 8,
};

// Zeros behind the words' marks, so that eight can be read at any word.
inline constexpr std::size_t kMarkPadding = 8;
// The first word, from `at` on, with one of the marks `wanted`; none: past all words.
std::uint32_t next_mark(const std::vector<std::uint8_t>& marks, std::uint32_t at,
                        std::uint8_t wanted);

// error.offset: in bytes from the code's start.
bool verify_code(const CodeToVerify& code, std::vector<std::uint8_t>& marks, ImageError& error);

}  // namespace bactrian
