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
  std::uint32_t slot_end;  // The table has to be that long.
} result;

TranslatedModule* current = nullptr;
TranslatorOptions translator_options;

std::uint32_t function_count() { return static_cast<std::uint32_t>(current->functions.size()); }

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
const Result* translator_translate(std::uint32_t id, std::uint32_t pc) {
  FunctionId function{id};
  if (pc != 0 && !is_adapter_request(CodeOffset{pc}))
    function = tier_interface->function_containing(pc_of_request(CodeOffset{pc}));
  delete current;
  current = new TranslatedModule(
      translate(function, CodeOffset{pc}, tier_interface->alloc_slots, translator_options));
  if (current->refusal != Refusal::kNone) {
    tier_interface->refusals[static_cast<std::size_t>(current->refusal)]++;
    return nullptr;
  }
  tier_interface->note_module(static_cast<std::uint32_t>(current->bytes.size()));
  result = {current->bytes.data(), static_cast<std::uint32_t>(current->bytes.size()),
            current->first_slot + function_count()};
  return &result;
}

EXPORT(translator_installed) void translator_installed() {
  NewModule module{current->first_slot,       static_cast<std::uint32_t>(current->bytes.size()),
                   current->functions.data(), function_count(),
                   current->data.data(),      static_cast<std::uint32_t>(current->data.size())};
  tier_interface->install_module(module);
  delete current;
  current = nullptr;
}

// is_refused: by the engine.
EXPORT(translator_discard) void translator_discard(int is_refused) {
  if (is_refused != 0) tier_interface->refusals[static_cast<std::size_t>(Refusal::kEngine)]++;
  for (std::int32_t* p : current->data) tier_interface->free(p);
  tier_interface->free_slots(current->first_slot, function_count());
  delete current;
  current = nullptr;
}

#endif
