// SPDX-License-Identifier: Apache-2.0
// The exports of bactrian-translator.wasm, as the loader calls them (loader/translate.ts). Between
// translator_translate and the next call of it, either translator_installed or translator_discard.
#ifdef __wasm__

#include "runtime/options.h"
#include "translator/translator.h"

using namespace bactrian;

extern "C" void __wasm_call_ctors();

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

struct Result {
  const std::uint8_t* bytes;
  std::uint32_t byte_length;
  std::uint32_t slot_count;
} result;

// Of the calls after which a function is translated, for TranslatorOptions.
constexpr std::uint32_t kWarmPart = 2, kUsedPart = 2;

TranslatedModule* current = nullptr;
std::uint32_t current_slot_base = 0;
TranslatorOptions translator_options;

}  // namespace

EXPORT(translator_start) void translator_start(const TierInterface* runtime) {
  __wasm_call_ctors();
  tier_interface = runtime;
  translator_options.force_unwind = runtime->options->force_unwind != 0;
  translator_options.verify |= runtime->options->verify_ir;
  translator_options.only = runtime->options->translate_only;
  translator_options.first = runtime->options->translate_first;
  auto tier_up = static_cast<std::uint32_t>(runtime->options->tier_up);
  translator_options.warm_calls = tier_up / kWarmPart;
  translator_options.used_calls = tier_up / kUsedPart;
}

EXPORT(translator_translate)
const Result* translator_translate(std::uint32_t id, std::uint32_t pc, std::uint32_t slot_base) {
  FunctionId function{id};
  if (pc != 0 && !is_adapter_request(CodeOffset{pc}))
    function = tier_interface->function_containing(CodeOffset{pc});
  delete current;
  current =
      new TranslatedModule(translate(function, CodeOffset{pc}, slot_base, translator_options));
  current_slot_base = slot_base;
  if (current->refusal != Refusal::kNone) {
    tier_interface->refusals[static_cast<std::size_t>(current->refusal)]++;
    return nullptr;
  }
  tier_interface->note_module(static_cast<std::uint32_t>(current->bytes.size()));
  result = {current->bytes.data(), static_cast<std::uint32_t>(current->bytes.size()),
            static_cast<std::uint32_t>(current->functions.size())};
  return &result;
}

EXPORT(translator_installed) void translator_installed() {
  std::uint32_t slot = current_slot_base;
  for (const TranslatedFunction& f : current->functions) {
    auto code = reinterpret_cast<TranslatedCode>(slot++);
    if (f.is_adapter) continue;
    if (f.continuation_pc == CodeOffset{}) {
      tier_interface->install_function(f.id, code, f.native_wosize, f.is_quick);
    } else {
      Continuation c{f.continuation_pc, f.frame_wosize, f.trap_count, f.native_wosize, code};
      tier_interface->install_continuation(&c);
    }
  }
  delete current;
  current = nullptr;
}

// is_refused: by the engine.
EXPORT(translator_discard) void translator_discard(int is_refused) {
  if (is_refused != 0) tier_interface->refusals[static_cast<std::size_t>(Refusal::kEngine)]++;
  for (std::int32_t* p : current->data) tier_interface->free(p);
  delete current;
  current = nullptr;
}

#endif
