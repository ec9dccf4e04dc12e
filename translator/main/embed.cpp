// SPDX-License-Identifier: Apache-2.0
// The exports of bactrian-translator.wasm, as the loader calls them (loader/translate.ts). Between
// translator_translate and the next call of it, either translator_installed or translator_discard.
#ifdef __wasm__

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
TranslatorOptions options;
std::uint32_t refusals[static_cast<std::size_t>(Refusal::kCount)];

}  // namespace

EXPORT(translator_start) void translator_start(const TierInterface* runtime) {
  __wasm_call_ctors();
  tier_interface = runtime;
  options.force_unwind = runtime->option_force_unwind() != 0;
  auto tier_up = static_cast<std::uint32_t>(runtime->option_tier_up());
  options.warm_calls = tier_up / kWarmPart;
  options.used_calls = tier_up / kUsedPart;
}

EXPORT(translator_translate)
const Result* translator_translate(std::uint32_t id, std::uint32_t pc, std::uint32_t slot_base) {
  FunctionId function{id};
  if (pc != 0 && !is_adapter_request(CodeOffset{pc}))
    function = tier_interface->function_containing(CodeOffset{pc});
  delete current;
  current = new TranslatedModule(translate(function, CodeOffset{pc}, slot_base, options));
  current_slot_base = slot_base;
  if (current->refusal != Refusal::kNone) {
    refusals[static_cast<std::size_t>(current->refusal)]++;
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

EXPORT(translator_discard) void translator_discard() {
  for (std::int32_t* p : current->data) tier_interface->free(p);
  delete current;
  current = nullptr;
}

EXPORT(translator_dump) void translator_dump(std::uint32_t id, std::uint32_t pc) {
  tier_interface->print(dump_ir(FunctionId{id}, CodeOffset{pc}, options).c_str());
}

EXPORT(translator_refusals) std::uint32_t translator_refusals(std::uint32_t reason) {
  return reason < static_cast<std::uint32_t>(Refusal::kCount) ? refusals[reason] : 0;
}
EXPORT(translator_refusal_text) const char* translator_refusal_text(std::uint32_t reason) {
  return refusal_text(static_cast<Refusal>(reason));
}

#endif
