// SPDX-License-Identifier: Apache-2.0
// The translator's face: functions and loops in, a wasm module out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/tier/policy.h"
#include "runtime/tier/refusal.h"
#include "runtime/tier/tier.h"
#include "translator/ir/repr.h"

namespace bactrian {

struct TranslatorOptions {
  bool force_unwind = false;
#ifdef NDEBUG
  bool verify = false;  // The IR after each pass, and what is in which local.
#else
  bool verify = true;
#endif
  std::uint32_t max_words = kMaxFunctionWords;     // Of one function's bytecode.
  std::uint32_t max_batch_words = kMaxBatchWords;  // All in all, when other functions are added.
  std::uint32_t max_batch_functions = kMaxBatchFunctions;
  std::uint32_t max_copied_words = kMaxCopiedWords;
  // A larger one joins when it has been called so often.
  std::uint32_t used_calls = 0;
  // A function called so often joins the batch of any other one; 0: none does.
  std::uint32_t warm_calls = 0;
  const char* only = nullptr;           // Functions of this name (frontend/names.h), if not null.
  std::size_t first = ~std::size_t{0};  // No more functions and loops than so many.
};

struct TranslatedModule {
  std::vector<std::uint8_t> bytes;
  std::uint32_t first_slot = 0;
  std::vector<TranslatedFunction> functions;  // Function i gets slot `first_slot` + i of table 0.
  // Frame descriptors and other data that the code refers to; they live as long as it does.
  std::vector<std::int32_t*> data;
  Refusal refusal = Refusal::kNone;  // Of the function that was asked for: then there is no module.
};

// The runtime as the translator sees it: set once.
extern const TierInterface* tier_interface;

// What a boxed integer has in field 0.
Value custom_operations_value(ir::Repr repr);

// Translates the function and others that it calls, the loop at pc in it, a segment at pc and those
// that follow on it, or makes an adapter (tier.h: is_segment_request, is_adapter_request).
// alloc_slots: tier.h's, or a stand-in.
TranslatedModule translate(FunctionId id, CodeOffset pc,
                           std::uint32_t (*alloc_slots)(std::uint32_t),
                           const TranslatorOptions& options);
// Its IR as text, or why there is none. Not in the page's module (inspect/inspect.h).
std::string ir_text(FunctionId id, CodeOffset pc, const TranslatorOptions& options);

}  // namespace bactrian
