// SPDX-License-Identifier: Apache-2.0
// The translator's face: functions and loops in, a wasm module out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tier/refusal.h"
#include "runtime/tier/tier.h"
#include "translator/ir/repr.h"

namespace bactrian {

struct TranslatorOptions {
  bool force_unwind = false;
#ifdef NDEBUG
  bool verify = false;  // The IR after each pass.
#else
  bool verify = true;
#endif
  std::uint32_t max_words = 6000;        // Of one function's bytecode.
  std::uint32_t max_batch_words = 4000;  // All in all, when other functions are added.
  std::uint32_t max_batch_functions = 48;
  // A callee of at most so many words is translated again into its caller's module, where engines
  // may inline it.
  std::uint32_t max_copied_words = 60;
  // A larger one joins when it has been called so often.
  std::uint32_t used_calls = 0;
  // A function called so often joins the batch of any other one; 0: none does.
  std::uint32_t warm_calls = 0;
  const char* only = nullptr;           // Functions of this name (frontend/names.h), if not null.
  std::size_t first = ~std::size_t{0};  // No more functions and loops than so many.
};

struct TranslatedFunction {
  FunctionId id{};
  bool is_adapter = false;       // For calls of it with `arity` arguments.
  bool is_quick = false;         // Not worth entering from the interpreter.
  CodeOffset continuation_pc{};  // 0: the whole function.
  std::int32_t arity = 0;
  std::int32_t frame_wosize = 0;
  std::int32_t trap_count = 0;
  std::int32_t native_wosize = 0;
};

struct TranslatedModule {
  std::vector<std::uint8_t> bytes;
  std::vector<TranslatedFunction> functions;  // Function i gets slot `slot_base` + i of table 0.
  // Frame descriptors and other data that the code refers to; they live as long as it does.
  std::vector<std::int32_t*> data;
  Refusal refusal = Refusal::kNone;  // Of the function that was asked for: then there is no module.
};

// The runtime as the translator sees it: set once.
extern const TierInterface* tier_interface;

// What a boxed integer has in field 0.
Value custom_operations_value(ir::Repr repr);

// Translates the function and others that it calls, the loop at pc in it, or makes an adapter
// (tier.h: is_adapter_request).
TranslatedModule translate(FunctionId id, CodeOffset pc, std::uint32_t slot_base,
                           const TranslatorOptions& options);
// Its IR as text, or why there is none. Not in the page's module (inspect/inspect.h).
std::string ir_text(FunctionId id, CodeOffset pc, const TranslatorOptions& options);

}  // namespace bactrian
